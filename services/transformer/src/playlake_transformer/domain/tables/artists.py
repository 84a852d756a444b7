"""`artists`: one row for each artist of a part."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from playlake_contracts.tables import TABLES
from playlake_transformer.domain.tables.cleaning import frame_of
from playlake_transformer.domain.tables.mapping import TableMapping, joined

if TYPE_CHECKING:
    from playlake_transformer.domain.model import Artist


def clean(artists: pa.Table) -> pa.Table:
    """Keep one row for each artist: the first one with a name, else the first."""
    frame = frame_of(artists, "artist_id", "name")
    nameless = frame["name"].fillna("") == ""
    first_named = frame.assign(nameless=nameless).sort_values("nameless", kind="stable")
    kept = first_named.drop_duplicates("artist_id").index.sort_values()
    return artists.take(pa.array(kept))


def _genres(artist: Artist) -> str | None:
    return joined(artist.genres)


ARTISTS: Final = TableMapping(
    TABLES["artists"],
    read={
        "artist_id": attrgetter("id"),
        "name": attrgetter("name"),
        "followers": attrgetter("followers_total"),
        "popularity": attrgetter("popularity"),
        "genres": _genres,
    },
    clean=clean,
)
