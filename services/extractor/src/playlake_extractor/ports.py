"""What a run needs of the world: a source of playlists, a raw store, a state store and a clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from playlake_contracts.raw import RawSnapshot, Tail

Clock = Callable[[], datetime]


@dataclass(slots=True)
class Traffic:
    """What was sent to the source so far, without token requests.

    Attributes:
        requests: requests sent, repeated ones included.
        retries: how many of them repeated a request that had failed.
        waited: how long the run waited before those.
    """

    requests: int = 0
    retries: int = 0
    waited: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class ListedPlaylist:
    """A playlist as a list of playlists shows it.

    Attributes:
        snapshot_id: the source's version of the playlist, where the list has it.
        total: how many entries it has, where the list has it.
    """

    playlist_id: str
    name: str | None = None
    snapshot_id: str | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A playlist in the user's list that a run does not read.

    Attributes:
        playlist_id: the source's id; empty where the list has none.
        reason: one sentence for a person.
    """

    playlist_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class OwnPlaylists:
    """The playlists that the user owns or collaborates on.

    Attributes:
        left_out: listed playlists of which the list does not say whether they are the user's.
    """

    playlists: Sequence[ListedPlaylist] = ()
    left_out: Sequence[LeftOut] = ()


@dataclass(frozen=True, slots=True)
class PlaylistRead:
    """What is known of a playlist once it is read.

    Attributes:
        tail: what the raw envelope says at its end.
        total: entries that the playlist has, as the source says.
        items_sha256: a `content.ContentDigest` of the entries.
        named: names of what the source has details of, as `details.name_of` writes them.
    """

    name: str | None
    snapshot_id: str | None
    tail: Tail
    total: int | None
    items_sha256: str | None = None
    named: frozenset[str] = field(default_factory=frozenset)


class Reading(Protocol):
    """One attempt to read a playlist as it is at one moment.

    `pages` is read to its end first, then `playlist` is called, then `result`. Each raises a
    `PlaylistError` where the playlist cannot be read; `TornError` asks for another attempt.
    """

    @property
    def name(self) -> str | None:
        """The playlist's name, if it is known by now."""

    @property
    def snapshot_id(self) -> str | None:
        """The version that is being read, if it is known by now."""

    @property
    def entries(self) -> int:
        """How many entries were read so far."""

    @property
    def total(self) -> int | None:
        """How many entries the playlist has, if it is known by now."""

    def pages(self) -> Iterator[bytes]:
        """Read the further pages, one at a time, and give each response byte for byte."""

    def playlist(self) -> bytes | None:
        """The playlist's own response byte for byte; None where there is none."""

    def result(self) -> PlaylistRead:
        """What is known once everything is read."""


class Source(Protocol):
    """A service that has playlists.

    Methods raise `PlaylistError` where something cannot be read now, and
    `AuthorisationNeededError` where the source refuses the credentials.
    """

    @property
    def name(self) -> str:
        """What the source is called in keys, envelopes and tables, such as `spotify`."""

    @property
    def details_kinds(self) -> Collection[str]:
        """The kinds of things that the source has details of; empty where it has none."""

    @property
    def traffic(self) -> Traffic:
        """What was sent so far."""

    @property
    def not_before(self) -> Mapping[str, datetime]:
        """The closed groups of endpoints, and when each opens again."""

    def respect(self, not_before: Mapping[str, datetime]) -> None:
        """Send no requests of these groups before those times."""

    @property
    def requests_left(self) -> int | None:
        """How many requests the run may still send; None: any number."""

    def requests_for(self, total: int, listed: ListedPlaylist | None) -> int:
        """How many requests it takes to read a playlist of so many entries."""

    def own_playlists(self) -> OwnPlaylists:
        """List the playlists that the user owns or collaborates on.

        Raises:
            ConfigurationError: the source knows no user, or has no such list.
        """

    def listed(
        self, wanted: Sequence[str], maybe_unchanged: Collection[str]
    ) -> Iterable[ListedPlaylist]:
        """List playlists where that is cheaper than to open each; others may be among them.

        Args:
            wanted: ids of the playlists that the run reads.
            maybe_unchanged: those whose last snapshot is still in force if their version is.
        """

    def open(self, playlist_id: str, listed: ListedPlaylist | None) -> Reading:
        """Begin to read a playlist; `listed` is what a list says of it, where it is trusted."""

    def read_landed(self, snapshot: RawSnapshot) -> PlaylistRead:
        """Read a snapshot that was landed before.

        Raises:
            ValueError: it is not as the source sends it.
        """

    def details(self, kind: str, details_id: str) -> bytes:
        """Fetch the details of one thing, byte for byte."""


class RawStore(Protocol):
    """The raw bucket. Each method raises `LandingFailedError` where the bucket does not answer."""

    def land(self, key: str, body: bytes, content_type: str) -> None:
        """Put an object unless its key is taken; equal bytes under the key count as put.

        Raises:
            RunTakenError: the key is taken by other bytes.
        """

    def keys(self, prefix: str) -> Iterable[str]:
        """The keys under a prefix, in order."""

    def read(self, key: str) -> bytes:
        """The bytes of an object."""


@dataclass(frozen=True, slots=True)
class Versioned:
    """Stored bytes, and the mark by which their replacement is conditional."""

    body: bytes
    mark: str


class StateStore(Protocol):
    """An object that runs keep for later runs. Methods raise `LandingFailedError`."""

    def load(self) -> Versioned | None:
        """The stored bytes; None before the first time."""

    def replace(self, body: bytes, mark: str | None) -> bool:
        """Store, unless the object has changed since `mark`; whether it was stored."""
