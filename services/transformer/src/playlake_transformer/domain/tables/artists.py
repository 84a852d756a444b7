"""`artists`: one row for each artist of a part."""

from __future__ import annotations

from typing import Final

from playlake_contracts.tables import TABLES
from playlake_transformer.domain.tables.mapping import TableMapping

ARTISTS: Final = TableMapping(
    TABLES["artists"],
    read={
        "artist_id": lambda artists: [artist.id for artist in artists],
        "name": lambda artists: [artist.name for artist in artists],
        "popularity": lambda artists: [artist.popularity for artist in artists],
        "genres": lambda artists: [
            None if artist.genres is None else ",".join(artist.genres) for artist in artists
        ],
    },
    nested=frozenset({"followers"}),
    names=frozenset({"name"}),
    lists=frozenset({"genres"}),
)
