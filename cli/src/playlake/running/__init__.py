"""One run of the extractor on this machine: what it is told, and what it tells meanwhile."""
