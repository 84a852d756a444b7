"""The commit mark: the row of `loads` for a raw object, and the file that holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_contracts.tables import DATA_TABLES
from playlake_transformer.domain.parquet import arrow_table, parquet_bytes
from playlake_transformer.domain.tables.loads import LOADS
from playlake_transformer.domain.transform import CuratedFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from playlake_contracts.keys import RawKey
    from playlake_transformer.domain.transform import Transformed


@dataclass(frozen=True, slots=True)
class Commit:
    """What a commit mark records in addition to the transformed rows.

    Attributes:
        raw_etag: the raw object's ETag.
        raw_bytes: its size.
        committed_at: when the commit was made, UTC.
        transform_time: time spent transforming.
        transformer_version: the version that transformed it.
    """

    raw_etag: str
    raw_bytes: int
    committed_at: datetime
    transform_time: timedelta
    transformer_version: str


@dataclass(frozen=True, slots=True)
class Load:
    """A committed raw object, as the service reports it.

    Attributes:
        is_new: True if this commit wrote the mark, False if the object was committed before.
        rows: rows by table.
        alarming: the quality rules that more rows broke than is tolerated, with their number.
        unknown_fields: the fields that the source is not known to send, by path, with their number
            in a sample.
        transform_time: time spent transforming.
    """

    key: str
    run_id: str
    is_manifest: bool
    is_new: bool
    raw_bytes: int
    snapshots: int
    rows: dict[str, int]
    rows_quarantined: int
    alarming: Mapping[str, int]
    unknown_fields: Mapping[str, int]
    transform_time: timedelta
    committed_at: datetime


def commit_mark_file(key: RawKey, transformed: Transformed, commit: Commit) -> CuratedFile:
    """Build the commit mark of a raw object: a file of `loads` with one row."""
    values = {
        "fetched_at": transformed.fetched_at,
        "raw_key": str(key),
        "raw_etag": commit.raw_etag,
        "raw_bytes": commit.raw_bytes,
        "json_bytes": transformed.json_bytes,
        "snapshots": transformed.snapshots,
        **{f"rows_{table.name}": transformed.rows.get(table.name, 0) for table in DATA_TABLES},
        "rows_quarantined": transformed.rows_quarantined,
        "committed_at": commit.committed_at,
        "transform_seconds": commit.transform_time.total_seconds(),
        "transformer_version": commit.transformer_version,
    }
    columns = {name: [value] for name, value in values.items()}
    body = parquet_bytes(arrow_table(columns, key, LOADS), transformed.raw_md5)
    return CuratedFile(LOADS.table.name, key.curated(LOADS.table.name), body, 1)
