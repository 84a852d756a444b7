"""`kill -9` of the command while Spotify has carried a request out and not answered yet."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from tests.integration.restoring.test_restore import LARGE, NEWER, YES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.restoring.conftest import Restoring, Spotify


@NEWER
@pytest.mark.parametrize(("path", "first"), [("/v1/me/playlists", 1), ("*/items", 2)])
def test_a_killed_process_leaves_what_the_next_one_needs(
    playlake: Restoring,
    spotify: Spotify,
    lake_of: Callable[[str], list[str]],
    path: str,
    first: int,
) -> None:
    old = lake_of(LARGE)
    spotify.arm(
        {"kind": "hang", "seconds": 60, "method": "POST", "path": path, "first": first},
    )
    command = [sys.executable, "-m", "playlake", "restore", LARGE, *YES, "--no-browser"]
    with subprocess.Popen(
        [*command, f"--accounts-url={spotify.url}", f"--api-url={spotify.url}/v1/"],
        env={**os.environ, "PLAYLAKE_HOME": str(playlake.home)},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            agree(process, spotify)
            wait_until_hanging(process, spotify)
        finally:
            process.send_signal(signal.SIGKILL)
    spotify.arm()
    assert playlake.restore(LARGE, *YES) == 0, playlake.notices
    (made,) = spotify.made()
    assert spotify.uris(made) == old


def agree(process: subprocess.Popen[str], spotify: Spotify) -> None:
    """Open the address that the command shows, and paste the answer."""
    assert process.stderr is not None
    assert process.stdin is not None
    address = next(line.strip() for line in process.stderr if "/authorize?" in line)
    process.stdin.write(f"{spotify.decide(address)}\n")
    process.stdin.flush()


def wait_until_hanging(process: subprocess.Popen[str], spotify: Spotify) -> None:
    while not spotify.sandbox.faults.rules[0].applied:
        assert process.poll() is None
        time.sleep(0.02)
    # The request is carried out before the stand-in keeps its answer back.
    time.sleep(0.2)
