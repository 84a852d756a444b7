"""The stand-in for the sources as the demonstration drives it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake.services.http import ask
from playlake.services.ports import HOST, listen_near, port_of
from playlake.services.processes import service, service_environment
from playlake.sources.registry import VARIABLE
from playlake.sources.spotify import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, SPOTIFY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from playlake.sources.registered import CommandSource

PREFERRED_PORT = 8888


@dataclass(frozen=True, slots=True)
class Played:
    """What the stand-in plays.

    Attributes:
        source: the source.
        tier: the kind of app that Spotify takes us for: extended, older-dev or newer-dev.
    """

    source: CommandSource = SPOTIFY
    tier: str = "extended"


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running stand-in for a source on a port of 127.0.0.1."""

    port: int
    source: CommandSource = SPOTIFY

    @property
    def settings(self) -> Mapping[str, str]:
        """The settings by which the extractor reaches it."""
        return {VARIABLE: self.source.name, **self.source.stand_in.settings(self.port)}

    def playlist_ids(self) -> list[str]:
        """The ids of all its playlists."""
        listed = ask(self.port, "GET", self.source.stand_in.playlists)
        return [playlist["id"] for playlist in listed]

    def set_clock(self, now: datetime) -> None:
        """Move its clock: from then on its playlists are those of that day."""
        ask(self.port, "PUT", "/sandbox/clock", {"now": now.isoformat()})


@contextmanager
def sandbox(
    inherited: Mapping[str, str],
    played: Played,
    *,
    now: datetime,
    logs: Path,
    say: Callable[[str], None],
) -> Iterator[Sandbox]:
    """Run the stand-in for a source while a block lasts.

    Args:
        inherited: the environment to start from, `os.environ`.
        played: what it plays.
        now: its clock at the start.
        logs: the folder for its log.
        say: receives a sentence when the usual port is taken.
    """
    listening = listen_near(PREFERRED_PORT, f"stand-in for {played.source.title}", say)
    playing = Sandbox(port_of(listening), played.source)
    own = {
        "PLAYLAKE_SANDBOX_SOCKET_FD": str(listening.fileno()),
        "PLAYLAKE_SANDBOX_TIER": played.tier,
        "PLAYLAKE_SANDBOX_CLOCK": now.isoformat(),
        "PLAYLAKE_SANDBOX_CLIENT_ID": CLIENT_ID,
        "PLAYLAKE_SANDBOX_CLIENT_SECRET": CLIENT_SECRET,
        "PLAYLAKE_SANDBOX_REFRESH_TOKEN": REFRESH_TOKEN,
    }
    health = f"http://{HOST}:{playing.port}/sandbox/health"
    environment = service_environment(inherited, own)
    with service("sandbox", environment, health, logs=logs, listening=listening):
        yield playing
