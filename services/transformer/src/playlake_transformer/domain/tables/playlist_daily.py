"""`playlist_daily`: one row for each playlist of a run whose contents the run asserts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playlake_contracts.tables import TABLES
from playlake_transformer.domain.tables.mapping import TableMapping

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from playlake_transformer.domain.contents import Contents
    from playlake_transformer.domain.tables.mapping import Columns

PLAYLIST_DAILY: Final = TableMapping(
    TABLES["playlist_daily"],
    read={
        "playlist_id": lambda contents: [one.playlist_id for one in contents],
        "entries": lambda contents: [one.entries for one in contents],
        "distinct_tracks": lambda contents: [one.distinct_tracks for one in contents],
        "distinct_artists": lambda contents: [one.distinct_artists for one in contents],
        "duration_ms": lambda contents: [one.duration_ms for one in contents],
        "explicit_share": lambda contents: [one.explicit_share for one in contents],
        "median_release_year": lambda contents: [one.median_release_year for one in contents],
        "entries_added": lambda contents: [one.entries_added for one in contents],
        "entries_removed": lambda contents: [one.entries_removed for one in contents],
        "contents_run_id": lambda contents: [one.contents_run_id for one in contents],
        "contents_part": lambda contents: [one.contents_part for one in contents],
        "is_complete": lambda contents: [one.is_complete for one in contents],
    },
)


def contents_columns(contents: Sequence[Contents], fetched_at: datetime) -> Columns:
    """Build the columns of `playlist_daily`."""
    return {**PLAYLIST_DAILY.columns(contents), "fetched_at": [fetched_at] * len(contents)}
