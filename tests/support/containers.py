"""What tests that start containers share: a network, health, patience, and the rows to expect."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from testcontainers.core.wait_strategies import HealthcheckWaitStrategy

from playlake.services.http import ask
from playlake_sandbox.world.standing_playlists import LISTENER

if TYPE_CHECKING:
    from collections.abc import Callable

    from testcontainers.core.container import DockerContainer
    from testcontainers.core.network import Network

T = TypeVar("T")

# Ports of containers are published on this machine only.
LOCAL_ONLY = {"options": {"com.docker.network.bridge.host_binding_ipv4": "127.0.0.1"}}
WITHIN = timedelta(seconds=60)
_POLL_SECONDS = 0.2


def on(network: Network, container: DockerContainer, alias: str) -> DockerContainer:
    """A container under a name in a network; entering it waits until it is healthy."""
    container.with_network(network).with_network_aliases(alias)
    healthy = HealthcheckWaitStrategy().with_startup_timeout(WITHIN)
    return container.waiting_for(healthy.with_poll_interval(timedelta(milliseconds=200)))


def eventually(read: Callable[[], T], holds: Callable[[T], bool], within: timedelta = WITHIN) -> T:
    """What is read as soon as something holds of it."""
    deadline = time.monotonic() + within.total_seconds()
    while not holds(seen := read()):
        assert time.monotonic() < deadline, seen
        time.sleep(_POLL_SECONDS)
    return seen


def items_by_playlist(sandbox: int) -> dict[str, int]:
    """The number of items of each playlist that a run can read, by the sandbox at a port."""
    return {playlist["id"]: playlist["size"] for playlist in _readable(sandbox)}


def items_of_mine(sandbox: int) -> dict[str, int]:
    """The same of the playlists that the user owns or collaborates on."""
    return {
        playlist["id"]: playlist["size"]
        for playlist in _readable(sandbox)
        if playlist["collaborative"] or playlist["owner"] == LISTENER.id
    }


def _readable(sandbox: int) -> list[dict[str, Any]]:
    return [
        playlist
        for playlist in ask(sandbox, "GET", "/sandbox/playlists")
        if "user" in playlist["readable_by"] and playlist["size"]
    ]
