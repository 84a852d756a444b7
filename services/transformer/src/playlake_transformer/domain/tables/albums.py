"""`albums`: one row for each album of a part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playlake_contracts.tables import TABLES
from playlake_transformer.domain.tables.cleaning import first_days, with_columns
from playlake_transformer.domain.tables.mapping import TableMapping, joined

if TYPE_CHECKING:
    import pyarrow as pa


def clean(albums: pa.Table) -> pa.Table:
    """Derive `release_date`: of a year or a month, its first day."""
    return with_columns(albums, release_date=first_days(albums["release_date_raw"]))


ALBUMS: Final = TableMapping(
    TABLES["albums"],
    read={
        "album_id": lambda albums: [album.id for album in albums],
        "name": lambda albums: [album.name for album in albums],
        "album_type": lambda albums: [album.album_type for album in albums],
        "release_date_raw": lambda albums: [album.release_date for album in albums],
        "release_date_precision": lambda albums: [album.release_date_precision for album in albums],
        "total_tracks": lambda albums: [album.total_tracks for album in albums],
        "label": lambda albums: [album.label for album in albums],
        "popularity": lambda albums: [album.popularity for album in albums],
        "genres": lambda albums: [joined(album.genres) for album in albums],
    },
    nested=frozenset({"upc", "image_url", "markets"}),
    derived=frozenset({"release_date"}),
    names=frozenset({"name", "label"}),
    lists=frozenset({"genres"}),
    clean=clean,
)
