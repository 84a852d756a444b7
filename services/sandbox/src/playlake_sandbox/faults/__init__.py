"""Faults on demand: rules by which the sandbox misbehaves as Spotify and networks do."""
