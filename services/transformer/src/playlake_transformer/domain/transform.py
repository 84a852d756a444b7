"""`transform(raw, key)` turns the bytes of a raw object into the files of its tables.

It is a pure function: the same bytes give the same rows. For a manifest, what other raw objects
say of the playlists' contents is an argument as well. Every entry of every snapshot becomes a
row. The raw JSON of an entry that broke a rule is in quarantine as well.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from playlake_contracts.keys import QUARANTINE
from playlake_transformer.domain.contents import asserted, read_manifest
from playlake_transformer.domain.parquet import arrow_table, parquet_bytes
from playlake_transformer.domain.part import read_part
from playlake_transformer.domain.quality.apply import apply_rules
from playlake_transformer.domain.quality.rules import RULES
from playlake_transformer.domain.sources import SOURCES
from playlake_transformer.domain.tables import MAPPINGS
from playlake_transformer.domain.tables.cleaning import tidy
from playlake_transformer.domain.tables.playlist_daily import contents_columns
from playlake_transformer.domain.tables.quality_results import result_columns
from playlake_transformer.domain.tables.quarantine import quarantine_columns
from playlake_transformer.domain.tables.run_outcomes import outcome_columns
from playlake_transformer.errors import CountMismatchError, UnknownSchemaError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    import pyarrow as pa

    from playlake_contracts.keys import RawKey
    from playlake_contracts.manifest import Manifest
    from playlake_transformer.domain.contents import Contents
    from playlake_transformer.domain.frame_readers import Source
    from playlake_transformer.domain.parquet import Values
    from playlake_transformer.domain.part import Part

_QUALITY_RESULTS: Final = "quality_results"


@dataclass(frozen=True, slots=True)
class CuratedFile:
    """One Parquet object to commit.

    Attributes:
        table: the table that it belongs to.
        key: its key in the curated bucket.
        body: its bytes.
        rows: number of rows.
    """

    table: str
    key: str
    body: bytes
    rows: int


@dataclass(frozen=True, slots=True)
class Transformed:
    """The result of transforming a raw object.

    Attributes:
        files: one file for every table that has rows, including quarantine.
        alarming: the quality rules that more rows broke than is tolerated, with their number.
        unknown_fields: the fields that the source is not known to send, by path, with their number
            in a sample.
        snapshots: number of snapshots in the object; 0 for a manifest.
        raw_md5: the MD5 digest of the object.
        json_bytes: size of the object decompressed.
        fetched_at: the latest time at which the source answered, UTC.
    """

    files: list[CuratedFile]
    snapshots: int
    raw_md5: str
    json_bytes: int
    fetched_at: datetime
    alarming: Mapping[str, int] = field(default_factory=dict)
    unknown_fields: Mapping[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> dict[str, int]:
        """Number of rows by table, without quarantine."""
        return {file.table: file.rows for file in self.files if file.table != QUARANTINE}

    @property
    def rows_quarantined(self) -> int:
        """Number of rows in quarantine."""
        return sum(file.rows for file in self.files if file.table == QUARANTINE)


def transform(
    raw: bytes,
    key: RawKey,
    sources: Mapping[str, Source] = SOURCES,
    contents: Iterable[Contents] = (),
) -> Transformed:
    """Transform a raw object, a part or a manifest, into the Parquet files of its tables.

    Args:
        raw: its bytes.
        key: its key.
        sources: the sources by name.
        contents: for a manifest, the contents of its playlists as far as they were found. Of
            others `playlist_daily` has only what the manifest says.

    Raises:
        RejectError: the object as a whole cannot be transformed; the subclass says why.
    """
    if key.source not in sources:
        raise UnknownSchemaError(
            f"no source {key.source!r} is registered: use the version of Playlake that landed {key}"
        )
    origin = _Origin(key, hashlib.md5(raw, usedforsecurity=False).hexdigest())
    if key.is_manifest:
        return _transform_manifest(read_manifest(raw, key), len(raw), origin, contents)
    return _transform_part(read_part(raw, key, sources), raw, origin, sources[key.source])


@dataclass(frozen=True, slots=True)
class _Origin:
    """The raw object that files are made from."""

    key: RawKey
    raw_md5: str


def _transform_part(part: Part, raw: bytes, origin: _Origin, source: Source) -> Transformed:
    tables = {
        table: _table(table, rows.columns, origin, source.absent.get(table, ()))
        for table, rows in part.rows.items()
    }
    checked = apply_rules(tables, (*RULES, *source.rules))
    part.quarantine(checked.rejected, raw, source.pieces)
    findings = checked.findings
    tables = checked.tables | {
        _QUALITY_RESULTS: _table(
            _QUALITY_RESULTS, result_columns(findings, part.fetched_at), origin
        ),
        QUARANTINE: _table(
            QUARANTINE, quarantine_columns(part.quarantined, part.fetched_at), origin
        ),
    }
    transformed = Transformed(
        files=[file for table, rows in tables.items() for file in _files(table, rows, origin)],
        snapshots=part.snapshots,
        raw_md5=origin.raw_md5,
        json_bytes=part.json_bytes,
        fetched_at=part.fetched_at,
        alarming={finding.rule: finding.broken for finding in findings if finding.is_alarming},
        unknown_fields=part.unknown_fields,
    )
    _check_conserved(transformed, part, origin.key)
    return transformed


def _transform_manifest(
    manifest: Manifest, json_bytes: int, origin: _Origin, found: Iterable[Contents]
) -> Transformed:
    contents = {**asserted(manifest), **{one.playlist_id: one for one in found}}
    tables = {
        "run_outcomes": outcome_columns(manifest),
        "playlist_daily": contents_columns(list(contents.values()), manifest.finished_at),
    }
    return Transformed(
        files=[
            file
            for table, columns in tables.items()
            for file in _files(table, _table(table, columns, origin), origin)
        ],
        snapshots=0,
        raw_md5=origin.raw_md5,
        json_bytes=json_bytes,
        fetched_at=manifest.finished_at,
    )


def _table(
    table: str, columns: Mapping[str, Values], origin: _Origin, absent: Collection[str] = ()
) -> pa.Table:
    """The rows of a table, cleaned."""
    mapping = MAPPINGS[table]
    rows = arrow_table(columns, origin.key, mapping, absent)
    return mapping.clean(tidy(rows, mapping.names, mapping.lists))


def _files(table: str, rows: pa.Table, origin: _Origin) -> list[CuratedFile]:
    """The table's file; none if the table has no rows."""
    if not rows.num_rows:
        return []
    body = parquet_bytes(rows, origin.raw_md5)
    return [CuratedFile(table, origin.key.curated(table), body, rows.num_rows)]


def _check_conserved(transformed: Transformed, part: Part, key: RawKey) -> None:
    rows = transformed.rows.get("playlist_items", 0)
    if rows != part.entries:
        raise CountMismatchError(f"{key} has {part.entries} entries, but they became {rows} rows")
