"""Faults on demand: rules by which the sandbox misbehaves as sources and networks do."""
