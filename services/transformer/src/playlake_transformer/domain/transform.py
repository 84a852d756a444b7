"""The heart: `transform(raw, key)`, from the bytes of a raw object to the files of its tables.

A pure function: the service, a backfill and the tests all call it. The same bytes give the
same rows, and every entry of every snapshot is a row or is in quarantine with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_contracts.manifest import decode_manifest
from playlake_contracts.tables import QUARANTINE, TABLES
from playlake_transformer.domain.clean import clean
from playlake_transformer.domain.outcomes import outcome_columns
from playlake_transformer.domain.parquet import arrow_table, parquet_bytes
from playlake_transformer.domain.part import read_part
from playlake_transformer.domain.rejects import reject_columns
from playlake_transformer.errors import InvalidManifestError

if TYPE_CHECKING:
    from datetime import datetime

    from playlake_contracts.keys import RawKey
    from playlake_contracts.manifest import Manifest
    from playlake_transformer.domain.columns import Columns
    from playlake_transformer.domain.part import Part


@dataclass(frozen=True, slots=True)
class CuratedFile:
    """One Parquet object to commit.

    Attributes:
        table: the table it belongs to.
        key: its key in the curated bucket.
        body: its bytes.
        rows: how many rows it has, at least one.
    """

    table: str
    key: str
    body: bytes
    rows: int


@dataclass(frozen=True, slots=True)
class Transformed:
    """What a raw object becomes.

    Attributes:
        files: a file for every table that has rows.
        quarantine: a file for every table that had rows rejected.
        snapshots: snapshots in it; 0 for a manifest.
        json_bytes: its size decompressed.
        fetched_at: when the latest of it was fetched, UTC.
    """

    files: list[CuratedFile]
    quarantine: list[CuratedFile]
    snapshots: int
    json_bytes: int
    fetched_at: datetime


def transform(raw: bytes, key: RawKey) -> Transformed:
    """Transform a raw object, a part or a manifest, into the Parquet files of its tables.

    Raises:
        RejectError: the object as a whole cannot be read; its subclasses say why.
    """
    if key.is_manifest:
        return _transform_manifest(_read_manifest(raw, key), len(raw), key)
    return _transform_part(read_part(raw, key), key)


def _transform_part(part: Part, key: RawKey) -> Transformed:
    return Transformed(
        files=[
            file
            for table, columns in part.rows.columns.items()
            for file in _file(table, columns, key)
        ],
        quarantine=_quarantine(part, key),
        snapshots=part.snapshots,
        json_bytes=part.json_bytes,
        fetched_at=part.fetched_at,
    )


def _transform_manifest(manifest: Manifest, json_bytes: int, key: RawKey) -> Transformed:
    return Transformed(
        files=_file("run_outcomes", outcome_columns(manifest), key),
        quarantine=[],
        snapshots=0,
        json_bytes=json_bytes,
        fetched_at=manifest.finished_at,
    )


def _read_manifest(raw: bytes, key: RawKey) -> Manifest:
    try:
        manifest = decode_manifest(raw)
    except (ValueError, RecursionError) as error:
        raise InvalidManifestError(f"{key}: {error}") from error
    if (manifest.source, manifest.run_id) != (key.source, str(key.run_id)):
        raise InvalidManifestError(f"{key} holds the manifest of run {manifest.run_id}")
    return manifest


def _file(table: str, columns: Columns, key: RawKey) -> list[CuratedFile]:
    """The table's file, or nothing where it has no rows."""
    if not columns["fetched_at"]:
        return []
    rows = clean(table, arrow_table(columns, key, TABLES[table].schema))
    return [CuratedFile(table, key.curated(table), parquet_bytes(rows), rows.num_rows)]


def _quarantine(part: Part, key: RawKey) -> list[CuratedFile]:
    files = []
    for table in sorted({reject.table for reject in part.rejects}):
        rejects = {n: reject for n, reject in enumerate(part.rejects) if reject.table == table}
        rows = arrow_table(reject_columns(rejects, part.fetched_at), key, QUARANTINE.schema)
        files.append(CuratedFile(table, key.quarantined(table), parquet_bytes(rows), rows.num_rows))
    return files
