"""Lands saved snapshots in memory and transforms them, for tests."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
from twins.extractor import MemoryRawStore

from playlake_contracts.keys import RawKey
from playlake_contracts.raw import decode_snapshot, read_frames
from playlake_contracts.sources.people import PEOPLE
from playlake_extractor.run.saved_snapshots import land_saved, run_id_of
from playlake_transformer.domain.transform import transform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake_contracts.raw import RawSnapshot
    from playlake_extractor.run.saved_snapshots import SavedSnapshot

AT = datetime(2026, 11, 21, 6, tzinfo=UTC)

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Landed:
    """The frames of a part, and the rows that they become."""

    frames: list[RawSnapshot]
    tables: Mapping[str, Rows]
    unknown_fields: Mapping[str, int]

    @property
    def playlists(self) -> Rows:
        return self.tables.get("playlists", [])

    @property
    def items(self) -> Rows:
        return self.tables.get("playlist_items", [])

    @property
    def artists(self) -> Rows:
        return self.tables.get("artists", [])

    @property
    def albums(self) -> Rows:
        return self.tables.get("albums", [])

    @property
    def credits(self) -> Rows:
        return self.tables.get("track_artists", [])

    @property
    def quarantine(self) -> Rows:
        return self.tables.get("quarantine", [])


def land_and_transform(*snapshots: SavedSnapshot, source: str = "spotify") -> Landed:
    """Land snapshots of a source as one part, and transform it."""
    store = MemoryRawStore()
    run_id = run_id_of(source, snapshots, AT)
    land_saved(source, snapshots, run_id, store, PEOPLE[source].redacted)
    key = RawKey.of_part(source, run_id, 0)
    part = store.read(str(key))
    transformed = transform(part, key)
    return Landed(
        [decode_snapshot(frame) for frame in read_frames(part)],
        {
            file.table: pq.read_table(io.BytesIO(file.body)).to_pylist()
            for file in transformed.files
        },
        transformed.unknown_fields,
    )
