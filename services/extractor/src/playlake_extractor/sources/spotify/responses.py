"""The few fields of Spotify's responses that planning, paging and accounting need.

The generations of the API differ in their keys (`tracks`/`track`, `items`/`item`); some apps get
both.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qs, urlsplit

import msgspec

from playlake_contracts.manifest import Int32
from playlake_contracts.raw import Tail
from playlake_extractor.errors import UnexpectedResponseError
from playlake_extractor.run.details import named_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_contracts.sources.spotify import Api

_Response = TypeVar("_Response")

# The largest playlists have some 11,000 entries, which are 220 pages.
_MOST_PAGES = 1_000


_NULL = msgspec.Raw(b"null")


class Entry(msgspec.Struct, frozen=True):
    """An entry of a playlist: when it was added, and which key holds its item."""

    added_at: msgspec.Raw = _NULL
    item: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    track: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET

    @property
    def held(self) -> bytes:
        """Its item as sent; nothing where it has none."""
        held = self.track if isinstance(self.item, msgspec.UnsetType) else self.item
        return b"" if isinstance(held, msgspec.UnsetType) else bytes(held)

    @property
    def identity(self) -> bytes:
        """What tells the entry from another: its item's URI as sent, and when it was added."""
        item = self.held
        try:
            uri = bytes(msgspec.json.decode(item, type=_Item).uri)
        except (msgspec.DecodeError, RecursionError):
            uri = item
        return bytes(self.added_at) + b"\t" + uri


class _Item(msgspec.Struct, frozen=True):
    uri: msgspec.Raw


class Page(msgspec.Struct, frozen=True):
    """A page of entries; without `items` Spotify withheld them."""

    items: list[Entry | None] | None = None
    offset: Int32 | None = None
    limit: Int32 | None = None
    next: str | None = None
    total: Int32 | None = None


class Owner(msgspec.Struct, frozen=True):
    """A user; of `GET /me` the user who is asked for."""

    id: str | None = None


class Counted(msgspec.Struct, frozen=True):
    """How many entries a listed playlist has."""

    total: Int32 | None = None


class Listed(msgspec.Struct, frozen=True):
    """A playlist as it stands in the user's list."""

    id: str
    name: str | None = None
    snapshot_id: str | None = None
    owner: Owner | None = None
    collaborative: bool | None = None
    items: Counted | None = None
    tracks: Counted | None = None

    @property
    def total(self) -> int:
        """How many entries it has; 0 where Spotify does not say."""
        counts = (held.total or 0 for held in (self.items, self.tracks) if held is not None)
        return max(counts, default=0)


class Listing(msgspec.Struct, frozen=True):
    """A page of `GET /me/playlists`; it was seen to hold nulls."""

    items: list[Listed | None]
    next: str | None = None
    total: Int32 | None = None


class Version(msgspec.Struct, frozen=True):
    """A playlist's `snapshot_id` alone."""

    snapshot_id: str | None = None


class Playlist(msgspec.Struct, frozen=True):
    """A playlist with its first page, under `items` or `tracks` or both."""

    name: str | None = None
    snapshot_id: str | None = None
    items: Page | None = None
    tracks: Page | None = None

    @property
    def page(self) -> Page | None:
        """The embedded page; None where Spotify withheld the entries."""
        for page in (self.items, self.tracks):
            if page is not None and page.items is not None:
                return page
        return None


