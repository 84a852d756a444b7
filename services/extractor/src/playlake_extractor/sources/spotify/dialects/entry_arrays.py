"""Entries that were saved without their pages: alone, or in the place of a playlist's page."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import UNSET, Raw

from playlake_contracts.sources.spotify_dialects import kinds
from playlake_extractor.http.decoding import decode_or_none
from playlake_extractor.sources.one_snapshot import OneSnapshot
from playlake_extractor.sources.spotify.dialects.translating import translate
from playlake_extractor.sources.spotify.entries import read_raw_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from playlake_extractor.run.saved_snapshots import SavedSnapshot
    from playlake_extractor.sources.dialects import Document, GivenPlaylist

# So many entries show what an array holds.
_LOOKED_AT: Final = 100


class EntryArrays(OneSnapshot):
    """Arrays of entries, and entries one a line; implements `Dialect`."""

    def read(self, document: Document, given: GivenPlaylist) -> Sequence[SavedSnapshot] | None:
        """Read an array of entries."""
        if document.elements is None or not hold_items(
            Raw(element.json) for element in document.elements
        ):
            return None
        is_array = document.json.startswith(b"[")
        pages = (document.json,) if is_array else tuple(e.json for e in document.elements)
        return [translate(kinds.ENTRY_ARRAY, document, given, pages=pages)]


class _Outline(msgspec.Struct):
    type: Any = None
    snapshot_id: Any = None
    uri: Any = None
    items: Raw = Raw()
    tracks: Raw = Raw()


class PlaylistsWithEntries(OneSnapshot):
    """Playlists with an array of entries as `tracks` or `items`; implements `Dialect`."""

    def read(self, document: Document, given: GivenPlaylist) -> Sequence[SavedSnapshot] | None:
        """Read a playlist."""
        outline = decode_or_none(document.json, _Outline) if document.is_object else None
        if outline is None or outline.type not in (None, "playlist"):
            return None
        arrays = [
            decode_or_none(bytes(held), list[Raw])
            for held in (outline.tracks, outline.items)
            if held and bytes(memoryview(held)[:1]) == b"["
        ]
        is_declared = outline.type == "playlist" or str(outline.uri).startswith("spotify:playlist:")
        is_empty = is_declared and any(array == [] for array in arrays)
        if not is_empty and not any(hold_items(array or ()) for array in arrays):
            return None
        kind = kinds.PLAYLIST_WITH_ENTRIES
        return [translate(kind, document, given, playlist=document.json)]


def hold_items(entries: Iterable[Raw]) -> bool:
    """Whether entries hold items; a track's own `track` is a boolean, but no entry's is."""
    held = [
        bytes(raw)
        for entry in map(read_raw_entry, islice(entries, _LOOKED_AT))
        for raw in (entry.item, entry.track)
        if raw is not UNSET
    ]
    # Of account data an entry has a `track` as well, whose fields have other names.
    is_of_api = not any(b'"trackUri"' in raw or b'"trackName"' in raw for raw in held)
    return is_of_api and any(held) and all(raw.startswith((b"{", b"null")) for raw in held)
