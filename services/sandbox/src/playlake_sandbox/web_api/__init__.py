"""The Web API under /v1: its routes, and the rules that decide what a caller may read."""
