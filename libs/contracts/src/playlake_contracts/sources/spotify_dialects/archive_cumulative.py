"""`playlists/cumulative/*.json` of the public playlist archive: all that a playlist ever held.

What has a date of removal is not in the playlist any more, and is no entry. The order is that of
the file, which the archive sorts anew; the days are those on which the archive looked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts.sources.dialect_reading import bounded, decoded, fields_of
from playlake_contracts.sources.spotify_dialects.archived import ArchivedPlaylist, archived_entry
from playlake_contracts.sources.spotify_dialects.reading import Saved, SavedEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from msgspec import Raw


def read(playlist: bytes, _pages: Sequence[bytes]) -> Saved:
    """Read what is still in a playlist; see `Reader`."""
    found = decoded(playlist, ArchivedPlaylist)
    return Saved(found.own_fields(), bounded(_entries(found.tracks or ())))


def _entries(tracks: Iterable[Raw]) -> Iterator[SavedEntry]:
    for raw in tracks:
        track = fields_of(raw)
        if track.get("date_removed") is None:
            # With an asterisk it was there on the first day, and nobody knows since when.
            day = None if track.get("date_added_asterisk") else track.get("date_added")
            yield archived_entry(track, raw, day)
