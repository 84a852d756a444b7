"""Where compacted files are made and verified: DuckDB with little memory, and a folder for files.

Rows are sorted by DuckDB, which uses the disk where memory does not suffice, and are written a row
group at a time. So memory does not grow with the month.
"""

from __future__ import annotations

import hashlib
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from playlake_contracts.tables import DATE_COLUMN
from playlake_lake.compaction.in_force import CompactedFile
from playlake_lake.errors import CompactionError, DamagedLakeError
from playlake_lake.parquet_sql import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from playlake_contracts.tables import Table
    from playlake_lake.compaction.store import Store

ROW_GROUP_ROWS: Final = 20_000
_ORDER: Final = ("playlist_id", "fetched_at", "position")
# Engines skip row groups by these, and table formats read the partition from them.
_STATISTICS: Final = (
    *("source", "run_id", DATE_COLUMN, "track_id", "album_id", "artist_id"),
    # When rows of the history end: queries leave out what ended before a day.
    *("seen_at", "last_seen_at", "first_missing_at", "last_at"),
)
_MEMORY: Final = "256MB"
_THREADS: Final = 2


class Fingerprint(NamedTuple):
    """What two sets of the same rows have in common, in whatever order they are.

    Attributes:
        rows: their number.
        digest: the sum of the digests of the rows.
    """

    rows: int
    digest: int


@dataclass(frozen=True, slots=True)
class Workshop:
    """Makes files of sorted rows; see `open_workshop`.

    Attributes:
        store: the lake.
        duck: the database.
        folder: where files are made, and objects downloaded if they are not on this machine.
    """

    store: Store
    duck: duckdb.DuckDBPyConnection
    folder: Path

    def files(self, keys: Iterable[str]) -> list[str]:
        """The paths of files with the bytes of objects that are there."""
        return list(map(str, self.store.local_files(list(keys), self.folder / "downloaded")))

    def fingerprint(self, table: Table, paths: Sequence[str], *, compacted: bool) -> Fingerprint:
        """Read all rows of files of a table, and return their fingerprint."""
        columns = ", ".join(table.schema.names)
        rows = rows_of(table, paths, compacted=compacted)
        found = self.duck.execute(
            f"SELECT count(*), coalesce(sum(hash({columns})::HUGEINT), 0) FROM {rows}"  # noqa: S608
        ).fetchone()
        return Fingerprint(*(found or ()))

    def write_sorted(self, table: Table, paths: Sequence[str]) -> Path:
        """Write the rows of the files of parts to one file, sorted, and return its path."""
        rows = self.duck.execute(
            f"SELECT {', '.join(table.schema.names)} FROM {rows_of(table, paths)} "  # noqa: S608
            f"ORDER BY {', '.join(order_of(table))}"
        ).to_arrow_reader(ROW_GROUP_ROWS)
        target = self.target(table.name)
        with writer(table, target) as file:
            for batch in rows:
                file.write_table(pa.Table.from_batches([batch]).cast(table.schema))
        return target

    def target(self, name: str) -> Path:
        """The path of a file to make; a former one of this name is made anew."""
        return self.folder / "made" / f"{name}.parquet"


def writer(table: Table, target: Path) -> pq.ParquetWriter:
    """A writer of a compacted file; each table that it is given becomes a row group."""
    named = {*order_of(table), *_STATISTICS}
    statistics = [name for name in table.schema.names if name in named]
    return pq.ParquetWriter(target, table.schema, compression="zstd", write_statistics=statistics)


def order_of(table: Table) -> list[str]:
    """The columns that a compacted file is sorted by; its key decides among equal ones."""
    columns = [name for name in _ORDER if name in table.schema.names]
    return [*columns, *(name for name in table.key if name not in columns)]


@contextmanager
def open_workshop(store: Store) -> Iterator[Workshop]:
    """Give a workshop for files of a lake while a block lasts; then its files are removed.

    Raises:
        CompactionError: DuckDB or Arrow refuse the files.
    """
    with TemporaryDirectory(prefix="playlake-compact-") as folder:
        Path(folder, "made").mkdir()
        with closing(duckdb.connect(config=_config(folder))) as duck:
            # Otherwise times become those of this machine's time zone.
            duck.execute("SET TimeZone = 'UTC'")
            try:
                yield Workshop(store, duck, Path(folder))
            except (duckdb.Error, pa.ArrowException) as error:
                reason = str(error).partition("\n")[0]
                raise CompactionError(
                    f"the files of the lake cannot be compacted ({reason}): `playlake lake check` "
                    "says what is wrong with it"
                ) from error


def _config(folder: str) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "temp_directory": str(Path(folder, "spill")),
        "memory_limit": _MEMORY,
        "threads": _THREADS,
        "preserve_insertion_order": False,
        # It can give the bytes of a file that was at the same path before.
        "enable_external_file_cache": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }


def put_compacted(
    workshop: Workshop, table: Table, key: str, made: Path, expected: Fingerprint
) -> CompactedFile:
    """Verify a file that was made, and put it; an equal one that is there already serves as well.

    Args:
        workshop: the workshop.
        table: the table of its rows.
        key: its key.
        made: the file.
        expected: the fingerprint of the rows that it must have.

    Raises:
        CompactionError: it has other rows, so nothing is put.
        DamagedLakeError: the key has an object with other rows.
    """
    if workshop.fingerprint(table, [str(made)], compacted=True) != expected:
        raise CompactionError(
            f"the compacted rows of {table.name} are not those of the parts, so they are not used: "
            "`playlake lake check` says what is wrong with the lake"
        )
    if not workshop.store.put_file(key, made):
        made = Path(*workshop.files([key]))
        if not _has(workshop, table, made, expected):
            raise DamagedLakeError(
                f"{key} is damaged: delete it, then run `playlake compact`, which makes it again"
            )
    return CompactedFile(key=key, rows=expected.rows, size=made.stat().st_size, md5=_md5(made))


def _has(workshop: Workshop, table: Table, path: Path, expected: Fingerprint) -> bool:
    try:
        return workshop.fingerprint(table, [str(path)], compacted=True) == expected
    except duckdb.Error:
        return False


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, _new_md5).hexdigest()


def _new_md5() -> hashlib._Hash:
    return hashlib.md5(usedforsecurity=False)
