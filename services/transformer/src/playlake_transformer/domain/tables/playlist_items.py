"""`playlist_items`: one row for each position of a snapshot. No position is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from playlake_contracts.tables import TABLES, TIMESTAMP
from playlake_transformer.domain.tables.cleaning import (
    moments,
    none_if,
    starts_of_days,
    with_columns,
)
from playlake_transformer.domain.tables.mapping import TableMapping

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_transformer.domain.model import Item


def clean(items: pa.Table) -> pa.Table:
    """Derive `added_at`; keep the text as sent if it gives no time, or only a day."""
    sent = items["added_at_raw"]
    parsed = moments(sent)
    # The start of the Unix epoch means that Spotify does not know, as in algorithmic lists.
    added_at = none_if(pc.equal(parsed, pa.scalar(0, TIMESTAMP)), parsed)
    raw = none_if(pc.is_valid(added_at), sent)
    if raw.null_count < len(raw):  # saved files have days
        added_at = pc.coalesce(added_at, starts_of_days(raw))
    return with_columns(items, added_at=added_at, added_at_raw=raw)


def _artist_names(items: Sequence[Item]) -> list[str | None]:
    return [
        artists[0].name
        if (artists := item.artists) and len(artists) == 1
        else ", ".join([artist.name for artist in artists or () if artist.name])
        for item in items
    ]


PLAYLIST_ITEMS: Final = TableMapping(
    TABLES["playlist_items"],
    given=(
        "playlist_id", "position", "item_type", "identity", "track_id", "episode_id",
        "added_at_raw", "added_by", "reason",
    ),
    read={
        "name": lambda items: [item.name for item in items],
        "artist_names": _artist_names,
        "album_name": lambda items: [item.album.name if item.album else None for item in items],
        "duration_ms": lambda items: [item.duration_ms for item in items],
        "is_explicit": lambda items: [item.explicit for item in items],
        "is_playable": lambda items: [item.is_playable for item in items],
    },
    nested=frozenset({"isrc", "show_id", "show_name"}),
    derived=frozenset({"added_at"}),
    names=frozenset({"name", "artist_names", "album_name", "show_name"}),
    clean=clean,
)  # fmt: skip
