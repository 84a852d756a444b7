"""Spotify as `login` and `doctor` ask it: a few requests, each answered or told in a sentence."""
