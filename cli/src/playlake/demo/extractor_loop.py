"""Runs the extractor once for each environment that comes through a socket, one a line.

Every run is the extractor's own `main`, as `python -m playlake_extractor` calls it. Only loading
its modules is done once. When the socket ends, the command is gone, and so this process ends.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import traceback
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_FAILED = 1


def serve(descriptor: int, main: Callable[[], int]) -> None:
    """Run `main` for each environment, and answer with its exit status, until the socket ends."""
    with (
        socket.socket(fileno=descriptor) as connection,
        connection.makefile("r", encoding="utf-8") as environments,
    ):
        for line in environments:
            connection.sendall(f"{_run(main, json.loads(line))}\n".encode())


def _run(main: Callable[[], int], environment: Mapping[str, str]) -> int:
    os.environ.clear()
    os.environ.update(environment)
    try:
        return main()
    except Exception:  # noqa: BLE001 - Python ends a process so: a traceback and 1
        traceback.print_exc()
        return _FAILED


if __name__ == "__main__":
    serve(int(sys.argv[1]), import_module("playlake_extractor.__main__").main)
