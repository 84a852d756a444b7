"""Commit marks: what each says of a raw object, and of the files that were made from it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from playlake_contracts.keys import (
    PARTITION_KEY,
    QUARANTINE,
    RawKey,
    partition_prefix,
    table_prefix,
)
from playlake_contracts.tables import DATA_TABLES, RAW_MD5, TABLES
from playlake_lake.days import EVERY_DAY
from playlake_lake.identity import identity_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import BinaryIO

    from playlake_lake.days import SomeDays
    from playlake_lake.folder import Folder

COUNTS: Final[Mapping[str, str]] = {
    **{table.name: f"rows_{table.name}" for table in DATA_TABLES},
    QUARANTINE: "rows_quarantined",
}


class Lists(Protocol):
    """What gives and lists the objects of a lake, such as `Folder` and every `Store`."""

    def read(self, key: str) -> bytes | None:
        """The bytes of an object; None if there is none."""

    def versions(self, prefix: str) -> dict[str, str]:
        """The keys under a prefix, in order, each with a text that changes with the object."""

    def folders(self, prefix: str) -> list[str]:
        """The names directly under a prefix that ends with a slash, in order."""


class UnreadableError(Exception):
    """A file is no Parquet file, or not one of the transformer's."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A commit mark.

    Attributes:
        raw_key: the raw object that is committed.
        raw_md5: its MD5 digest.
        rows: the number of rows of each table that has some, quarantine among them.
    """

    raw_key: RawKey
    raw_md5: str
    rows: Mapping[str, int]

    def files(self) -> Iterator[tuple[str, str, int]]:
        """The table, the key and the number of rows of each file."""
        for table, rows in self.rows.items():
            yield table, self.raw_key.curated(table), rows


def mark_keys(folder: Folder, days: SomeDays = EVERY_DAY) -> list[str]:
    """The keys of the commit marks of some days of a lake, in order; other days are not listed."""
    if days is EVERY_DAY:
        return list(folder.keys(table_prefix("loads")))
    held = [day for day in mark_days(folder) if day in days]
    return [key for day in held for key in folder.keys(partition_prefix("loads", day))]


def mark_versions(lake: Lists, days: SomeDays = EVERY_DAY) -> dict[str, str]:
    """The same keys, each with a text that changes with the mark; no mark is opened."""
    if days is EVERY_DAY:
        return lake.versions(table_prefix("loads"))
    held = [day for day in mark_days(lake) if day in days]
    found: dict[str, str] = {}
    for day in held:
        found |= lake.versions(partition_prefix("loads", day))
    return found


def mark_days(lake: Lists) -> list[str]:
    """The days that have commit marks, in order."""
    names = lake.folders(table_prefix("loads"))
    return [name.partition("=")[2] for name in names if name.startswith(f"{PARTITION_KEY}=")]


def held_tables(folder: Folder) -> list[str]:
    """The tables that a lake holds; `loads`, the table of the marks, is always among them.

    Raises:
        NoLakeError: this version cannot use the lake.
        FolderFailedError: the system refused.
    """
    identity = identity_of(folder)
    tables = None if identity is None else identity.tables
    return [name for name in TABLES if tables is None or name in {*tables, "loads"}]


def read_mark(key: str, source: Path | BinaryIO) -> Mark:
    """Read the commit mark under a key.

    Raises:
        UnreadableError: it cannot be read, or belongs to another key.
    """
    try:
        with pq.ParquetFile(source) as file:
            (row,) = file.read().to_pylist()
            raw_md5 = _raw_md5(file.metadata)
        mark = Mark(RawKey.parse(row["raw_key"]), raw_md5, _rows(row))
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise UnreadableError(f"cannot be read: {error}") from error
    if mark.raw_key.curated("loads") != key:
        raise UnreadableError(f"is the mark of another object, {mark.raw_key}")
    return mark


def what_is_wrong(source: Path | BinaryIO, raw_md5: str, rows: int | None = None) -> str | None:
    """What is wrong with a file of a table; None if it is as its commit mark says.

    Args:
        source: the file; all of it is read.
        raw_md5: the MD5 digest of the raw object that the file should be made from.
        rows: the number of rows that it should have; None is any number.
    """
    try:
        with pq.ParquetFile(source) as file:
            found, made_from = file.read().num_rows, _raw_md5(file.metadata)
    except (pa.ArrowException, OSError, KeyError) as error:
        return f"cannot be read: {error}"
    if made_from != raw_md5:
        return "was made from other raw bytes"
    return None if rows in {None, found} else f"has {found:,} rows, not {rows:,}"


def raw_key_of(mark: str) -> RawKey | None:
    """The raw object of a commit mark by the mark's name; None if it is no name of a mark."""
    path = PurePosixPath(mark)
    source, _, rest = path.stem.partition(".")
    run_id, _, part = rest.rpartition(".")
    suffix = "json" if part == "manifest" else "jsonl.zst"
    day = day_of(mark)
    try:
        return RawKey.parse(f"raw/source={source}/snapshot_date={day}/run={run_id}/{part}.{suffix}")
    except ValueError:
        return None


def day_of(key: str) -> str:
    """The day of a file of a table, by its key; an empty text if the key has none."""
    # A query asks it of every mark that it lists, and objects for paths are slow.
    name, _, day = key.rpartition("/")[0].rpartition("/")[2].partition("=")
    return day if name == PARTITION_KEY else ""


def _rows(row: Mapping[str, Any]) -> dict[str, int]:
    # A mark of an earlier version has no count for a later table.
    return {table: row[count] for table, count in COUNTS.items() if row.get(count)}


def _raw_md5(footer: pq.FileMetaData) -> str:
    digest: bytes = (footer.metadata or {})[RAW_MD5.encode()]
    return digest.decode()
