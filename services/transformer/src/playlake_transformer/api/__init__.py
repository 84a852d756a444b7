"""The HTTP API: health checks for the orchestrator, status for people."""
