"""The few fields of Spotify's responses that planning, paging and counting need.

The generations of the API differ in their keys (`tracks`/`track`, `items`/`item`); some apps get
both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
from msgspec import UNSET, Raw, UnsetType

from playlake_contracts.content import entry_identity
from playlake_contracts.json_text import NUL_ESCAPE, storable
from playlake_contracts.manifest import Int32
from playlake_contracts.sources.spotify import item_with_content, page_with_entries
from playlake_extractor.errors import UnexpectedResponseError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_contracts.sources.spotify import Api

T = TypeVar("T")

# All that decoding raises: bad JSON and wrong types, bad UTF-8, JSON nested too deep.
JSON_ERRORS: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Credit(msgspec.Struct, frozen=True):
    """An artist as an item names them."""

    uri: str | None = None
    name: str | None = None


class Album(msgspec.Struct, frozen=True):
    """An album as an item names it."""

    uri: str | None = None
    artists: list[Credit | None] | None = None


class Item(msgspec.Struct, frozen=True):
    """What an entry holds: a track, an episode or a local file."""

    uri: str | None = None
    id: str | None = None
    name: str | None = None
    artists: list[Credit | None] | None = None
    album: Album | None = None

    @property
    def identity(self) -> str | None:
        """What distinguishes it from other items."""
        artists = (artist.name for artist in self.artists or () if artist is not None)
        return entry_identity(self.uri, self.id, self.name, artists)


_ITEM_FIELDS: Final[dict[str, Any]] = {
    "uri": str,
    "id": str,
    "name": str,
    "artists": list[Credit | None],
    "album": Album,
}


class Entry(msgspec.Struct, frozen=True):
    """An entry of a playlist: when it was added, and what it holds under either key."""

    added_at: Raw | UnsetType = UNSET
    item: Raw | UnsetType = UNSET
    track: Raw | UnsetType = UNSET

    @property
    def held(self) -> Item | None:
        """What it holds, under whichever key says what it is."""
        return item_with_content(read_item(raw) for raw in (self.item, self.track) if raw)

    @property
    def added(self) -> str | None:
        """When it was added, as Spotify writes it; None where that is no text."""
        return None if self.added_at is UNSET else _read_or_none(bytes(self.added_at), str)

    @property
    def generations(self) -> Iterator[Api]:
        """The generations of the API that its keys belong to."""
        if self.item is not UNSET:
            yield "items"
        if self.track is not UNSET:
            yield "classic"


class Page(msgspec.Struct, frozen=True):
    """A page of entries; without `items` Spotify withheld them, unless there are none."""

    items: list[Raw] | None = None
    offset: Int32 | None = None
    limit: Int32 | None = None
    next: str | None = None
    total: Int32 | None = None

    def entries(self) -> Iterator[Entry]:
        """The entries; what is no object counts as an entry that holds nothing.

        Raises:
            UnexpectedResponseError: Spotify withheld them.
        """
        if self.items is None and self.total != 0:
            raise UnexpectedResponseError("Spotify sent a page without its items")
        for raw in self.items or ():
            yield _read_or_none(bytes(raw), Entry) or Entry()


class Owner(msgspec.Struct, frozen=True):
    """A user; in the response of `GET /me` the user whose token it is."""

    id: str | None = None


class Count(msgspec.Struct, frozen=True):
    """How many entries a listed playlist has."""

    total: Int32 | None = None


class ListedEntry(msgspec.Struct, frozen=True):
    """A playlist in the response of `GET /me/playlists`."""

    id: str | None = None
    name: str | None = None
    snapshot_id: str | None = None
    owner: Owner | None = None
    collaborative: bool | None = None
    items: Count | None = None
    tracks: Count | None = None

    @property
    def total(self) -> int | None:
        """How many entries it has; None where Spotify does not say."""
        counts = [held.total for held in (self.items, self.tracks) if held is not None]
        return max((count for count in counts if count is not None), default=None)


class Listing(msgspec.Struct, frozen=True):
    """A page of `GET /me/playlists`; nulls were seen in it, and null where there is none."""

    items: list[ListedEntry | None] | None
    next: str | None = None
    total: Int32 | None = None

    def playlists(self) -> list[ListedEntry]:
        """The playlists in it.

        Raises:
            UnexpectedResponseError: it has none although there are some.
        """
        if self.items is None and self.total != 0:
            raise UnexpectedResponseError("Spotify sent a list of playlists without its items")
        return [one for one in self.items or () if one is not None]


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
        """The embedded page that holds the entries; None where Spotify withheld them."""
        return page_with_entries((self.items, self.tracks))

    @property
    def generations(self) -> Iterator[Api]:
        """The generations of the API that its keys belong to."""
        if self.items is not None:
            yield "items"
        if self.tracks is not None:
            yield "classic"


def decode(body: bytes, kind: type[T]) -> T:
    """Decode JSON as people's files and Spotify's responses have it.

    Escapes that no text can hold become U+FFFD. Integers that are written as 2.0 are read as well.

    Raises:
        msgspec.DecodeError: it is not JSON; `ValidationError` where fields have other types.
        UnicodeDecodeError: it is not UTF-8.
        RecursionError: it nests too deep.
    """
    if NUL_ESCAPE in body:
        body = storable(body)
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return msgspec.json.decode(storable(body), type=kind, strict=False)


def decode_response(body: bytes, kind: type[T]) -> T:
    """Decode one of Spotify's responses.

    Raises:
        UnexpectedResponseError: it is not as Spotify documents it.
    """
    try:
        return decode(body, kind)
    except JSON_ERRORS as error:
        message = f"Spotify's {kind.__name__.lower()} is not as documented: {error}"
        raise UnexpectedResponseError(message) from error


def read_item(raw: Raw | UnsetType) -> Item | None:
    """Read what an entry holds; fields of another type are left out. None: it is no object."""
    if raw is UNSET:
        return None
    body = bytes(raw)
    try:
        return decode(body, Item | None)  # type: ignore[arg-type]  # a union is no type to mypy
    except JSON_ERRORS:
        fields = _read_or_none(body, dict[str, Raw])
    if fields is None:
        return None
    return Item(
        **{
            name: _read_or_none(bytes(fields[name]), kind)
            for name, kind in _ITEM_FIELDS.items()
            if name in fields
        }
    )


def _read_or_none(body: bytes, kind: type[T]) -> T | None:
    try:
        return decode(body, kind)
    except JSON_ERRORS:
        return None
