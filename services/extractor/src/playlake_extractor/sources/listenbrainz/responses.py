"""The fields of ListenBrainz's responses that the extractor needs to plan, count and compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
from msgspec import Raw, field

from playlake_contracts.manifest import Int32
from playlake_contracts.sources.listenbrainz import (
    PLAYLIST_EXTENSION,
    TRACK_EXTENSION,
    Identifiers,
    addresses,
    identity_of,
)
from playlake_extractor.errors import NotReadableError, UnexpectedResponseError
from playlake_extractor.http.decoding import JSON_ERRORS, decode, decode_or_none

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")


class _PlaylistExtension(msgspec.Struct, frozen=True):
    last_modified_at: str | None = None


class _PlaylistExtensions(msgspec.Struct, frozen=True):
    musicbrainz: _PlaylistExtension | None = field(default=None, name=PLAYLIST_EXTENSION)


class _Playlist(msgspec.Struct, frozen=True):
    identifier: Identifiers = None
    title: str | None = None
    extension: _PlaylistExtensions | None = None
    track: list[Raw] | None = None


class Jspf(msgspec.Struct, frozen=True):
    """A playlist; in a list of playlists it has no entries."""

    playlist: _Playlist

    @property
    def name(self) -> str | None:
        """Its title."""
        return self.playlist.title

    @property
    def identifier(self) -> str:
        """Its address; empty if it has none."""
        return next(filter(None, addresses(self.playlist.identifier)), "")

    @property
    def version(self) -> str | None:
        """When it was changed last; None if ListenBrainz does not say."""
        extension = self.playlist.extension
        found = extension.musicbrainz if extension is not None else None
        return found.last_modified_at if found is not None else None

    @property
    def tracks(self) -> list[Raw]:
        """The raw JSON of its entries.

        Raises:
            NotReadableError: it has no list of them.
        """
        if self.playlist.track is None:
            raise NotReadableError("ListenBrainz sent the playlist without its tracks")
        return self.playlist.track


class Listing(msgspec.Struct, frozen=True):
    """A page of `GET /user/{name}/playlists`; elements are decoded one by one."""

    playlists: list[Raw]
    playlist_count: Int32 | None = None


class _TrackExtension(msgspec.Struct, frozen=True, gc=False):
    added_at: str | None = None


class _TrackExtensions(msgspec.Struct, frozen=True, gc=False):
    musicbrainz: _TrackExtension | None = field(default=None, name=TRACK_EXTENSION)


class Entry(msgspec.Struct, frozen=True, gc=False):
    """The fields of an entry that identify it."""

    identifier: Identifiers = None
    title: str | None = None
    creator: str | None = None
    extension: _TrackExtensions | None = None

    @property
    def identity(self) -> str | None:
        """The text that distinguishes it from other entries."""
        return identity_of(self.identifier, self.title, self.creator)

    @property
    def added_at(self) -> str | None:
        """When it was added, as ListenBrainz sent it."""
        found = self.extension.musicbrainz if self.extension is not None else None
        return found.added_at if found is not None else None


_FIELDS: Final[Mapping[str, Any]] = {
    "identifier": Identifiers,
    "title": str | None,
    "creator": str | None,
    "extension": _TrackExtensions | None,
}


def decode_response(body: bytes, kind: type[T]) -> T:
    """Decode one of ListenBrainz's responses.

    Raises:
        UnexpectedResponseError: it does not match the documentation.
    """
    try:
        return decode(body, kind)
    except JSON_ERRORS as error:
        message = f"ListenBrainz's {kind.__name__.lower()} is not as documented: {error}"
        raise UnexpectedResponseError(message) from error


def read_entry(raw: Raw) -> Entry:
    """Read an entry without fields of a wrong type; empty if it is not an object."""
    body = bytes(raw)
    try:
        return decode(body, Entry)
    except JSON_ERRORS:
        fields = decode_or_none(body, dict[str, Raw]) or {}
    return Entry(
        **{
            name: decode_or_none(bytes(fields[name]), kind)
            for name, kind in _FIELDS.items()
            if name in fields
        }
    )
