"""`python -m playlake_sandbox` serves the stand-in for Spotify until it is stopped.

Its settings are variables of the environment: docs/reference.md lists them.
"""

from __future__ import annotations

import argparse
import socket
import sys
from typing import TYPE_CHECKING

import uvicorn

from playlake_sandbox.app import create_app
from playlake_sandbox.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] = ()) -> None:
    """Serve until the process receives a signal to stop."""
    argparse.ArgumentParser("playlake-sandbox", description=__doc__).parse_args(arguments)
    settings = read_settings()
    app = create_app(settings)
    if settings.socket_fd is None:
        uvicorn.run(app, host=settings.host, port=settings.port, access_log=False)
    else:
        inherited = socket.socket(fileno=settings.socket_fd)
        uvicorn.Server(uvicorn.Config(app, access_log=False)).run(sockets=[inherited])


if __name__ == "__main__":
    main(sys.argv[1:])
