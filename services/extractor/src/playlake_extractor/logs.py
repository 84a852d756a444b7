"""One JSON object a line on stdout, whoever speaks, and no library that would tell a token."""

from __future__ import annotations

import logging

import structlog

# At DEBUG these write bearer tokens, client secrets and signed requests. What spotipy reports
# as an error is a playlist's outcome and is logged as such.
QUIET = {
    "spotipy": logging.CRITICAL,
    "urllib3": logging.WARNING,
    "boto3": logging.WARNING,
    "botocore": logging.WARNING,
}


class _Forward(logging.Handler):
    """Hands what libraries log to structlog."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger().log(
            record.levelno, "library_message", logger=record.name, message=record.getMessage()
        )


def configure_logging(level: str = "info") -> None:
    """Set up logging for the process.

    Args:
        level: the lowest level shown, `debug` to `error`; libraries that would tell secrets stay
            above debug whatever it is.
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
