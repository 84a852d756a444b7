"""Ports for tests that need a number before anything listens on it."""

from __future__ import annotations

import socket

from playlake.services.ports import HOST


def choose_port() -> int:
    """A port of 127.0.0.1 that is free now; nothing keeps it free."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
