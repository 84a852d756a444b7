"""Runs the extractor once on this machine: its environment, its process, and its progress."""
