"""Logs one JSON object a line on stdout, and keeps libraries from logging secrets."""

from __future__ import annotations

import logging

import structlog

# At DEBUG these log bearer tokens, client secrets and signed requests. An error that spotipy
# reports becomes a playlist's outcome and is logged as that.
QUIET = {
    "spotipy": logging.CRITICAL,
    "urllib3": logging.WARNING,
    "boto3": logging.WARNING,
    "botocore": logging.WARNING,
}


class _Forward(logging.Handler):
    """Passes the log records of libraries to structlog."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger().log(
            record.levelno, "library_message", logger=record.name, message=record.getMessage()
        )


def configure_logging(level: str = "info") -> None:
    """Set up logging for the process.

    Args:
        level: the lowest level shown, `debug` to `error`; libraries that would log secrets stay
            above debug at any level.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )
    logging.basicConfig(level=level.upper(), handlers=[_Forward()], force=True)
    for name, floor in QUIET.items():
        logging.getLogger(name).setLevel(floor)
