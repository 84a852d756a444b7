"""Reads what the snapshots of a part hold: their figures, and how they differ from others.

The figures are aggregated in pandas, so only a transforming process imports this module.
"""

from __future__ import annotations

from dataclasses import fields
from hashlib import blake2b
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from playlake_transformer.domain.contents import Change, Figures, Held
from playlake_transformer.domain.occurrences import Credits, Occurrences
from playlake_transformer.domain.part import read_snapshots
from playlake_transformer.domain.quality.rule import Severity
from playlake_transformer.domain.quality.rules import RULES
from playlake_transformer.domain.sources import SOURCES
from playlake_transformer.domain.tables import ALBUMS, PLAYLIST_ITEMS, TRACK_ARTISTS
from playlake_transformer.domain.tables.cleaning import first_days, none_if, with_columns

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from playlake_contracts.keys import RawKey
    from playlake_transformer.domain.contents import Identities
    from playlake_transformer.domain.frame_readers import Source
    from playlake_transformer.domain.snapshot import Snapshot
    from playlake_transformer.domain.tables.mapping import TableMapping

_ITEMS: Final = PLAYLIST_ITEMS.table.name
_TOO_LONG: Final = 2**63
_ENTRIES: Final = pa.schema(
    {
        "playlist_id": pa.string(),
        "track_id": pa.string(),
        "duration_ms": pa.int64(),
        "is_explicit": pa.bool_(),
        "release_date_raw": pa.string(),
    }
)
_ARTISTS: Final = pa.schema({"playlist_id": pa.string(), "artist_id": pa.string()})
_TYPES: Final[Mapping[pa.DataType, Any]] = MappingProxyType(
    {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype(), pa.string(): pd.StringDtype()}
)


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
    source = sources[key.source]
    entries, artists = [_ENTRIES.empty_table()], [_ARTISTS.empty_table()]
    identities: dict[str, Identities | None] = {}
    for snapshot in read_snapshots(raw, key, sources, playlists):
        playlist_id = snapshot.playlist_id
        identities[playlist_id] = _identities(snapshot) if playlists[playlist_id] else None
        entries.append(_entries(snapshot, source))
        artists.append(_artists(snapshot))
        del snapshot  # it would be in memory beside the next one
    figures = _figures(
        _without_rejected(pa.concat_tables(entries), source), pa.concat_tables(artists), identities
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
    before = {
        snapshot.playlist_id: _identities(snapshot)
        for snapshot in read_snapshots(raw, key, sources, now)
    }
    return _changes({one: now[one] for one in before}, before)


def _changes(now: Mapping[str, Identities], before: Mapping[str, Identities]) -> dict[str, Change]:
    """How often more and less each identity occurs; of a million entries none is confused."""
    sides = [_occurrences(now, 1), _occurrences(before, -1)]
    of_kind = pd.concat(sides).groupby(["playlist_id", "identity"])["times"].sum()
    added = of_kind.clip(lower=0).groupby("playlist_id").sum()
    removed = -of_kind.clip(upper=0).groupby("playlist_id").sum()
    return {one: Change(int(added.get(one, 0)), int(removed.get(one, 0))) for one in before}


def _occurrences(identities: Mapping[str, Identities], times: int) -> pd.DataFrame:
    """A row for each entry, which counts so many times."""
    lengths = [len(each) for each in identities.values()]
    return pd.DataFrame(
        {
            "playlist_id": np.repeat(np.array(list(identities), dtype=object), lengths),
            "identity": np.concatenate([np.array([], np.uint64), *identities.values()]),
            "times": times,
        }
    )


def _identities(snapshot: Snapshot) -> Identities:
    """A digest of each identity; those of entries without one are equal."""
    texts = ((identity or "").encode() for identity in snapshot.entries.identity)
    digests = b"".join([blake2b(text, digest_size=8).digest() for text in texts])
    return np.frombuffer(digests, np.uint64)


def _entries(snapshot: Snapshot, source: Source) -> pa.Table:
    """The entries of a snapshot, with the release dates of their albums as sent."""
    items = snapshot.entries.item
    albums = [item.album for item in items]
    released = iter(
        _read(ALBUMS, "release_date_raw", [one for one in albums if one is not None], source)
    )
    columns = {
        "playlist_id": [snapshot.playlist_id] * len(items),
        "track_id": snapshot.entries.track_id,
        "duration_ms": _read(PLAYLIST_ITEMS, "duration_ms", items, source),
        "is_explicit": _read(PLAYLIST_ITEMS, "is_explicit", items, source),
        "release_date_raw": [None if one is None else next(released) for one in albums],
    }
    return pa.table(columns, schema=_ENTRIES)


def _artists(snapshot: Snapshot) -> pa.Table:
    """The artists that the entries of a snapshot credit, as often as they do."""
    items = snapshot.entries.item
    credited = Credits.of(Occurrences(items, np.arange(len(items)))).artists.objects
    columns = {
        "playlist_id": [snapshot.playlist_id] * len(credited),
        "artist_id": TRACK_ARTISTS.read["artist_id"](credited),
    }
    return pa.table(columns, schema=_ARTISTS)


def _read(
    mapping: TableMapping, column: str, objects: Sequence[object], source: Source
) -> list[Any]:
    """A column of a table; null if the source never provides it."""
    if column in source.absent.get(mapping.table.name, ()):
        return [None] * len(objects)
    return mapping.read[column](objects)


def _without_rejected(rows: pa.Table, source: Source) -> pa.Table:
    """The columns of `playlist_items` without the values that its rules reject."""
    for rule in (*RULES, *source.rules):
        is_applied = rule.table == _ITEMS and rule.column in rows.column_names
        if is_applied and rule.severity is Severity.REJECT:
            values = none_if(rule.is_broken(rows), rows[rule.column])
            rows = with_columns(rows, **{rule.column: values})
    return rows


def _figures(
    rows: pa.Table, credited: pa.Table, playlist_ids: Collection[str]
) -> dict[str, Figures]:
    """The figures of each playlist, from their entries and the artists that these credit."""
    released = pc.year(first_days(rows["release_date_raw"]))
    entries = _frame(rows.append_column("release_year", released))
    entries["length"] = entries["duration_ms"].astype("Float64")
    of_playlist = entries.groupby("playlist_id")
    # A sum that no column holds would begin again at the lowest number.
    fits = of_playlist["length"].sum() < _TOO_LONG
    artists = _frame(credited).groupby("playlist_id")["artist_id"]
    table = pd.DataFrame(
        {
            "entries": of_playlist.size(),
            "distinct_tracks": of_playlist["track_id"].nunique(),
            "distinct_artists": artists.nunique(),
            "duration_ms": of_playlist["duration_ms"].sum(min_count=1).where(fits),
            "explicit_share": of_playlist["is_explicit"].mean(),
            "median_release_year": of_playlist["release_year"].median(),
        },
        index=list(playlist_ids),
    )
    counts = ["entries", "distinct_tracks", "distinct_artists"]
    table[counts] = table[counts].fillna(0).astype("int64")
    table.loc[table["entries"] == 0, "duration_ms"] = 0
    known = table.astype(object).where(table.notna(), None)
    values = known[[f.name for f in fields(Figures)]].itertuples(index=False, name=None)
    return {one: Figures(*row) for one, row in zip(playlist_ids, values, strict=True)}


def _frame(rows: pa.Table) -> pd.DataFrame:
    """A frame whose numbers stay whole beside nulls."""
    frame: pd.DataFrame = rows.to_pandas(types_mapper=_TYPES.get)
    return frame
