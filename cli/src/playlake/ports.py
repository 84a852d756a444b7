"""Which port of 127.0.0.1 to listen on."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HOST = "127.0.0.1"


def choose_port(preferred: int = 0) -> int:
    """The preferred port when nobody listens on it, else one that is free; 0 prefers none."""
    return preferred if preferred and is_free(preferred) else _any_free()


def announced_port(preferred: int, user: str, say: Callable[[str], None]) -> int:
    """The preferred port, or another one that is said: `user` names who will listen."""
    port = choose_port(preferred)
    if preferred not in {0, port}:
        say(f"port {preferred} is taken, the {user} uses {port}")
    return port


def is_free(port: int) -> bool:
    """Whether a server could listen on a port, and nobody answers there on any address."""
    return not _answers(port) and _can_listen(port)


def _answers(port: int) -> bool:
    # Where another program listens on all addresses, macOS would still let us have 127.0.0.1.
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def _can_listen(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: connections that have ended do not make a port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _any_free() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
