"""The lines of a log as a process writes them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

_POLL_SECONDS = 0.05


def follow(process: subprocess.Popen[bytes], log: Path, *, offset: int) -> Iterator[bytes]:
    """The lines of a log from an offset on, until a process ends."""
    rest = b""
    with log.open("rb") as file:
        file.seek(offset)
        while True:
            has_ended = process.poll() is not None  # before the reading, which then misses nothing
            *lines, rest = (rest + file.read()).split(b"\n")
            yield from lines
            if has_ended:
                yield rest
                return
            time.sleep(_POLL_SECONDS)
