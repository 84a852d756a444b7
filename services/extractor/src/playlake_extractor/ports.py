"""The interfaces of a run: a source of playlists, a raw store, a state store and a clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from playlake_contracts.raw import RawSnapshot, Tail

Clock = Callable[[], datetime]


@dataclass(slots=True)
class Traffic:
    """The requests sent to the source so far, without token requests.

    Attributes:
        requests: number of requests, including retries.
        retries: number of requests that repeated a failed one.
        waited: time that the run waited before retries.
    """

    requests: int = 0
    retries: int = 0
    waited: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class ListedPlaylist:
    """A playlist as a list of playlists shows it.

    Attributes:
        snapshot_id: the source's version of the playlist, if the list has it.
        total: number of its entries, if the list has it.
    """

    playlist_id: str
    name: str | None = None
    snapshot_id: str | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A playlist in the user's list that a run does not read.

    Attributes:
        playlist_id: the source's id; empty if the list has none.
        reason: one sentence for a person.
    """

    playlist_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class OwnPlaylists:
    """The playlists that the user owns or collaborates on.

    Attributes:
        left_out: listed playlists without an owner, so that they may not be the user's.
    """

    playlists: Sequence[ListedPlaylist] = ()
    left_out: Sequence[LeftOut] = ()


@dataclass(frozen=True, slots=True)
class PlaylistRead:
    """The result of reading a playlist.

    Attributes:
        tail: the end of the raw envelope.
        total: number of entries according to the source.
        items_sha256: a `content.ContentDigest` of the entries.
        named: the things that have details, such as artists, as `details.name_of` writes them.
        cover: where its cover is now; None if it has none.
    """

    name: str | None
    snapshot_id: str | None
    tail: Tail
    total: int | None
    items_sha256: str | None = None
    named: frozenset[str] = field(default_factory=frozenset)
    cover: str | None = None


class Reading(Protocol):
    """One attempt to read a playlist as it is at one moment.

    `pages` is read to its end first, then `playlist` is called, then `result`. Each raises a
    `PlaylistError` if the playlist cannot be read; `TornError` asks for another attempt.
    """

    @property
    def kind(self) -> str:
        """The kind of its frame: `raw.PLAYLIST`, or one whose responses do not have the name."""

    @property
    def name(self) -> str | None:
        """The playlist's name, if known so far."""

    @property
    def snapshot_id(self) -> str | None:
        """The version that is being read, if known so far."""

    @property
    def entries(self) -> int:
        """Number of entries read so far."""

    @property
    def total(self) -> int | None:
        """Number of entries that the playlist has, if known so far."""

    def pages(self) -> Iterator[bytes]:
        """Read the other pages, one at a time, and yield each response byte for byte."""

    def playlist(self) -> bytes | None:
        """The playlist's own response byte for byte; None if there is none."""

    def result(self) -> PlaylistRead:
        """The result, after everything was read."""


class Source(Protocol):
    """A service that has playlists.

    Methods raise `PlaylistError` if something cannot be read now, and
    `AuthorisationNeededError` if the source refuses the credentials.
    """

    @property
    def name(self) -> str:
        """The source's name in keys, envelopes and tables, such as `spotify`."""

    @property
    def details_kinds(self) -> Collection[str]:
        """The kinds of things that have details, such as artists; empty if there are none."""

    @property
    def consent_ends_on(self) -> date | None:
        """The day on which the user's consent ends, if it ends and is known."""

    @property
    def traffic(self) -> Traffic:
        """The requests sent so far."""

    @property
    def not_before(self) -> Mapping[str, datetime]:
        """The closed groups of endpoints, and when each opens again."""

    def respect(self, not_before: Mapping[str, datetime]) -> None:
        """Send no requests of these groups before those times."""

    @property
    def requests_left(self) -> int | None:
        """Number of requests that the run may still send; None if there is no limit."""

    def requests_for(self, playlist_id: str, total: int, listed: ListedPlaylist | None) -> int:
        """Number of requests that reading a playlist with `total` entries takes."""

    def own_playlists(self) -> OwnPlaylists:
        """List the playlists that the user owns or collaborates on.

        Raises:
            ConfigurationError: the source knows no user, or has no such list.
        """

    def listed(
        self, wanted: Sequence[str], maybe_unchanged: Collection[str]
    ) -> Iterable[ListedPlaylist]:
        """List playlists if that is cheaper than opening each; the list may contain others.

        Args:
            wanted: ids of the playlists that the run reads.
            maybe_unchanged: those that need not be read if their version is the same as before.
        """

    def open(self, playlist_id: str, listed: ListedPlaylist | None) -> Reading:
        """Start reading a playlist; `listed` is its entry in a list, if that can be trusted."""

    def read_landed(self, snapshot: RawSnapshot) -> PlaylistRead:
        """Read a snapshot that was landed earlier.

        Raises:
            ValueError: it does not have the source's format.
        """

    def without_users(
        self, body: bytes, instead: Callable[[str], str | None], *, artists: bool = True
    ) -> bytes:
        """A response with others in the place of users; the same bytes if it names none.

        Args:
            body: the response.
            instead: says what stands in the place of the user with an id; None leaves the user.
            artists: whether users who are artists are replaced there as well.
        """

    def details(self, kind: str, details_id: str) -> bytes:
        """Fetch the details of one thing, byte for byte."""


@dataclass(frozen=True, slots=True)
class NoCover:
    """Why a cover was not kept.

    Attributes:
        reason: one sentence for a person.
    """

    reason: str


class CoverHost(Protocol):
    """Where the covers of a source are."""

    def fetch(self, address: str) -> bytes | NoCover:
        """Fetch what is at the address of a cover, or say why there is nothing."""


class RawStore(Protocol):
    """The raw bucket. Each method raises `LandingFailedError` if the bucket does not answer."""

    def land(self, key: str, body: bytes, content_type: str) -> None:
        """Put an object unless its key is taken; equal bytes under the key are a success.

        Raises:
            RunTakenError: the key holds other bytes.
        """

    def keys(self, prefix: str) -> Iterable[str]:
        """The keys under a prefix, in order."""

    def read(self, key: str) -> bytes:
        """The bytes of an object."""


@dataclass(frozen=True, slots=True)
class Versioned:
    """Stored bytes, and the mark that makes replacing them conditional."""

    body: bytes
    mark: str


class StateStore(Protocol):
    """An object that runs store for later runs. Methods raise `LandingFailedError`."""

    def load(self) -> Versioned | None:
        """The stored bytes; None before the first time."""

    def replace(self, body: bytes, mark: str | None) -> bool:
        """Store bytes unless the object changed since `mark`; return whether they were stored."""
