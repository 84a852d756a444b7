"""Rules on a source's responses that both services need, one module a source."""
