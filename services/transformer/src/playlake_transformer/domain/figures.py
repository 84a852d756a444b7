"""Reads what the snapshots of a part hold: their figures, and how they differ from others.

The figures are aggregated in pandas, so only a transforming process imports this module.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from playlake_contracts.tables import TABLES
from playlake_transformer.domain.contents import Change, Figures, Held
from playlake_transformer.domain.occurrences import Credits, Occurrences
from playlake_transformer.domain.part import read_snapshots
from playlake_transformer.domain.quality.rule import Severity
from playlake_transformer.domain.quality.rules import RULES
from playlake_transformer.domain.sources import SOURCES
from playlake_transformer.domain.tables import ALBUMS, PLAYLIST_ITEMS, TRACK_ARTISTS
from playlake_transformer.domain.tables.cleaning import first_days, none_if, with_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playlake_contracts.keys import RawKey
    from playlake_transformer.domain.contents import Identities
    from playlake_transformer.domain.frame_readers import Source
    from playlake_transformer.domain.snapshot import Snapshot
    from playlake_transformer.domain.tables.mapping import TableMapping

_ITEMS: Final = PLAYLIST_ITEMS.table.name
_TOO_LONG: Final = 2**63


def read_held(
    raw: bytes,
    key: RawKey,
    playlists: Mapping[str, bool],
    sources: Mapping[str, Source] = SOURCES,
) -> dict[str, Held]:
    """Read what a part holds of some playlists; a playlist that it has not is left out.

    Args:
        raw: the part.
        key: its key.
        playlists: the playlists; for each, whether its identities are wanted.
        sources: the sources by name.

    Raises:
        RejectError: the part cannot be read.
    """
    entries: list[pd.DataFrame] = []
    artists: list[pd.DataFrame] = []
    identities: dict[str, Identities | None] = {}
    for snapshot in read_snapshots(raw, key, sources, playlists):
        playlist_id = snapshot.playlist_id
        is_wanted = playlists[playlist_id]
        identities[playlist_id] = _identities(snapshot) if is_wanted else None
        entries.append(_entries(snapshot, sources[key.source]).assign(playlist_id=playlist_id))
        artists.append(_artists(snapshot).assign(playlist_id=playlist_id))
        del snapshot  # it would be in memory beside the next one
    if not identities:
        return {}
    figures = _figures(
        pd.concat(entries, ignore_index=True), pd.concat(artists, ignore_index=True), [*identities]
    )
    return {one: Held(figures[one], found) for one, found in identities.items()}


def read_changes(
    raw: bytes,
    key: RawKey,
    now: Mapping[str, Identities],
    sources: Mapping[str, Source] = SOURCES,
) -> dict[str, Change]:
    """Compare the snapshots of a part with later ones of the same playlists.

    Args:
        raw: the part.
        key: its key.
        now: by playlist, the identities of the later entries.
        sources: the sources by name.

    Raises:
        RejectError: the part cannot be read.
    """
    snapshots = read_snapshots(raw, key, sources, now)
    return {one.playlist_id: _change(_identities(one), now[one.playlist_id]) for one in snapshots}


def _change(before: Identities, now: Identities) -> Change:
    """How often more and less the identities occur; of a million entries none is confused."""
    difference = pd.Series(now).value_counts().sub(pd.Series(before).value_counts(), fill_value=0)
    added, removed = difference.clip(lower=0).sum(), -difference.clip(upper=0).sum()
    return Change(int(added), int(removed))


def _identities(snapshot: Snapshot) -> Identities:
    """A digest of each identity; those of entries without one are equal."""
    texts = ((identity or "").encode() for identity in snapshot.entries.identity)
    digests = b"".join([blake2b(text, digest_size=8).digest() for text in texts])
    return np.frombuffer(digests, np.uint64)


def _entries(snapshot: Snapshot, source: Source) -> pd.DataFrame:
    """The entries of a snapshot: ids, lengths, and years of release, as in the other tables."""
    entries, albums = snapshot.entries, [item.album for item in snapshot.entries.item]
    known = [album for album in albums if album is not None]
    sent = iter(_read(ALBUMS, "release_date_raw", known, source))
    released = pa.array([next(sent) if album else None for album in albums], pa.string())
    rows = pa.table(
        {
            name: pa.array(_read(PLAYLIST_ITEMS, name, entries.item, source), _type(name))
            for name in ("duration_ms", "is_explicit")
        }
    )
    rows = _without_rejected(rows, source)
    return pd.DataFrame(
        {
            "track_id": pd.Series(entries.track_id, dtype="str"),
            "duration_ms": pd.Series(rows["duration_ms"].to_pylist(), dtype="Int64"),
            "is_explicit": pd.Series(rows["is_explicit"].to_pylist(), dtype="boolean"),
            "release_year": pd.Series(
                pc.year(first_days(pa.chunked_array([released]))).to_pylist(), dtype="Int64"
            ),
        }
    )


def _artists(snapshot: Snapshot) -> pd.DataFrame:
    """The artists that the entries of a snapshot credit, as often as they do."""
    items = snapshot.entries.item
    credited = Credits.of(Occurrences(items, np.arange(len(items)))).artists.objects
    ids = TRACK_ARTISTS.read["artist_id"](credited)
    return pd.DataFrame({"artist_id": pd.Series(ids, dtype="str")})


def _read(
    mapping: TableMapping, column: str, objects: Sequence[object], source: Source
) -> list[Any]:
    """A column of a table; null if the source never provides it."""
    if column in source.absent.get(mapping.table.name, ()):
        return [None] * len(objects)
    return mapping.read[column](objects)


def _type(column: str) -> pa.DataType:
    return TABLES[_ITEMS].schema.field(column).type


def _without_rejected(rows: pa.Table, source: Source) -> pa.Table:
    """The columns of `playlist_items` without the values that its rules reject."""
    for rule in (*RULES, *source.rules):
        is_applied = rule.table == _ITEMS and rule.column in rows.column_names
        if is_applied and rule.severity is Severity.REJECT:
            values = none_if(rule.is_broken(rows), rows[rule.column])
            rows = with_columns(rows, **{rule.column: values})
    return rows


def _figures(
    entries: pd.DataFrame, artists: pd.DataFrame, playlist_ids: list[str]
) -> dict[str, Figures]:
    """The figures of each playlist."""
    of_playlist = entries.groupby("playlist_id")
    lengths = of_playlist["duration_ms"].sum(min_count=1)
    # A sum that no column holds would begin again at the lowest number.
    fits = entries.assign(ms=entries["duration_ms"].astype("Float64")).groupby("playlist_id")["ms"]
    table = pd.DataFrame(
        {
            "entries": of_playlist.size(),
            "distinct_tracks": of_playlist["track_id"].nunique(),
            "distinct_artists": artists.groupby("playlist_id")["artist_id"].nunique(),
            "duration_ms": lengths.where(fits.sum() < _TOO_LONG),
            "explicit_share": of_playlist["is_explicit"].mean(),
            "median_release_year": of_playlist["release_year"].median(),
        },
        index=playlist_ids,
    )
    counts = ["entries", "distinct_tracks", "distinct_artists"]
    table[counts] = table[counts].fillna(0).astype("int64")
    table.loc[table["entries"] == 0, "duration_ms"] = 0
    known = table.astype(object).where(table.notna(), None)
    return {one: Figures(**known.loc[one]) for one in playlist_ids}
