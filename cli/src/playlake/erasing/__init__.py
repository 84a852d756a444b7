"""Erases a user, a playlist or all from a lake, wherever it is."""
