"""The views of a lake in a folder, as statements of DuckDB over files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts.keys import PARTITION_KEY
from playlake_contracts.tables import DATE_COLUMN
from playlake_lake.committed import check_there
from playlake_lake.compaction.history_tables import HISTORY
from playlake_lake.compaction.in_force import read_in_force
from playlake_lake.parquet_sql import columns_of, literal, no_rows, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from playlake_contracts.tables import Table
    from playlake_lake.committed import TableFiles
    from playlake_lake.compaction.in_force import CompactedFile
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
        return f"CREATE VIEW {table.name} AS {no_rows(table.schema, [PARTITION_KEY])}"
    columns = f"{columns_of(table.schema)}, {PARTITION_KEY}"
    each = (f"SELECT {columns} FROM ({select})" for select in selects)  # noqa: S608
    return f"CREATE VIEW {table.name} AS {' UNION ALL '.join(each)}"


def history_files(folder: Folder, table: str) -> list[CompactedFile]:
    """The files of a table of the history: of each month what ended, of the last what lasts.

    Raises:
        DamagedLakeError: a file is missing.
    """
    months = sorted(read_in_force(folder).history.items())
    found = [month.tables.get(table) for _, month in months]
    found += [month.standing.get(table) for _, month in months[-1:]]
    files = [file for file in found if file is not None]
    for file in files:
        check_there(folder, file)
    return files


def history_view(name: str, folder: Folder, files: Sequence[CompactedFile]) -> str:
    """The statement that makes the view of a table of the history."""
    table = HISTORY[name]
    if not files:
        return f"CREATE VIEW {name} AS {no_rows(table.schema)}"
    rows = rows_of(table, _paths(folder, files), compacted=True)
    return f"CREATE VIEW {name} AS SELECT {columns_of(table.schema)} FROM {rows}"  # noqa: S608


def _compacted(table: Table, paths: Iterable[str], without: Iterable[str]) -> str:
    """The rows of compacted files but for those of some days."""
    days = ", ".join(map(literal, sorted(without)))
    where = f" WHERE {DATE_COLUMN} NOT IN ({days})" if days else ""
    rows = rows_of(table, paths, compacted=True)
    return f"SELECT *, {DATE_COLUMN} AS {PARTITION_KEY} FROM {rows}{where}"  # noqa: S608


def _paths(folder: Folder, files: Iterable[CompactedFile]) -> list[str]:
    return [str(folder.path(file.key)) for file in files]
