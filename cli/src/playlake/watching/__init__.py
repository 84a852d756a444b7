"""Looks at a lake, once or again and again: `playlake status`."""
