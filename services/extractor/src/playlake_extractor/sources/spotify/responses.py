"""The fields of Spotify's responses that the extractor needs to plan, page and count.

The keys of the two generations of the API differ (`tracks`/`track`, `items`/`item`); some apps get
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

# The errors of decoding: bad JSON or types, bad UTF-8, JSON that is nested too deep.
JSON_ERRORS: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Credit(msgspec.Struct, frozen=True):
    """An artist that an item credits."""

    uri: str | None = None
    name: str | None = None


class Album(msgspec.Struct, frozen=True):
    """The album of an item."""

    uri: str | None = None
    artists: list[Credit | None] | None = None


class Item(msgspec.Struct, frozen=True):
    """The item of an entry: a track, an episode, a local file and so on."""

    uri: str | None = None
    id: str | None = None
    name: str | None = None
    artists: list[Credit | None] | None = None
    album: Album | None = None

    @property
    def identity(self) -> str | None:
        """The text that distinguishes it from other items."""
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
    """An entry of a playlist: when it was added, and its item under either key."""

    added_at: Raw | UnsetType = UNSET
    item: Raw | UnsetType = UNSET
    track: Raw | UnsetType = UNSET

    @property
    def held(self) -> Item | None:
        """Its item, under the key that has the contents."""
        return item_with_content(read_item(raw) for raw in (self.item, self.track) if raw)

    @property
    def added(self) -> str | None:
        """When it was added, as Spotify sent it; None if that is not text."""
        return None if self.added_at is UNSET else _read_or_none(bytes(self.added_at), str)

    @property
    def generations(self) -> Iterator[Api]:
        """The generations of the API to which its keys belong."""
        if self.item is not UNSET:
            yield "items"
        if self.track is not UNSET:
            yield "classic"


class Page(msgspec.Struct, frozen=True):
    """A page of entries; if `items` is missing and `total` is not 0, Spotify withheld them."""

    items: list[Raw] | None = None
    offset: Int32 | None = None
    limit: Int32 | None = None
    next: str | None = None
    total: Int32 | None = None

    def entries(self) -> Iterator[Entry]:
        """The entries; a value that is not an object counts as an entry without an item.

        Raises:
            UnexpectedResponseError: Spotify withheld them.
        """
        if self.items is None and self.total != 0:
            raise UnexpectedResponseError("Spotify sent a page without its items")
        for raw in self.items or ():
            yield _read_or_none(bytes(raw), Entry) or Entry()


class Owner(msgspec.Struct, frozen=True):
    """A user; in the response of `GET /me`, the user to whom the token belongs."""

    id: str | None = None


class Count(msgspec.Struct, frozen=True):
    """The number of entries of a listed playlist."""

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
        """Number of its entries; None if Spotify does not say."""
        counts = [held.total for held in (self.items, self.tracks) if held is not None]
        return max((count for count in counts if count is not None), default=None)


class Listing(msgspec.Struct, frozen=True):
    """A page of `GET /me/playlists`; the list and its elements can be null."""

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
        """The embedded page that has the entries; None if Spotify withheld them."""
        return page_with_entries((self.items, self.tracks))

    @property
    def generations(self) -> Iterator[Api]:
        """The generations of the API to which its keys belong."""
        if self.items is not None:
            yield "items"
        if self.tracks is not None:
            yield "classic"


def decode(body: bytes, kind: type[T]) -> T:
    """Decode JSON of Spotify's responses and of saved files.

    Escapes that no text can hold become U+FFFD. An integer may be written as 2.0.

    Raises:
        msgspec.DecodeError: it is not JSON; `ValidationError` if a field has another type.
        UnicodeDecodeError: it is not UTF-8.
        RecursionError: it is nested too deep.
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
        UnexpectedResponseError: it does not match Spotify's documentation.
    """
    try:
        return decode(body, kind)
    except JSON_ERRORS as error:
        message = f"Spotify's {kind.__name__.lower()} is not as documented: {error}"
        raise UnexpectedResponseError(message) from error


def read_item(raw: Raw | UnsetType) -> Item | None:
    """Read an entry's item without fields of a wrong type; None if it is not an object."""
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
