"""Erasure: a person or a playlist is taken out of a lake, or all that the lake has of a source."""
