"""What the run asks of the world, in the run's own words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

Clock = Callable[[], datetime]


class Spotify(Protocol):
    """Spotify's Web API. Every answer is the response's body, byte for byte.

    Each method raises a `PlaylistError` where the playlist cannot be read, and
    `AuthorisationNeededError` where Spotify refuses the credentials.
    """

    @property
    def requests(self) -> int:
        """Requests sent so far, token requests left out."""

    def playlist(self, playlist_id: str) -> bytes:
        """Fetch a playlist with its first entries."""

    def playlist_items(self, playlist_id: str, offset: int) -> bytes:
        """Fetch a page of a playlist's entries, starting at an offset."""

    def next(self, url: str) -> bytes:
        """Fetch the page that another page's `next` names."""


class RawStore(Protocol):
    """The raw bucket. Each method raises `LandingFailedError` where it cannot serve."""

    def land(self, key: str, body: bytes, content_type: str) -> None:
        """Put an object unless its key is taken; taken by equal bytes is as good as put."""

    def keys(self, prefix: str) -> Iterable[str]:
        """The keys under a prefix, in order."""

    def read(self, key: str) -> bytes:
        """The bytes of an object."""
