"""Sockets that listen on 127.0.0.1: bound here, kept, and handed to the process that serves them.

A port that is only looked at may be another's a moment later; one that is bound is ours.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from playlake.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Callable

HOST = "127.0.0.1"
_BACKLOG = 128


def listen(port: int) -> socket.socket:
    """Listen on a port; 0 is any.

    Raises:
        CommandError: the port is taken.
    """
    try:
        listening = socket.create_server((HOST, port), backlog=_BACKLOG)
    except OSError as error:
        raise CommandError(f"port {port} is taken: free it, or ask for no port") from error
    # asyncio sets this only on sockets that it opens. Without it every answer is 40 ms late.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def listen_near(preferred: int, user: str, say: Callable[[str], None]) -> socket.socket:
    """Listen on the preferred port, or on another one when that is taken.

    Args:
        preferred: a port; 0 prefers none.
        user: who will serve the port, for the sentence.
        say: receives a sentence when it is another port.
    """
    try:
        return listen(preferred)
    except CommandError:
        listening = listen(0)
    say(f"port {preferred} is taken, the {user} uses {port_of(listening)}")
    return listening


def port_of(listening: socket.socket) -> int:
    """The port that a socket listens on."""
    port: int = listening.getsockname()[1]
    return port
