"""What is done to every text: names are trimmed and composed, and an empty text is none."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from playlake_contracts.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slow_transform.objects import Row

# By table, the columns of texts for people.
NAMES = {
    "playlists": {"name", "description", "owner_name"},
    "playlist_items": {"name", "artist_names", "album_name", "show_name"},
    "tracks": {"name"},
    "albums": {"name", "label"},
    "artists": {"name"},
    "track_artists": {"artist_name"},
    "album_artists": {"artist_name"},
    "run_outcomes": {"name"},
}


def tidy(tables: Mapping[str, list[Row]]) -> None:
    """Tidy the texts of every row."""
    for table, rows in tables.items():
        for row in rows:
            _tidy(table, row)


def _tidy(table: str, row: Row) -> None:
    for column, value in row.items():
        if type(value) is not str or column.endswith("raw") or column == "genres":
            continue
        text = value
        if column in NAMES.get(table, ()):
            text = unicodedata.normalize("NFC", text.strip())
        is_optional = TABLES[table].schema.field(column).nullable
        row[column] = None if is_optional and not text else text
