"""Writes the log events of an import to a file instead of the terminal."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def logged_to(path: Path) -> Iterator[None]:
    """Append log events to a file while a block runs; the file and its folder are created."""
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
