"""Runs uvicorn in the service's event loop; the service handles the signals and the socket."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from playlake_transformer.errors import ConfigurationError
from playlake_web.serving import server_config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp

BACKLOG = 128


class Server(uvicorn.Server):
    """A uvicorn server that leaves SIGTERM and SIGINT to the service."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield


def create_server(app: ASGIApp) -> Server:
    """Build a server without an access log, which health checks would fill."""
    return Server(server_config(app))


def listen(host: str, port: int, inherited_fd: int | None = None) -> socket.socket:
    """Open the listening socket, before anything else starts.

    Args:
        host: the address to listen on.
        port: the port to listen on.
        inherited_fd: the descriptor of a socket that listens already, instead of those.

    Raises:
        ConfigurationError: the port is in use, the address is not this machine's, or the
            descriptor is no socket.
    """
    if inherited_fd is not None:
        return _inherited(inherited_fd)
    try:
        listening = socket.create_server((host, port), backlog=BACKLOG)
    except OSError as error:
        raise ConfigurationError(
            f"cannot listen on {host}:{port} ({error.strerror}); "
            "set PLAYLAKE_HTTP_PORT to a free port"
        ) from error
    # asyncio sets this only on sockets that it opens. Without it every answer is 40 ms late.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _inherited(descriptor: int) -> socket.socket:
    try:
        listening = socket.socket(fileno=descriptor)
    except OSError as error:
        raise ConfigurationError(
            f"descriptor {descriptor} is no socket ({error.strerror}): set "
            "PLAYLAKE_HTTP_SOCKET_FD to one that listens, or leave it unset"
        ) from error
    listening.set_inheritable(False)  # the transforming processes must not keep it open
    return listening
