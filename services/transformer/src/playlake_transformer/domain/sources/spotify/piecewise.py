"""Reads a frame piece by piece, if it deviates from Spotify's documentation.

The playlist, each page and each entry are read separately. A bad value is null in the row, and the
raw JSON of its piece goes to quarantine with the reason. Every entry keeps its position.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec import Raw, Struct

from playlake_contracts.errors import ErrorCode
from playlake_contracts.json_text import storable
from playlake_contracts.raw import (
    RawDetails,
    RawSnapshot,
    decode_details,
    decode_snapshot,
)
from playlake_contracts.sources.spotify import page_with_entries
from playlake_transformer.domain.json_errors import JSON_ERRORS, explain
from playlake_transformer.domain.model import Entries
from playlake_transformer.domain.positions import number_entries
from playlake_transformer.domain.salvage import Salvaged, salvage
from playlake_transformer.domain.snapshot import (
    AlbumDetails,
    ArtistDetails,
    Quarantined,
    Snapshot,
    UnreadableFrameError,
)
from playlake_transformer.domain.sources.spotify.classify import classify_entry, unreadable
from playlake_transformer.domain.sources.spotify.shapes import (
    Album,
    Artist,
    Entry,
    Int32,
    Offset,
    PlaylistMetadata,
    named,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake_transformer.domain.model import EntryRow

T = TypeVar("T", bound=Struct)

_PLAYLISTS, _ITEMS = "playlists", "playlist_items"


class _Contents(Struct):
    items: Raw = Raw()
    tracks: Raw = Raw()


class _PageNumbers(Struct):
    offset: Offset | None = None
    total: Int32 | None = None


class _PageEntries(Struct):
    items: list[Raw] | None = None


class _Page(Struct):
    items: list[Raw] | None = None
    offset: int | None = None
    total: int | None = None


_contents_decoder = msgspec.json.Decoder(_Contents | None)
_entries_decoder = msgspec.json.Decoder(_PageEntries | None)


def read_playlist_piecewise(frame: bytes) -> Snapshot:
    """Read a frame of kind `playlist` that could not be decoded as a whole.

    Raises:
        UnreadableFrameError: no part of the frame can become a row.
    """
    return _Pieces(_envelope(frame, decode_snapshot, _PLAYLISTS)).read()


def read_artist_piecewise(frame: bytes) -> ArtistDetails:
    """Read a frame of kind `artist` that could not be decoded as a whole.

    Raises:
        UnreadableFrameError: no part of the frame can become a row.
    """
    envelope = _envelope(frame, decode_details, "artists")
    artist, quarantined = _details(envelope, Artist, "artists")
    return ArtistDetails(envelope.source, envelope.run_id, envelope.fetched_at, artist, quarantined)


def read_album_piecewise(frame: bytes) -> AlbumDetails:
    """Read a frame of kind `album` that could not be decoded as a whole.

    Raises:
        UnreadableFrameError: no part of the frame can become a row.
    """
    envelope = _envelope(frame, decode_details, "albums")
    album, quarantined = _details(envelope, Album, "albums")
    return AlbumDetails(envelope.source, envelope.run_id, envelope.fetched_at, album, quarantined)


def playlist_pieces(frame: bytes) -> list[tuple[int | None, bytes]]:
    """List the raw JSON of the entries of a frame of kind `playlist` with their positions."""
    return _Pieces(decode_snapshot(storable(frame))).entries()


def details_pieces(frame: bytes) -> list[tuple[int | None, bytes]]:
    """The response in a frame of an artist or album, which has no position."""
    return [(None, bytes(decode_details(storable(frame)).response))]


def read_envelope(frame: bytes) -> RawSnapshot:
    """Read the envelope of a snapshot.

    Raises:
        UnreadableFrameError: it is not as it was landed.
    """
    return _envelope(storable(frame), decode_snapshot, _PLAYLISTS)


def salvaged_row(entry_json: bytes) -> tuple[EntryRow, Salvaged[Entry]]:
    """The row of an entry, with null for each bad value, and why values are bad."""
    salvaged = salvage(entry_json, Entry)
    if not salvaged.faults:
        return classify_entry(salvaged.value), salvaged
    reason = f"{salvaged.code}: {salvaged.reason}"
    entry = salvaged.value
    if entry is None or not (entry.item or entry.track):
        return unreadable(entry, reason), salvaged
    return classify_entry(entry)._replace(reason=reason), salvaged


E = TypeVar("E", RawSnapshot, RawDetails)
D = TypeVar("D", Artist, Album)


def _envelope(frame: bytes, decode: Callable[[bytes], E], table: str) -> E:
    try:
        return decode(frame)
    except JSON_ERRORS as error:
        raise UnreadableFrameError(Quarantined(table, *explain(error), frame)) from error


def _details(envelope: RawDetails, kind: type[D], table: str) -> tuple[D, list[Quarantined]]:
    raw = bytes(envelope.response)
    salvaged = salvage(raw, kind)
    broken = [Quarantined(table, salvaged.code, salvaged.reason, raw)] if salvaged.faults else []
    if salvaged.value is None or not salvaged.value.id:
        without_id = Quarantined(table, ErrorCode.WRONG_TYPE, "the response has no id", raw)
        raise UnreadableFrameError(broken[0] if broken else without_id)
    return salvaged.value, broken


class _Pieces:
    """Reads one snapshot, and collects the pieces to quarantine."""

    def __init__(self, envelope: RawSnapshot) -> None:
        self._envelope = envelope
        self._quarantined: list[Quarantined] = []
        self._has_unreadable_page = False

    def read(self) -> Snapshot:
        """Read all pieces of the snapshot."""
        envelope = self._envelope
        playlist = self._salvage(bytes(envelope.playlist), PlaylistMetadata, _PLAYLISTS)
        pages = self._pages()
        positions, entries = number_entries((page.offset, page.items or ()) for page in pages)
        return Snapshot(
            source=envelope.source,
            run_id=envelope.run_id,
            playlist_id=envelope.playlist_id,
            snapshot_id=envelope.snapshot_id,
            fetched_at=envelope.fetched_at,
            api=envelope.api,
            playlist=named(playlist, envelope.name),
            total=next((page.total for page in pages if page.total is not None), None),
            is_complete=envelope.complete and not self._has_unreadable_page,
            entries=Entries.of(
                positions, [self._row(*one) for one in zip(positions, entries, strict=True)]
            ),
            counted=envelope.entries,
            quarantined=self._quarantined,
        )

    def entries(self) -> list[tuple[int | None, bytes]]:
        """The raw JSON of all entries, with their positions."""
        positions, entries = number_entries(
            (page.offset, page.items or ()) for page in self._pages()
        )
        return list(zip(positions, map(bytes, entries), strict=True))

    def _pages(self) -> list[_Page]:
        return [page for page in [self._embedded(), *map(self._page, self._envelope.pages)] if page]

    def _embedded(self) -> _Page | None:
        try:
            contents = _contents_decoder.decode(self._envelope.playlist) or _Contents()
        except JSON_ERRORS:  # not an object, and already quarantined as a playlist
            return None
        return page_with_entries(self._page(raw) for raw in (contents.items, contents.tracks))

    def _page(self, raw: Raw) -> _Page | None:
        if not raw:
            return None
        try:
            entries = _entries_decoder.decode(raw)
        except JSON_ERRORS as error:
            self._has_unreadable_page = True
            self._quarantine(_ITEMS, *explain(error), bytes(raw))
            return None
        if entries is None:
            return None
        numbers = self._salvage(bytes(raw), _PageNumbers, _ITEMS) or _PageNumbers()
        return _Page(entries.items, numbers.offset, numbers.total)

    def _row(self, position: int, entry_json: Raw) -> EntryRow:
        raw = bytes(entry_json)
        row, salvaged = salvaged_row(raw)
        if salvaged.faults:
            self._quarantine(_ITEMS, salvaged.code, salvaged.reason, raw, position)
        return row

    def _salvage(self, raw: bytes, kind: type[T], table: str) -> T | None:
        salvaged = salvage(raw, kind)
        if salvaged.faults:
            self._quarantine(table, salvaged.code, salvaged.reason, raw)
        return salvaged.value

    def _quarantine(
        self, table: str, code: ErrorCode, reason: str, raw: bytes, position: int | None = None
    ) -> None:
        playlist_id = self._envelope.playlist_id
        self._quarantined.append(Quarantined(table, code, reason, raw, playlist_id, position))
