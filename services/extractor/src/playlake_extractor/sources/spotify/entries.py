"""The fields of an entry of a playlist that the extractor needs to count, compare and enrich it.

The keys of the two generations of the API differ (`track`, `item`). An entry that is not as Spotify
documents it is read field by field, so that one wrong field does not hide the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import UNSET, Raw, UnsetType

from playlake_contracts.content import entry_identity
from playlake_contracts.sources.spotify import is_available, item_with_content
from playlake_extractor.http.decoding import JSON_ERRORS, decode, decode_or_none

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_contracts.sources.spotify import Api


class Credit(msgspec.Struct, frozen=True, gc=False):
    """An artist that an item credits."""

    uri: str | None = None
    name: str | None = None


class Album(msgspec.Struct, frozen=True, gc=False):
    """The album of an item."""

    uri: str | None = None
    artists: list[Credit | None] | None = None


class Item(msgspec.Struct, frozen=True, gc=False):
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

    @property
    def is_available(self) -> bool:
        """Whether its row is more than `unavailable`: it has an id, or is a local file."""
        return is_available(self.uri, self.id, self.name)


class Entry(msgspec.Struct, frozen=True, gc=False):
    """An entry of a playlist: when it was added, and its item under either key.

    Attributes:
        added_at: when it was added, as Spotify sent it; None if that is not text.
    """

    added_at: str | None = None
    item: Item | UnsetType | None = UNSET
    track: Item | UnsetType | None = UNSET

    @property
    def held(self) -> Item | None:
        """Its item, under the key that has the contents."""
        return item_with_content((self.item or None, self.track or None))

    @property
    def generations(self) -> Iterator[Api]:
        """The generations of the API to which its keys belong."""
        if self.item is not UNSET:
            yield "items"
        if self.track is not UNSET:
            yield "classic"


class RawEntry(msgspec.Struct, frozen=True):
    """An entry whose fields are not decoded."""

    added_at: Raw | UnsetType = UNSET
    item: Raw | UnsetType = UNSET
    track: Raw | UnsetType = UNSET


_ITEM_FIELDS: Final[dict[str, Any]] = {
    "uri": str,
    "id": str,
    "name": str,
    "artists": list[Credit | None],
    "album": Album,
}
_decoder: Final = msgspec.json.Decoder(Entry)


def read_entry(raw: Raw) -> Entry:
    """Read an entry without fields of a wrong type; empty if it is not an object.

    Args:
        raw: a value that `decode` gave, which has replaced escapes of NUL.
    """
    try:
        return _decoder.decode(raw)
    except JSON_ERRORS:
        return _read_by_field(read_raw_entry(raw))


def read_raw_entry(raw: Raw) -> RawEntry:
    """Read the fields of an entry without decoding them; empty if it is not an object."""
    return decode_or_none(bytes(raw), RawEntry) or RawEntry()


def read_item(raw: Raw | UnsetType) -> Item | None:
    """Read an entry's item without fields of a wrong type; None if it is not an object."""
    if raw is UNSET:
        return None
    body = bytes(raw)
    try:
        return decode(body, Item | None)  # type: ignore[arg-type]  # a union is no type to mypy
    except JSON_ERRORS:
        fields = decode_or_none(body, dict[str, Raw])
    if fields is None:
        return None
    return Item(
        **{
            name: decode_or_none(bytes(fields[name]), kind)
            for name, kind in _ITEM_FIELDS.items()
            if name in fields
        }
    )


def _read_by_field(entry: RawEntry) -> Entry:
    added_at = entry.added_at
    return Entry(
        added_at=None if added_at is UNSET else decode_or_none(bytes(added_at), str),
        item=UNSET if entry.item is UNSET else read_item(entry.item),
        track=UNSET if entry.track is UNSET else read_item(entry.track),
    )
