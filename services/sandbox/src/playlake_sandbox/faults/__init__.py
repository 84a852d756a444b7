"""Faults on demand: what Spotify and the network do to a reader on a bad day, by rule."""
