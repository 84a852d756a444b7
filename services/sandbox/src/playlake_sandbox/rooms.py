"""What a source beside Spotify registers: its routes, its playlists and its way to refuse.

The stand-in for Spotify fills the rest of this package. Another source has `sources/<name>/` and
one registration in `sources/__init__.py`. It shares the clock, the seed, the world of music, the
fault rules and the count of requests.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta

    from fastapi import FastAPI
    from fastapi.responses import Response

    from playlake_sandbox.state import Sandbox


@dataclass(frozen=True, slots=True)
class Refusal:
    """How a fault rule refuses a request; each source says it in its own form.

    Attributes:
        status: the HTTP status.
        message: the sentence that the rule states; None for the source's own.
        reason: the machine-readable reason that the rule states, if any.
        wait: real time until a quota that was used up opens again.
    """

    status: int
    message: str | None = None
    reason: str | None = None
    wait: timedelta | None = None


Refuse = Callable[[Refusal], "Response"]


@dataclass(frozen=True, slots=True)
class RoomPlaylist:
    """A playlist of a source on the sandbox's date.

    Attributes:
        id: the source's id, also of a playlist that no request can read.
        name: its name.
        version: what changes when the playlist changes.
        size: number of its entries.
    """

    id: str
    name: str
    version: str | None
    size: int


@dataclass(frozen=True, slots=True)
class Room:
    """A source that the sandbox plays.

    Attributes:
        name: the source's name.
        create: builds its routes, which are served under `/<name>`.
        playlists: lists its playlists, including those that it refuses to readers.
        refuse: builds the response with which fault rules refuse a request.
    """

    name: str
    create: Callable[[Sandbox], FastAPI]
    playlists: Callable[[Sandbox], Sequence[RoomPlaylist]]
    refuse: Refuse

    @property
    def prefix(self) -> str:
        """The path below which its routes are."""
        return f"/{self.name}"
