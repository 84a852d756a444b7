"""What the run asks of the world, in the run's own words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from playlake_extractor.sources.spotify.quota_groups import Bucket

Clock = Callable[[], datetime]


@dataclass(slots=True)
class Traffic:
    """What was sent to Spotify so far, token requests left out.

    Attributes:
        requests: requests sent, those tried again included.
        retries: how many of them were sent because another had failed.
        waited: the waits before those, and those that Spotify asked for.
    """

    requests: int = 0
    retries: int = 0
    waited: timedelta = timedelta()


class Spotify(Protocol):
    """Spotify's Web API. Every answer is the response's body, byte for byte.

    Each method raises a `PlaylistError` where what it is asked for cannot be read now, and
    `AuthorisationNeededError` where Spotify refuses the credentials.
    """

    @property
    def speaks_for_a_user(self) -> bool:
        """Whether a user agreed, so that there is a list of playlists of theirs."""

    @property
    def traffic(self) -> Traffic:
        """What was sent so far."""

    @property
    def not_before(self) -> Mapping[Bucket, datetime]:
        """The buckets that are closed, and from when they may be asked again."""

    def respect(self, not_before: Mapping[Bucket, datetime]) -> None:
        """Ask nothing of these buckets before those times."""

    def user(self) -> bytes:
        """Fetch the profile of the user."""

    def my_playlists(self, offset: int) -> bytes:
        """Fetch a page of the playlists that the user owns or follows, from an offset."""

    def playlist(self, playlist_id: str) -> bytes:
        """Fetch a playlist with its first entries."""

    def playlist_items(self, playlist_id: str, offset: int) -> bytes:
        """Fetch a page of a playlist's entries, starting at an offset."""

    def next(self, url: str) -> bytes:
        """Fetch the page that another page's `next` names."""

    def artist(self, artist_id: str) -> bytes:
        """Fetch an artist."""

    def album(self, album_id: str) -> bytes:
        """Fetch an album, with its first tracks."""

    def version(self, playlist_id: str) -> bytes:
        """Fetch a playlist's `snapshot_id` alone."""


class RawStore(Protocol):
    """The raw bucket. Each method raises `LandingFailedError` where it cannot serve."""

    def land(self, key: str, body: bytes, content_type: str) -> None:
        """Put an object unless its key is taken; taken by equal bytes is as good as put.

        Raises:
            RunTakenError: the key is taken by other bytes.
        """

    def keys(self, prefix: str) -> Iterable[str]:
        """The keys under a prefix, in order."""

    def read(self, key: str) -> bytes:
        """The bytes of an object."""


@dataclass(frozen=True, slots=True)
class Versioned:
    """What is stored, and the mark by which its replacement is conditional."""

    body: bytes
    mark: str


class StateStore(Protocol):
    """An object in which runs remember. Methods raise `LandingFailedError`."""

    def load(self) -> Versioned | None:
        """What was stored last; None before the first time."""

    def replace(self, body: bytes, mark: str | None) -> bool:
        """Store unless what is stored is no longer what `mark` stands for; whether it was."""
