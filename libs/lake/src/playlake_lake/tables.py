"""The tables of a lake in a folder as SQL: views of DuckDB over the committed files.

The commit marks say which files belong to the tables, and which rows a compacted file has instead:
`committed`. So a part that is being transformed is not seen at all, and a file that the lake has
lost is an error and not a missing row.
"""

from __future__ import annotations

import re
import shutil
import weakref
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain, starmap
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import duckdb

from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.tables import TABLES
from playlake_lake.committed import damaged
from playlake_lake.days import EVERY_DAY, Days, SomeDays
from playlake_lake.errors import DamagedLakeError, NotHeldError, QueryError, SqlRefusedError
from playlake_lake.folder import etag
from playlake_lake.marks import held_tables
from playlake_lake.parquet_sql import literal
from playlake_lake.query_views import add_views, connect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pyarrow as pa

    from playlake_lake.compaction.in_force import CompactedFile
    from playlake_lake.folder import Folder

_READING: Final = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
_MISSING: Final = re.compile(
    r'(?:No files found that match the pattern|open file) "(?P<path>[^"]+)"'
)
_NO_TABLE: Final = re.compile(r"Table with name (?P<table>\S+) does not exist")
# Times in views are UTC.
_ISO_UTC: Final = "%Y-%m-%dT%H:%M:%S.%fZ"
_BATCH_ROWS: Final = 10_000
# It names every table, so all of them are made.
_EVERY_TABLE: Final = f"SELECT '{' '.join([*TABLES, *HISTORY_TABLES])}'"


@dataclass(frozen=True, slots=True)
class Rows:
    """The result of a query.

    Attributes:
        columns: name and DuckDB type of each column.
        rows: a tuple of values for each row. Times are in UTC and have no time zone.
    """

    columns: list[tuple[str, str]]
    rows: list[tuple[Any, ...]]


def query(
    folder: Folder,
    sql: str,
    *,
    days: SomeDays = EVERY_DAY,
    parameters: Mapping[str, object] = MappingProxyType({}),
    memory: str | None = None,
) -> Rows:
    """Run a query over the committed rows of a lake. It can read and not write.

    Args:
        folder: the lake.
        sql: one SELECT. The tables are those of the contracts; each has `day` as well.
        days: the days that the tables have. Files of other days are neither opened nor listed.
        parameters: the values of the SQL's names that begin with a dollar sign.
        memory: the most memory that it may take, such as `1GB`; None: 80 % of the machine's.

    Raises:
        QueryError: the SQL is refused, or needs more memory than there is.
        NotHeldError: it names a table that this lake does not hold.
        DamagedLakeError: a committed file is missing or unreadable.
    """
    with _reading(folder, sql, days=days, memory=memory) as duck:
        answer = duck.execute(sql, dict(parameters))
        return Rows(_columns(answer), answer.fetchall())


def arrow_table(
    folder: Folder,
    sql: str,
    *,
    days: SomeDays = EVERY_DAY,
    parameters: Mapping[str, object] = MappingProxyType({}),
) -> pa.Table:
    """The result of a query as an Arrow table with times in UTC; see `query`."""
    with _reading(folder, sql, days=days) as duck:
        rows = duck.sql(sql, params=dict(parameters))
        columns = zip(rows.columns, map(str, rows.types), strict=True)
        return rows.project(", ".join(starmap(_with_zone, columns))).to_arrow_table()


@contextmanager
def streamed(
    folder: Folder,
    sql: str,
    *,
    days: SomeDays = EVERY_DAY,
    parameters: Mapping[str, object] = MappingProxyType({}),
) -> Iterator[tuple[list[tuple[str, str]], Iterator[tuple[Any, ...]]]]:
    """Give the columns and the rows of a query while a block lasts; few rows are in memory.

    Args:
        folder: the lake.
        sql: as for `query`.
        days: the days that the tables have. Files of other days are neither opened nor listed.
        parameters: the values of the SQL's names that begin with a dollar sign.

    Raises:
        QueryError: as for `query`.
        DamagedLakeError: likewise.
    """
    with _reading(folder, sql, days=days) as duck:
        answer = duck.execute(sql, dict(parameters))
        batches = iter(lambda: answer.fetchmany(_BATCH_ROWS), [])
        yield _columns(answer), chain.from_iterable(batches)


def copy_to_csv(folder: Folder, sql: str, path: Path, *, days: Days = EVERY_DAY) -> None:
    """Write the rows of a query to a file: UTF-8 with a header; null is empty, times end in Z.

    Args:
        folder: the lake.
        sql: as for `query`. It can write no other file.
        path: the file.
        days: the days that the tables have.

    Raises:
        QueryError: as for `query`.
        DamagedLakeError: likewise.
    """
    with _reading(folder, sql, days=days, writes=path) as duck:
        duck.sql(sql).write_csv(str(path), header=True, na_rep="", timestamp_format=_ISO_UTC)


def copy_to_parquet(folder: Folder, sql: str, path: Path, *, days: Days = EVERY_DAY) -> None:
    """Write the rows of a query to a Parquet file whose times are in UTC; see `copy_to_csv`."""
    with _reading(folder, sql, days=days, writes=path) as duck:
        rows = duck.sql(sql)
        columns = zip(rows.columns, map(str, rows.types), strict=True)
        rows.project(", ".join(starmap(_with_zone, columns))).write_parquet(
            str(path), compression="zstd"
        )


