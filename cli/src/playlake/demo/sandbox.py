"""The stand-in Spotify as the demonstration drives it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake.local_aws.environments import SpotifyAccess
from playlake.services.http import ask
from playlake.services.ports import HOST, listen_near, port_of
from playlake.services.processes import service, service_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

PREFERRED_PORT = 8888
_CLIENT_ID = "sandbox-client-id"
_CLIENT_SECRET = "sandbox-client-secret"  # noqa: S105  the stand-in's own, good for nothing else
_REFRESH_TOKEN = "sandbox-refresh-token"  # noqa: S105  likewise


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running stand-in for Spotify on a port of 127.0.0.1."""

    port: int

    @property
    def access(self) -> SpotifyAccess:
        """How the extractor reaches it, as the user who owns most of its playlists."""
        return SpotifyAccess(
            client_id=_CLIENT_ID,
            client_secret=_CLIENT_SECRET,
            refresh_token=_REFRESH_TOKEN,
            api_url=f"http://{HOST}:{self.port}/v1/",
            token_url=f"http://{HOST}:{self.port}/api/token",
        )

    def playlist_ids(self) -> list[str]:
        """The ids of all its playlists."""
        return [playlist["id"] for playlist in ask(self.port, "GET", "/sandbox/playlists")]

    def set_clock(self, now: datetime) -> None:
        """Move its clock: from then on its playlists are those of that day."""
        ask(self.port, "PUT", "/sandbox/clock", {"now": now.isoformat()})


@contextmanager
def sandbox(
    inherited: Mapping[str, str],
    *,
    tier: str,
    now: datetime,
    logs: Path,
    say: Callable[[str], None],
) -> Iterator[Sandbox]:
    """Run the stand-in for Spotify while a block lasts.

    Args:
        inherited: the environment to start from, `os.environ`.
        tier: the kind of app that it takes us for: extended, older-dev or newer-dev.
        now: its clock at the start.
        logs: the folder for its log.
        say: receives a sentence when the usual port is taken.
    """
    listening = listen_near(PREFERRED_PORT, "stand-in for Spotify", say)
    playing = Sandbox(port_of(listening))
    own = {
        "PLAYLAKE_SANDBOX_SOCKET_FD": str(listening.fileno()),
        "PLAYLAKE_SANDBOX_TIER": tier,
        "PLAYLAKE_SANDBOX_CLOCK": now.isoformat(),
        "PLAYLAKE_SANDBOX_CLIENT_ID": _CLIENT_ID,
        "PLAYLAKE_SANDBOX_CLIENT_SECRET": _CLIENT_SECRET,
        "PLAYLAKE_SANDBOX_REFRESH_TOKEN": _REFRESH_TOKEN,
    }
    health = f"http://{HOST}:{playing.port}/sandbox/health"
    environment = service_environment(inherited, own)
    with service("sandbox", environment, health, logs=logs, listening=listening):
        yield playing
