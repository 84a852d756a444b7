"""Imports saved files: reads and checks all of them, then lands them as one run."""