@contextmanager
def _reading(
    folder: Folder,
    sql: str,
    *,
    days: SomeDays = EVERY_DAY,
    memory: str | None = None,
    writes: Path | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection that can read the lake, and write one file, and do nothing else."""
    with TemporaryDirectory(prefix="playlake-query-") as spill, closing(connect(spill)) as duck:
        if memory is not None:
            duck.execute(f"SET memory_limit = {literal(memory)}")
        compacted: list[CompactedFile] = []
        with _explained(folder, compacted):
            _prepare(duck, folder, sql, days, compacted)
            _lock(duck, folder, writes)
            yield duck


def _prepare(
    duck: duckdb.DuckDBPyConnection,
    folder: Folder,
    sql: str,
    days: SomeDays,
    compacted: list[CompactedFile],
) -> None:
    # Otherwise times become those of this machine's time zone.
    duck.execute("SET GLOBAL TimeZone = 'UTC'")
    _check(duck, sql)
    add_views(duck, folder, sql, days, compacted)


@contextmanager
def _explained(folder: Folder, compacted: Iterable[CompactedFile]) -> Iterator[None]:
    """Turn an error of DuckDB into one of the lake."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise QueryError(
            "the query needs more memory than there is: select fewer columns or days"
        ) from error
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        raise _damaged_or_refused(folder, compacted, error) from error
    except duckdb.CatalogException as error:
        absent = _absent(folder, error)
        raise NotHeldError(absent) if absent else SqlRefusedError(str(error)) from error
    except duckdb.ProgrammingError as error:
        raise SqlRefusedError(str(error)) from error
    except duckdb.Error as error:
        raise _damaged_or_refused(folder, compacted, error) from error


class Moment:
    """All tables of a lake as they are at a moment, for many queries; threads may share it.

    The history is folded once. Its files stay for a day at least, so a moment is not kept longer.

    Args:
        folder: the lake.

    Raises:
        QueryError: as for `query`.
        DamagedLakeError: likewise.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        spill = mkdtemp(prefix="playlake-moment-")
        # It goes with this object, which every query holds while it lasts.
        weakref.finalize(self, shutil.rmtree, spill, ignore_errors=True)
        self._duck = connect(spill)
        self._compacted: list[CompactedFile] = []
        with _explained(folder, self._compacted):
            _prepare(self._duck, folder, _EVERY_TABLE, EVERY_DAY, self._compacted)
            _lock(self._duck, folder, None)

    def rows(self, sql: str, parameters: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """The rows of a SELECT; see `query`."""
        with _explained(self._folder, self._compacted), self._duck.cursor() as duck:
            _check(duck, sql)
            return duck.execute(sql, dict(parameters)).fetchall()


def _columns(answer: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return [(name, str(kind)) for name, kind, *_ in answer.description or ()]


def _with_zone(name: str, kind: str) -> str:
    """A column of a SELECT; a time without a zone gets UTC."""
    quoted = '"' + name.replace('"', '""') + '"'
    return f"timezone('UTC', {quoted}) AS {quoted}" if kind == "TIMESTAMP" else quoted


def _check(duck: duckdb.DuckDBPyConnection, sql: str) -> None:
    try:
        statements = duck.extract_statements(sql)
    except duckdb.Error as error:
        raise SqlRefusedError(str(error)) from error
    if len(statements) != 1:
        raise QueryError(f"give one statement: this is {len(statements) or 'none'}")
    if statements[0].type not in _READING or _explains_writing(duck, sql, statements[0]):
        raise QueryError("the lake is read-only here: give a SELECT")


def _explains_writing(
    duck: duckdb.DuckDBPyConnection, sql: str, statement: duckdb.Statement
) -> bool:
    """Whether a statement explains another that is no SELECT; EXPLAIN ANALYZE would run it."""
    if statement.type != duckdb.StatementType.EXPLAIN:
        return False
    explained = re.sub(r"^\s*explain(\s+analyze)?(\s*\([^)]*\))?", "", sql, flags=re.IGNORECASE)
    found = duck.extract_statements(explained)
    return any(one.type != duckdb.StatementType.SELECT for one in found)


def _lock(duck: duckdb.DuckDBPyConnection, folder: Folder, writes: Path | None) -> None:
    """Let the query read the lake, and write one file if it has to, and nothing else."""
    if writes is not None:
        duck.execute(f"SET allowed_paths = [{literal(str(writes))}]")
    duck.execute(f"SET allowed_directories = [{literal(str(folder.root))}]")
    duck.execute("SET enable_external_access = false")
    duck.execute("SET lock_configuration = true")


def _damaged_or_refused(
    folder: Folder, compacted: Iterable[CompactedFile], error: duckdb.Error
) -> QueryError | DamagedLakeError:
    path = _MISSING.search(str(error))
    if path is not None and Path(path["path"]).is_relative_to(folder.root):
        return DamagedLakeError(
            f"{path['path']} is missing though it was committed, so the lake was copied or deleted "
            "in part: run `playlake lake repair`"
        )
    for file in compacted:
        if (body := folder.read(file.key)) is None or etag(body) != file.md5:
            return damaged(folder, file)
    return SqlRefusedError(str(error))


def _absent(folder: Folder, error: duckdb.Error) -> str | None:
    """The sentence about a table that this lake was pulled without; None if it is no such table."""
    match = _NO_TABLE.search(str(error))
    table = match["table"].lower() if match is not None else ""
    held = held_tables(folder)
    if table not in TABLES or table in held:
        return None
    return f"this lake has only the tables {', '.join(held)}: pull {table} as well"
