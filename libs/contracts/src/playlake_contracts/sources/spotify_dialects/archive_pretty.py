"""`playlists/pretty/*.json` of the public playlist archive: a playlist as it was on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts.sources.dialect_reading import as_text, bounded, decoded, fields_of
from playlake_contracts.sources.spotify_dialects.archived import (
    ArchivedPlaylist,
    archived_entry,
)
from playlake_contracts.sources.spotify_dialects.reading import Saved, SavedEntry, moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from msgspec import Raw


def read(playlist: bytes, _pages: Sequence[bytes]) -> Saved:
    """Read a playlist; see `Reader`."""
    found = decoded(playlist, ArchivedPlaylist)
    return Saved(found.own_fields(), bounded(map(_entry, found.tracks or ())))


def _entry(raw: Raw) -> SavedEntry:
    track = fields_of(raw)
    added_at = track.get("added_at")
    return archived_entry(track, raw, moment(as_text(added_at)) or added_at)
