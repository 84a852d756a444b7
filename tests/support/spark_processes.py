"""The processes that Spark runs for a home; on Linux."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from killed import running_for

TWO_EXECUTORS: Final = "local-cluster[2,1,1024]"


def executors_of(home: Path) -> list[int]:
    """The executors that run for a home."""
    return [pid for pid in running_for(home) if b"CoarseGrainedExecutorBackend" in _command(pid)]


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""
