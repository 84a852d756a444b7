"""uvicorn inside the service's event loop: the service owns the signals and the socket."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from playlake_transformer.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

BACKLOG = 128


class Server(uvicorn.Server):
    """A uvicorn server that leaves SIGTERM and SIGINT to the service."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield


def create_server(app: FastAPI) -> Server:
    """Build a server whose access log is off: health checks would drown the rest."""
    return Server(uvicorn.Config(app, access_log=False, log_config=None, lifespan="off"))


def listen(host: str, port: int) -> socket.socket:
    """Open the socket before anything else starts.

    Raises:
        ConfigurationError: the port is taken, or the address is not this machine's.
    """
    try:
        listening = socket.create_server((host, port), backlog=BACKLOG)
    except OSError as error:
        raise ConfigurationError(
            f"cannot listen on {host}:{port} ({error.strerror}); "
            "set PLAYLAKE_HTTP_PORT to a free port"
        ) from error
    # asyncio sets it on sockets of its own only; without it every answer waits for 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
