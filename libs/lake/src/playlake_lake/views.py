"""The views of a lake in a folder, as statements of DuckDB over files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.keys import PARTITION_KEY
from playlake_contracts.tables import DATE_COLUMN
from playlake_lake.committed import check_there
from playlake_lake.parquet_sql import columns_of, literal, no_rows, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from playlake_contracts.tables import Table
    from playlake_lake.committed import TableFiles
    from playlake_lake.compaction.in_force import CompactedFile, HistoryMonth
    from playlake_lake.folder import Folder


def table_view(table: Table, folder: Folder, files: TableFiles) -> str:
    """The statement that makes a table's view; times are UTC without a zone, as Athena's are."""
    selects = []
    if files.parts:
        paths = [str(folder.path(key)) for key in files.parts]
        selects.append(f"SELECT * FROM {rows_of(table, paths)}")  # noqa: S608
    if files.compacted:
        selects.append(_compacted(table, _paths(folder, files.compacted), files.without))
    if not selects:
        return f"CREATE OR REPLACE VIEW {table.name} AS {no_rows(table.schema, [PARTITION_KEY])}"
    columns = f"{columns_of(table.schema)}, {PARTITION_KEY}"
    each = (f"SELECT {columns} FROM ({select})" for select in selects)  # noqa: S608
    return f"CREATE OR REPLACE VIEW {table.name} AS {' UNION ALL '.join(each)}"


def history_files(
    folder: Folder, months: Sequence[HistoryMonth], table: str
) -> tuple[list[CompactedFile], CompactedFile | None]:
    """The files of a table of the history: of each month what ended, and of the last what lasts.

    Raises:
        DamagedLakeError: a file is missing.
    """
    found = [month.tables.get(table) for month in months]
    ended = [file for file in found if file is not None]
    lasting = months[-1].standing.get(table) if months else None
    for file in (*ended, *([] if lasting is None else [lasting])):
        check_there(folder, file)
    return ended, lasting


def history_view(name: str, selects: Sequence[str]) -> str:
    """The statement that makes the view of a table of the history from the rows of some SELECTs."""
    rows = " UNION ALL ".join(selects) or no_rows(HISTORY_TABLES[name].schema)
    return f"CREATE VIEW {name} AS {rows}"


def history_rows(
    name: str, folder: Folder, files: Iterable[CompactedFile], where: str = "true"
) -> str:
    """A SELECT of rows of compacted files of a table of the history."""
    table = HISTORY_TABLES[name]
    rows = rows_of(table, _paths(folder, files), compacted=True)
    return f"SELECT {columns_of(table.schema)} FROM {rows} WHERE {where}"  # noqa: S608


def unread_view(name: str) -> str:
    """The statement that makes the view of a table of the history for who only lists the tables."""
    columns = no_rows(HISTORY_TABLES[name].schema).removesuffix(" WHERE false")
    message = literal(f"write the name of the table {name} into the query")
    return f"CREATE VIEW {name} AS {columns} WHERE error({message}) IS NULL"


def _compacted(table: Table, paths: Iterable[str], without: Iterable[str]) -> str:
    """The rows of compacted files but for those of some days."""
    days = ", ".join(map(literal, sorted(without)))
    where = f" WHERE {DATE_COLUMN} NOT IN ({days})" if days else ""
    rows = rows_of(table, paths, compacted=True)
    return f"SELECT *, {DATE_COLUMN} AS {PARTITION_KEY} FROM {rows}{where}"  # noqa: S608


def _paths(folder: Folder, files: Iterable[CompactedFile]) -> list[str]:
    return [str(folder.path(file.key)) for file in files]
