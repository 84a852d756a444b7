"""Runs the sandbox: `python -m playlake_sandbox`."""

import socket

import uvicorn

from playlake_sandbox.app import create_app
from playlake_sandbox.settings import read_settings


def main() -> None:
    """Serves until the process receives a signal to stop."""
    settings = read_settings()
    app = create_app(settings)
    if settings.socket_fd is None:
        uvicorn.run(app, host=settings.host, port=settings.port, access_log=False)
    else:
        inherited = socket.socket(fileno=settings.socket_fd)
        uvicorn.Server(uvicorn.Config(app, access_log=False)).run(sockets=[inherited])


if __name__ == "__main__":
    main()
