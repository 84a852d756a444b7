"""`playlist_items`: one row for each position of a snapshot. No position is left out."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final

import pandas as pd

from playlake_contracts.tables import TABLES, TIMESTAMP
from playlake_transformer.domain.tables.cleaning import frame_of, with_columns
from playlake_transformer.domain.tables.mapping import TableMapping, joined

if TYPE_CHECKING:
    import pyarrow as pa

    from playlake_transformer.domain.model import EntryRow

# Spotify sends the start of the Unix epoch if it does not know the time, as in algorithmic lists.
_EPOCH: Final = pd.Timestamp(0, tz="UTC")

# The forms that Spotify documents. pandas would guess any other text: it takes "now" for a time.
_TIME_FORM: Final = (
    r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?"
    r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
)
_TIMESTAMP: Final = pd.ArrowDtype(TIMESTAMP)


def clean(items: pa.Table) -> pa.Table:
    """Derive `added_at`; keep the text as sent only if it gives no time."""
    frame = frame_of(items, "added_at_raw", "added_by")
    sent = frame["added_at_raw"]
    known = sent.where(sent.str.fullmatch(_TIME_FORM))
    parsed = pd.to_datetime(known, format="ISO8601", utc=True, errors="coerce")
    added_at = parsed.mask(parsed == _EPOCH).astype(_TIMESTAMP)
    return with_columns(
        items,
        added_at=added_at,
        added_at_raw=sent.where(added_at.isna()),
        added_by=frame["added_by"].replace("", None),
    )


def _artist_names(row: EntryRow) -> str | None:
    artists = row.item.artists
    return joined([a.name for a in artists if a.name], ", ") or None if artists else None


PLAYLIST_ITEMS: Final = TableMapping(
    TABLES["playlist_items"],
    given=("playlist_id", "position"),
    read={
        "item_type": attrgetter("item_type"),
        "identity": attrgetter("identity"),
        "track_id": attrgetter("track_id"),
        "episode_id": attrgetter("episode_id"),
        "isrc": attrgetter("item.isrc"),
        "name": attrgetter("item.name"),
        "artist_names": _artist_names,
        "album_name": lambda row: row.item.album.name if row.item.album else None,
        "show_id": attrgetter("item.show_id"),
        "show_name": attrgetter("item.show_name"),
        "duration_ms": attrgetter("item.duration_ms"),
        "is_explicit": attrgetter("item.explicit"),
        "is_playable": attrgetter("item.is_playable"),
        "added_at_raw": attrgetter("added_at"),
        "added_by": attrgetter("added_by"),
        "reason": attrgetter("reason"),
    },
    derived=frozenset({"added_at"}),
    clean=clean,
)
