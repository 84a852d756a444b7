"""The keys by which rows of two tables belong together, each in one column, and the relations.

A relation of Power BI compares one column. Where several columns make the key, the model has a
column with all of them. A source, a run and a part have no bar by their grammar, and the one text
without a grammar comes last: so two keys are equal only if all of their columns are.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from playlake_warehouses.powerbi.described import Column, Kind, Relation

if TYPE_CHECKING:
    from collections.abc import Mapping

DAY: Final = "day"
DATES: Final = "dates"
PLAYLIST_NAMES: Final = "playlist_names"

# The columns that a key consists of.
KEYS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "playlist_key": ("source", "playlist_id"),
        "snapshot_key": ("source", "run_id", "playlist_id"),
        "track_key": ("source", "run_id", "part", "track_id"),
        "album_key": ("source", "run_id", "part", "album_id"),
        "artist_key": ("source", "run_id", "part", "artist_id"),
    }
)

RELATIONS: Final = (
    Relation("playlist_items", "playlists", "snapshot_key"),
    Relation("playlist_items", "tracks", "track_key"),
    Relation("tracks", "albums", "album_key"),
    Relation("track_artists", "tracks", "track_key"),
    Relation("track_artists", "artists", "artist_key"),
    Relation("album_artists", "albums", "album_key"),
    Relation("album_artists", "artists", "artist_key"),
    *(
        Relation(table, PLAYLIST_NAMES, "playlist_key")
        for table in (
            "playlists",
            "run_outcomes",
            "playlist_daily",
            "changes",
            "memberships",
            "timeline",
        )
    ),
    *(
        Relation(table, DATES, DAY)
        for table in (
            "playlists",
            "run_outcomes",
            "playlist_daily",
            "quality_results",
            "loads",
            "changes",
        )
    ),
)


def key_columns(table: str) -> tuple[Column, ...]:
    """The columns with keys that the relations of a table need, in the order of `KEYS`."""
    used = {each.column for each in RELATIONS if table in (each.many, each.one)}
    return tuple(key_column(name) for name in KEYS if name in used)


def key_column(name: str) -> Column:
    """The column of a key."""
    parts = ", ".join(f"[{column}]" for column in KEYS[name])
    text = f"the key of relations: {', '.join(KEYS[name])}"
    return Column(name, Kind.TEXT, text, is_hidden=True, formula=f"Key({{{parts}}})")
