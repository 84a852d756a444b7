"""Rules about a source's responses that both services need, one module for each source."""
