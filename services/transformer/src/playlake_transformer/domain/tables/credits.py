"""`track_artists` and `album_artists`: one row for each artist that a work credits."""

from __future__ import annotations

from typing import Final

from playlake_contracts.tables import TABLES
from playlake_transformer.domain.tables.mapping import TableMapping


def _credits(work: str) -> TableMapping:
    """The table of the artists of tracks or albums; it is read from the artists."""
    return TableMapping(
        TABLES[f"{work}_artists"],
        given=(f"{work}_id", "position"),
        read={
            "artist_id": lambda artists: [artist.id or None for artist in artists],
            "artist_name": lambda artists: [artist.name for artist in artists],
        },
        names=frozenset({"artist_name"}),
    )


TRACK_ARTISTS: Final = _credits("track")
ALBUM_ARTISTS: Final = _credits("album")
