"""Cleaning of the finished batch, as dataframe code: pandas with Arrow types throughout.

Once a part, never once a snapshot: pandas costs per call, not per row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from playlake_contracts.tables import TIMESTAMP

if TYPE_CHECKING:
    from collections.abc import Callable

# Spotify's "unknown": the start of the Unix epoch, sent for algorithmic lists.
_EPOCH = pd.Timestamp(0, tz="UTC")

# The forms that Spotify documents. Of anything else pandas would make a guess: "now" is a time.
_MOMENT_FORM = (
    r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?"
    r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
)
_DATE_FORM = r"[0-9]{4}(?:-[0-9]{2}){0,2}"

_DATE = pd.ArrowDtype(pa.date32())
_MOMENT = pd.ArrowDtype(TIMESTAMP)


def clean(table: str, rows: pa.Table) -> pa.Table:
    """Derive what is derived and leave one row a key; tables without a rule stay as they are."""
    rule = _RULES.get(table)
    return rows if rule is None else rule(rows)


def _clean_items(items: pa.Table) -> pa.Table:
    frame = _frame(items, "added_at_raw", "added_by")
    known = frame["added_at_raw"].where(frame["added_at_raw"].str.fullmatch(_MOMENT_FORM))
    added_at = pd.to_datetime(known, format="ISO8601", utc=True, errors="coerce")
    return _with_columns(
        items,
        added_at=added_at.mask(added_at == _EPOCH).astype(_MOMENT),
        added_by=frame["added_by"].replace("", None),
    )


def _clean_albums(albums: pa.Table) -> pa.Table:
    """Date a year or a month by its first day; Spotify's "0000" is no date."""
    raw = _frame(albums, "release_date_raw")["release_date_raw"]
    known = raw.where(raw.str.fullmatch(_DATE_FORM) & ~raw.str.startswith("0000"))
    length = known.str.len()
    day = known.where(length != _YEAR, known + "-01-01").where(length != _MONTH, known + "-01")
    dates = pd.to_datetime(day, format="%Y-%m-%d", errors="coerce")
    return _with_columns(albums, release_date=dates.astype(_DATE))


_YEAR, _MONTH = len("1985"), len("1978-05")


def _clean_artists(artists: pa.Table) -> pa.Table:
    """Keep one row of each artist, the first that has a name."""
    frame = _frame(artists, "artist_id", "name")
    nameless = frame["name"].fillna("") == ""
    first_named = frame.assign(nameless=nameless).sort_values("nameless", kind="stable")
    kept = first_named.drop_duplicates("artist_id").index.sort_values()
    return artists.take(pa.array(kept))


_RULES: dict[str, Callable[[pa.Table], pa.Table]] = {
    "playlist_items": _clean_items,
    "albums": _clean_albums,
    "artists": _clean_artists,
}


def _frame(rows: pa.Table, *columns: str) -> pd.DataFrame:
    """Some columns as pandas sees them, without a copy of the others."""
    frame: pd.DataFrame = rows.select(list(columns)).to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def _with_columns(rows: pa.Table, **columns: pd.Series) -> pa.Table:
    for name, values in columns.items():
        place = rows.schema.get_field_index(name)
        field = rows.schema.field(place)
        rows = rows.set_column(place, field, pa.array(values, type=field.type))
    return rows
