"""The extractor's rules, without I/O, clock or logging."""
