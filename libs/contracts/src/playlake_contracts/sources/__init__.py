"""Rules about a source that several packages need: of its responses, and of its links."""
