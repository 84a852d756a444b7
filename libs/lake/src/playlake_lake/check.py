"""Verifies a lake: its raw objects and its Parquet files against the commit marks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from playlake_contracts.keys import QUARANTINE, RawKey, table_prefix
from playlake_contracts.tables import DATA_TABLES, RAW_MD5
from playlake_lake.folder import etag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playlake_lake.folder import Folder

_COUNTS: Final = {
    **{table.name: f"rows_{table.name}" for table in DATA_TABLES},
    QUARANTINE: "rows_quarantined",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """An object that is not as its commit mark says.

    Attributes:
        raw_key: the raw object that the mark belongs to; None if the mark is unreadable.
        object_key: the object that is wrong.
        what: what is wrong with it.
        can_be_mended: whether transforming the raw object again mends it.
    """

    raw_key: RawKey | None
    object_key: str
    what: str
    can_be_mended: bool


def marks(folder: Folder) -> list[str]:
    """The keys of the commit marks, in order."""
    return list(folder.keys(table_prefix("loads")))


def check_mark(folder: Folder, mark: str) -> list[Problem]:
    """Verify the objects of one commit mark, and return what is wrong."""
    try:
        with pq.ParquetFile(folder.path(mark)) as file:
            (row,) = file.read().to_pylist()
            row["raw_md5"] = file.metadata.metadata[RAW_MD5.encode()].decode()
        raw_key = RawKey.parse(row["raw_key"])
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        return [_unreadable_mark(folder, mark, error)]
    wrong_raw = _check_raw(folder, str(raw_key), row)
    if wrong_raw is not None:
        return [Problem(raw_key, str(raw_key), wrong_raw, can_be_mended=False)]
    return [
        Problem(raw_key, key, wrong, can_be_mended=True)
        for key, wrong in _check_files(folder, raw_key, row)
    ]


def _unreadable_mark(folder: Folder, mark: str, error: Exception) -> Problem:
    raw_key = _raw_key_of(mark)
    has_raw = raw_key is not None and folder.size(str(raw_key)) is not None
    return Problem(raw_key, mark, f"cannot be read: {error}", can_be_mended=has_raw)


def _raw_key_of(mark: str) -> RawKey | None:
    """The raw object of a commit mark, from the mark's name."""
    source, _, rest = PurePosixPath(mark).stem.partition(".")
    run_id, _, part = rest.rpartition(".")
    suffix = "json" if part == "manifest" else "jsonl.zst"
    day = PurePosixPath(mark).parent.name.partition("=")[2]
    try:
        return RawKey.parse(f"raw/source={source}/snapshot_date={day}/run={run_id}/{part}.{suffix}")
    except ValueError:
        return None


def _check_raw(folder: Folder, key: str, row: Mapping[str, Any]) -> str | None:
    body = folder.read(key)
    if body is None:
        return "is missing"
    if etag(body) != row["raw_md5"]:
        return "has other bytes than those that were transformed"
    return None


def _check_files(
    folder: Folder, raw_key: RawKey, row: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    for table, count in _COUNTS.items():
        if not row[count]:
            continue
        key = raw_key.curated(table)
        if folder.size(key) is None:
            if table != QUARANTINE:  # rows in quarantine expire
                yield key, "is missing"
        elif (wrong := _wrong_with(folder, key, row[count])) is not None:
            yield key, wrong


def _wrong_with(folder: Folder, key: str, rows: int) -> str | None:
    try:
        found = pq.read_table(folder.path(key), partitioning=None).num_rows
    except (pa.ArrowException, OSError) as error:
        return f"cannot be read: {error}"
    return None if found == rows else f"has {found:,} rows, not {rows:,}"
