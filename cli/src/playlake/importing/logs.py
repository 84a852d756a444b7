"""Sends the log of the extractor's code to a file, as the services do, and not to the terminal."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def logged_to(path: Path) -> Iterator[None]:
    """Log to the end of a file while a block lasts; it and its folder are made."""
    before = structlog.get_config()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as sink:
        structlog.configure(
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.JSONRenderer(),
            ],
            logger_factory=structlog.WriteLoggerFactory(sink),
        )
        try:
            yield
        finally:
            structlog.configure(**before)
