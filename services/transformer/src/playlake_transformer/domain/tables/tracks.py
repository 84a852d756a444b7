"""`tracks`: one row for each track (song) of a part."""

from __future__ import annotations

from operator import attrgetter
from typing import Final

from playlake_contracts.tables import TABLES
from playlake_transformer.domain.tables.mapping import TableMapping

TRACKS: Final = TableMapping(
    TABLES["tracks"],
    read={
        "track_id": attrgetter("id"),
        "name": attrgetter("name"),
        "album_id": lambda track: (track.album.id or None) if track.album else None,
        "duration_ms": attrgetter("duration_ms"),
        "is_explicit": attrgetter("explicit"),
        "disc_number": attrgetter("disc_number"),
        "track_number": attrgetter("track_number"),
        "popularity": attrgetter("popularity"),
        "isrc": attrgetter("isrc"),
        "is_playable": attrgetter("is_playable"),
        "linked_from_id": attrgetter("linked_from_id"),
        "markets": attrgetter("markets"),
    },
)
