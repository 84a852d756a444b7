"""The names of the tables, for what must not wait for pyarrow; a test holds them to the tables."""

from __future__ import annotations

from typing import Final

TABLE_NAMES: Final = (
    "playlists",
    "playlist_items",
    "tracks",
    "albums",
    "artists",
    "track_artists",
    "album_artists",
    "quality_results",
    "run_outcomes",
    "playlist_daily",
    "quarantine",
    "loads",
)

# The tables that compaction writes, and no service.
HISTORY_TABLE_NAMES: Final = ("changes", "memberships", "timeline")
