"""`albums`: one row for each album of a part."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final

import pandas as pd
import pyarrow as pa

from playlake_contracts.tables import TABLES
from playlake_transformer.domain.tables.cleaning import frame_of, with_columns
from playlake_transformer.domain.tables.mapping import TableMapping, joined

if TYPE_CHECKING:
    from playlake_transformer.domain.model import Album

_DATE_FORM: Final = r"[0-9]{4}(?:-[0-9]{2}){0,2}"
_DATE: Final = pd.ArrowDtype(pa.date32())
_YEAR, _MONTH = len("1985"), len("1978-05")


def clean(albums: pa.Table) -> pa.Table:
    """Derive `release_date`: the first day of a year or month, null for Spotify's "0000"."""
    raw = frame_of(albums, "release_date_raw")["release_date_raw"]
    known = raw.where(raw.str.fullmatch(_DATE_FORM) & ~raw.str.startswith("0000"))
    length = known.str.len()
    day = known.where(length != _YEAR, known + "-01-01").where(length != _MONTH, known + "-01")
    dates = pd.to_datetime(day, format="%Y-%m-%d", errors="coerce")
    return with_columns(albums, release_date=dates.astype(_DATE))


def _genres(album: Album) -> str | None:
    return joined(album.genres)


ALBUMS: Final = TableMapping(
    TABLES["albums"],
    read={
        "album_id": attrgetter("id"),
        "name": attrgetter("name"),
        "album_type": attrgetter("album_type"),
        "release_date_raw": attrgetter("release_date"),
        "release_date_precision": attrgetter("release_date_precision"),
        "total_tracks": attrgetter("total_tracks"),
        "label": attrgetter("label"),
        "popularity": attrgetter("popularity"),
        "genres": _genres,
        "upc": attrgetter("upc"),
        "image_url": attrgetter("image_url"),
        "markets": attrgetter("markets"),
    },
    derived=frozenset({"release_date"}),
    clean=clean,
)
