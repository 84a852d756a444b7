"""One run of the extractor on this machine: its environment and its events."""
