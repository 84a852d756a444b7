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
    if rule is None:
        return rows
    frame = rule(rows.to_pandas(types_mapper=pd.ArrowDtype))
    return pa.Table.from_pandas(frame, schema=rows.schema, preserve_index=False)


def _clean_items(items: pd.DataFrame) -> pd.DataFrame:
    raw = items["added_at_raw"]
    known = raw.where(raw.str.fullmatch(_MOMENT_FORM))
    added_at = pd.to_datetime(known, format="ISO8601", utc=True, errors="coerce")
    return items.assign(
        added_at=added_at.mask(added_at == _EPOCH).astype(_MOMENT),
        added_by=items["added_by"].replace("", None),
    )


def _clean_albums(albums: pd.DataFrame) -> pd.DataFrame:
    """Date a year or a month by its first day; Spotify's "0000" is no date."""
    raw = albums["release_date_raw"]
    known = raw.where(raw.str.fullmatch(_DATE_FORM) & ~raw.str.startswith("0000"))
    length = known.str.len()
    day = known.where(length != _YEAR, known + "-01-01").where(length != _MONTH, known + "-01")
    dates = pd.to_datetime(day, format="%Y-%m-%d", errors="coerce")
    return albums.assign(release_date=dates.astype(_DATE))


_YEAR, _MONTH = len("1985"), len("1978-05")


def _clean_artists(artists: pd.DataFrame) -> pd.DataFrame:
    """Keep one row of each artist, the first that has a name."""
    nameless = artists["name"].fillna("") == ""
    first_named = artists.assign(nameless=nameless).sort_values("nameless", kind="stable")
    return first_named.drop_duplicates("artist_id").sort_index().drop(columns="nameless")


_RULES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "playlist_items": _clean_items,
    "albums": _clean_albums,
    "artists": _clean_artists,
}