class Reading:
    """What has been read of a playlist so far: its first page and those that follow it.

    They are read in order, or the first page last: then all of it is known to be of one moment.

    Attributes:
        entries: entries read, null ones included.
        total: entries that the newest page says the playlist has.
        next: the next page's URL; None when every page was read.
        named: the Spotify URIs of the artists and albums in it, if those are looked for.
    """

    def __init__(self, *, looks_for_names: bool = False) -> None:
        self.named: set[str] = set()
        self._looks_for_names = looks_for_names
        self.entries = 0
        self.total: int | None = None
        self.next: str | None = None
        self._generations: set[Api] = set()
        self._items = 0
        self._followed: set[str] = set()

    def begin(self, playlist: Playlist, first: Page) -> None:
        """Count the first page in, to be followed by the next one.

        Raises:
            UnexpectedResponseError: it has no entries list.
        """
        self._count_first(playlist, first)
        self._follow(first.next)

    def add(self, page: Page) -> None:
        """Count a page in.

        Raises:
            UnexpectedResponseError: it has no entries list, or the next one is no further on.
        """
        self._count(page, self.entries if page.offset is None else page.offset)
        self._follow(page.next)

    def end(self, playlist: Playlist, first: Page) -> None:
        """Count the first page in, after all that follow it.

        Raises:
            UnexpectedResponseError: it has no entries list.
        """
        self._count_first(playlist, first)

    def tail(self) -> Tail:
        """What the envelope says of the snapshot, once its pages were read."""
        complete = self.next is None and self.entries == self.total
        return Tail(api=self._api(), entries=self.entries, complete=complete)

    @property
    def next_offset(self) -> int:
        """The position at which the next page begins."""
        offset = _offset(self.next or "")
        return self.entries if offset is None else offset

    @property
    def items_sha256(self) -> str:
        """A digest of which items are in the playlist, where, and when each was added.

        It is a sum, so that it is the same in whatever order the pages were read.
        """
        return f"{self._items:064x}"

    def _count_first(self, playlist: Playlist, first: Page) -> None:
        self._generations.update(_generations_of_playlist(playlist))
        self._count(first, 0)

    def _count(self, page: Page, start: int) -> None:
        if page.items is None:
            raise UnexpectedResponseError("Spotify sent a page without its items")
        for position, entry in enumerate(page.items, start):
            self._generations.update(_generations_of_entry(entry))
            self._items = (self._items + _digest(position, entry)) % 2**256
            if self._looks_for_names and entry is not None:
                self.named.update(named_in(entry.held))
        self.entries += len(page.items)
        self.total = page.total

    def _follow(self, following: str | None) -> None:
        if following is not None:
            if following in self._followed or _leads_back(self.next, following):
                raise UnexpectedResponseError("Spotify's pages lead in a circle")
            self._followed.add(following)
        if len(self._followed) > _MOST_PAGES:
            raise UnexpectedResponseError(f"Spotify's pages do not end after {_MOST_PAGES}")
        self.next = following

    def _api(self) -> Api | None:
        if len(self._generations) > 1:
            return "both"
        return next(iter(self._generations), None)


def decode_playlist(body: bytes) -> Playlist:
    """Decode the response of `GET /playlists/{id}`.

    Raises:
        UnexpectedResponseError: it is no such response.
    """
    return _decode(body, Playlist)


def decode_page(body: bytes) -> Page:
    """Decode the response of `GET /playlists/{id}/items`.

    Raises:
        UnexpectedResponseError: it is no such response.
    """
    return _decode(body, Page)


def decode_listing(body: bytes) -> Listing:
    """Decode the response of `GET /me/playlists`.

    Raises:
        UnexpectedResponseError: it is no such response.
    """
    return _decode(body, Listing)


def decode_user(body: bytes) -> Owner:
    """Decode the response of `GET /me`.

    Raises:
        UnexpectedResponseError: it is no such response.
    """
    return _decode(body, Owner)


def decode_version(body: bytes) -> Version:
    """Decode the response of `GET /playlists/{id}?fields=snapshot_id`.

    Raises:
        UnexpectedResponseError: it is no such response.
    """
    return _decode(body, Version)


def _digest(position: int, entry: Entry | None) -> int:
    identity = b"" if entry is None else entry.identity
    return int.from_bytes(hashlib.sha256(b"%d\t%b" % (position, identity)).digest(), "big")


def _leads_back(previous: str | None, following: str) -> bool:
    """Whether a page's URL is no further on than another's, as far as both name an offset."""
    before, after = _offset(previous or ""), _offset(following)
    return before is not None and after is not None and after <= before


def _offset(url: str) -> int | None:
    values = parse_qs(urlsplit(url).query).get("offset", [""])
    return int(values[0]) if values[0].isascii() and values[0].isdecimal() else None


def _decode(body: bytes, kind: type[_Response]) -> _Response:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        message = f"Spotify sent no {kind.__name__.lower()} as documented: {error}"
        raise UnexpectedResponseError(message) from error


def _generations_of_playlist(playlist: Playlist) -> Iterator[Api]:
    if playlist.items is not None:
        yield "items"
    if playlist.tracks is not None:
        yield "classic"


def _generations_of_entry(entry: Entry | None) -> Iterator[Api]:
    if entry is None:
        return
    if entry.item is not msgspec.UNSET:
        yield "items"
    if entry.track is not msgspec.UNSET:
        yield "classic"
