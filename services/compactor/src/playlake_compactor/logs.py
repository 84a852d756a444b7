"""Logs to standard output: one JSON object a line, with a snake_case event name."""

from __future__ import annotations

import logging

import structlog


def configure_logs(level: str = "info") -> None:
    """Write events to standard output as JSON, and libraries' warnings to standard error."""
    severity = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(severity),
    )
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
