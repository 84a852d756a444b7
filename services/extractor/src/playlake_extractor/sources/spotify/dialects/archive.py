"""The JSON files of the public playlist archive: pretty and cumulative."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from playlake_contracts.sources.spotify_dialects import kinds
from playlake_contracts.sources.spotify_dialects.reading import reference
from playlake_extractor.http.decoding import decode_or_none
from playlake_extractor.sources.one_snapshot import OneSnapshot
from playlake_extractor.sources.spotify.dialects.translating import translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_extractor.run.saved_snapshots import SavedSnapshot
    from playlake_extractor.sources.dialects import Document, GivenPlaylist

# A field of a track that only the cumulative file has.
_CUMULATIVE: Final = "date_added"


class _File(msgspec.Struct):
    url: str
    tracks: list[dict[str, msgspec.Raw] | None]
    date_first_scraped: Any = None


class Archive(OneSnapshot):
    """A playlist as the archive keeps it; implements `Dialect`."""

    def read(self, document: Document, given: GivenPlaylist) -> Sequence[SavedSnapshot] | None:
        """Read the file of a playlist."""
        file = decode_or_none(document.json, _File) if document.is_object else None
        if file is None or not reference(file.url, "playlist"):
            return None
        tracks = [track for track in file.tracks if track is not None]
        if tracks and not any("url" in track for track in tracks):
            return None
        is_cumulative = file.date_first_scraped is not None or any(
            _CUMULATIVE in track for track in tracks
        )
        kind = kinds.ARCHIVE_CUMULATIVE if is_cumulative else kinds.ARCHIVE_PRETTY
        return [translate(kind, document, given, playlist=document.json)]
