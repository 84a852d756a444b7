"""The HTTP API: health for machines, status for people."""
