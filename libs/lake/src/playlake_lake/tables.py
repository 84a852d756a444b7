"""The tables of a lake in a folder as SQL: views of DuckDB over the committed files.

The commit marks say which files belong to the tables. So a part that is being transformed is not
seen at all, and a file that the lake has lost is an error and not a missing row.
"""

from __future__ import annotations

import re
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain, starmap
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import duckdb

from playlake_contracts.hive import hive_type
from playlake_contracts.keys import PARTITION_KEY, QUARANTINE, partition_prefix
from playlake_contracts.tables import ADDED_COLUMNS, TABLES, TIMESTAMP
from playlake_lake.days import EVERY_DAY, Days, SomeDays
from playlake_lake.errors import DamagedLakeError, QueryError, SqlRefusedError
from playlake_lake.marks import COUNTS, day_of, held_tables, mark_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pyarrow as pa

    from playlake_contracts.tables import Table
    from playlake_lake.folder import Folder

_READING: Final = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
_MISSING: Final = re.compile(
    r'(?:No files found that match the pattern|open file) "(?P<path>[^"]+)"'
)
_NO_TABLE: Final = re.compile(r"Table with name (?P<table>\S+) does not exist")
# Times in views are UTC.
_ISO_UTC: Final = "%Y-%m-%dT%H:%M:%S.%fZ"
_BATCH_ROWS: Final = 10_000


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
        QueryError: the SQL is refused, needs more memory than there is, or names a table that this
            lake does not hold.
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
    with TemporaryDirectory(prefix="playlake-query-") as spill, closing(_connect(spill)) as duck:
        if memory is not None:
            duck.execute(f"SET memory_limit = {_text(memory)}")
        # Otherwise times become those of this machine's time zone.
        duck.execute("SET TimeZone = 'UTC'")
        _check(duck, sql)
        try:
            _add_views(duck, folder, sql, days)
            _lock(duck, folder, writes)
            yield duck
        except duckdb.OutOfMemoryException as error:
            raise QueryError(
                "the query needs more memory than there is: select fewer columns or days"
            ) from error
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            raise _damaged_or_refused(folder, error) from error
        except duckdb.CatalogException as error:
            absent = _absent(folder, error)
            raise QueryError(absent) if absent else SqlRefusedError(str(error)) from error
        except duckdb.Error as error:
            raise SqlRefusedError(str(error)) from error


