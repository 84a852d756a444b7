"""`tracks`: one row for each track (song) of a part."""

from __future__ import annotations

from typing import Final

from playlake_contracts.tables import TABLES
from playlake_transformer.domain.tables.mapping import TableMapping

TRACKS: Final = TableMapping(
    TABLES["tracks"],
    read={
        "track_id": lambda tracks: [track.id for track in tracks],
        "name": lambda tracks: [track.name for track in tracks],
        "album_id": lambda tracks: [
            (track.album.id or None) if track.album else None for track in tracks
        ],
        "duration_ms": lambda tracks: [track.duration_ms for track in tracks],
        "is_explicit": lambda tracks: [track.explicit for track in tracks],
        "disc_number": lambda tracks: [track.disc_number for track in tracks],
        "track_number": lambda tracks: [track.track_number for track in tracks],
        "popularity": lambda tracks: [track.popularity for track in tracks],
        "is_playable": lambda tracks: [track.is_playable for track in tracks],
    },
    nested=frozenset({"isrc", "linked_from_id", "markets"}),
    names=frozenset({"name"}),
)
