"""Commands that tests start and kill, alone or with everything that they have started."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

_PROC = Path("/proc")


def chosen_dice(request: pytest.FixtureRequest) -> random.Random:
    """The dice of a test, whose seed is printed, so that a failure can be repeated."""
    seed = request.config.getoption("--seed") or random.randrange(2**32)
    print(f"seed {seed}")
    return random.Random(seed)


def start(environment: Mapping[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    """Start the command `playlake`; what it prints is not kept."""
    command = [sys.executable, "-m", "playlake", *arguments]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def kill(process: subprocess.Popen[bytes], home: Path | None = None) -> bool:
    """Kill a command, and everything that runs for a home at the same moment if one is given.

    Returns:
        Whether the command was still running.
    """
    others = running_for(home) if home is not None else []
    was_running = process.poll() is None
    process.kill()
    while others:
        for pid in others:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        # One that was killed can have started another one meanwhile.
        others = running_for(home) if home is not None else []
    process.wait()
    return was_running


def running_for(home: Path) -> list[int]:
    """The processes with a home, or a folder in it, in their environment; on Linux."""
    named = str(home).encode()
    return [int(path.name) for path in _PROC.glob("[0-9]*") if named in _environment(path)]


def _environment(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except (FileNotFoundError, PermissionError, ProcessLookupError):
        return b""