def _columns(answer: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return [(name, str(kind)) for name, kind, *_ in answer.description or ()]


def _with_zone(name: str, kind: str) -> str:
    """A column of a SELECT; a time without a zone gets UTC."""
    quoted = '"' + name.replace('"', '""') + '"'
    return f"timezone('UTC', {quoted}) AS {quoted}" if kind == "TIMESTAMP" else quoted


def _connect(spill: str) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        config={
            "temp_directory": spill,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )


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


def _add_views(duck: duckdb.DuckDBPyConnection, folder: Folder, sql: str, days: SomeDays) -> None:
    """Add a view for each table that the query names, or for all if it names none."""
    named = [table for name, table in TABLES.items() if name in sql.lower()]
    files = committed_files(duck, folder, days)
    held = held_tables(folder)
    for table in named or TABLES.values():
        if table.name in held:
            duck.execute(_view(table, [str(folder.path(key)) for key in files[table.name]]))


def committed_files(
    duck: duckdb.DuckDBPyConnection, folder: Folder, days: SomeDays = EVERY_DAY
) -> Mapping[str, list[str]]:
    """The keys of the committed files of some days by table, as the commit marks have them.

    Rows in quarantine expire earlier than others, so a file of quarantine may be missing.
    """
    marks = mark_keys(folder, days)
    files: dict[str, list[str]] = {name: [] for name in TABLES}
    files["loads"] = marks
    if not marks:
        return files
    there = {
        key
        for day in {day_of(mark) for mark in marks}
        for key in folder.keys(partition_prefix(QUARANTINE, day))
    }
    for day, name, *counts in _marks(duck, folder, marks, list(COUNTS.values())):
        for table, rows in zip(COUNTS, counts, strict=True):
            key = f"{partition_prefix(table, day)}{name}"
            if rows and (table != QUARANTINE or key in there):
                files[table].append(key)
    return files


def _marks(
    duck: duckdb.DuckDBPyConnection, folder: Folder, marks: Iterable[str], columns: Sequence[str]
) -> list[tuple[Any, ...]]:
    paths = [str(folder.path(key)) for key in marks]
    return duck.execute(
        f"SELECT {PARTITION_KEY}, parse_filename(filename), {', '.join(columns)} "  # noqa: S608
        f"FROM {_read(TABLES['loads'], paths)}"
    ).fetchall()


def _view(table: Table, paths: Sequence[str]) -> str:
    """The statement that makes a table's view; times are UTC without a zone, as Athena's are."""
    typed = [(field.name, field.type) for field in table.schema]
    if not paths:
        columns = [f"NULL::{_empty_type(kind)} AS {name}" for name, kind in typed]
        nothing = f"SELECT {', '.join(columns)}, '' AS {PARTITION_KEY} WHERE false"
        return f"CREATE VIEW {table.name} AS {nothing}"
    columns = [
        f"{name}::TIMESTAMP AS {name}" if kind == TIMESTAMP else name for name, kind in typed
    ]
    return (
        f"CREATE VIEW {table.name} AS SELECT {', '.join(columns)}, {PARTITION_KEY} "  # noqa: S608
        f"FROM {_read(table, paths)}"
    )


def _empty_type(kind: Any) -> str:  # noqa: ANN401 - pyarrow publishes no types
    return {"string": "VARCHAR"}.get(hive_type(kind), hive_type(kind))


def _read(table: Table, paths: Sequence[str]) -> str:
    """The rows of files of a table; an added column that none of them has is null."""
    files = ", ".join(map(_text, paths))
    rows = (
        f"read_parquet([{files}], filename = true, union_by_name = true, "
        f"hive_partitioning = true, hive_types = {{'{PARTITION_KEY}': VARCHAR}})"
    )
    added = [
        f"NULL::{_empty_type(table.schema.field(name).type)} AS {name}"
        for name in ADDED_COLUMNS.get(table.name, ())
    ]
    if not added:
        return rows
    nothing = f"SELECT {', '.join(added)} WHERE false"
    return f"({nothing} UNION ALL BY NAME SELECT * FROM {rows})"  # noqa: S608


def _lock(duck: duckdb.DuckDBPyConnection, folder: Folder, writes: Path | None) -> None:
    """Let the query read the lake, and write one file if it has to, and nothing else."""
    if writes is not None:
        duck.execute(f"SET allowed_paths = [{_text(str(writes))}]")
    duck.execute(f"SET allowed_directories = [{_text(str(folder.root))}]")
    duck.execute("SET enable_external_access = false")
    duck.execute("SET lock_configuration = true")


def _damaged_or_refused(folder: Folder, error: duckdb.Error) -> QueryError | DamagedLakeError:
    path = _MISSING.search(str(error))
    if path is not None and Path(path["path"]).is_relative_to(folder.root):
        return DamagedLakeError(
            f"{path['path']} is missing though it was committed, so the lake was copied or deleted "
            "in part: run `playlake lake repair`"
        )
    return SqlRefusedError(str(error))


def _absent(folder: Folder, error: duckdb.Error) -> str | None:
    """The sentence about a table that this lake was pulled without; None if it is no such table."""
    match = _NO_TABLE.search(str(error))
    table = match["table"].lower() if match is not None else ""
    held = held_tables(folder)
    if table not in TABLES or table in held:
        return None
    return f"this lake has only the tables {', '.join(held)}: pull {table} as well"


def _text(value: str) -> str:
    """A text as a literal of SQL."""
    return "'" + value.replace("'", "''") + "'"
