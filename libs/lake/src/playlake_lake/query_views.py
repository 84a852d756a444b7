"""The views that a query of a lake in a folder reads, all of one moment.

The tables of the history are made when a query names one of them: months in compacted files, and
what the fold makes of the observations since.
"""

from __future__ import annotations

import re
from contextlib import closing
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import duckdb

from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.tables import TABLES
from playlake_lake.committed import committed_files, sight_of
from playlake_lake.compaction.history_files import standing
from playlake_lake.compaction.observed import OBSERVED_TABLES
from playlake_lake.compaction.open_tail import open_tail
from playlake_lake.days import EVERY_DAY
from playlake_lake.errors import QueryError
from playlake_lake.mark_counts import counts_of
from playlake_lake.marks import held_tables
from playlake_lake.parquet_sql import columns_of, rows_of
from playlake_lake.views import (
    history_files,
    history_rows,
    history_view,
    table_view,
    unread_view,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from playlake_lake.committed import Sight, TableFiles
    from playlake_lake.compaction.in_force import CompactedFile
    from playlake_lake.compaction.open_tail import OpenTail
    from playlake_lake.days import SomeDays
    from playlake_lake.folder import Folder

_WORD: Final = re.compile(r"\w+")
_FOLDING_MEMORY: Final = "256MB"
_TAIL: Final = "open_tail"
_NOT_FOLDED: Final = f"(source, playlist_id) NOT IN (FROM {_TAIL}.playlists)"


def connect(spill: str) -> duckdb.DuckDBPyConnection:
    """A database that uses a folder where its memory does not suffice."""
    return duckdb.connect(
        config={
            "temp_directory": spill,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )


def add_views(
    duck: duckdb.DuckDBPyConnection,
    folder: Folder,
    sql: str,
    days: SomeDays,
    compacted: list[CompactedFile],
) -> None:
    """Add a view for each table that the query names, or for all if it names none.

    The compacted files that the views read are added to `compacted`.
    """
    words = set(_WORD.findall(sql.lower()))
    of_history = words.intersection(HISTORY_TABLES)
    named = [name for name in TABLES if name in words]
    if not named and not of_history:
        named = [*TABLES]
        for name in HISTORY_TABLES:
            duck.execute(unread_view(name))
    # All views are of one moment.
    sight = sight_of(folder, EVERY_DAY if of_history else days)
    if of_history:
        _add_history(duck, folder, sight, of_history, compacted)
        sight = sight.of_days(days)
    held = held_tables(folder)
    files = _files(duck, folder, sight, [name for name in named if name in held])
    compacted += chain.from_iterable(found.compacted for found in files.values())
    for name, found in files.items():
        duck.execute(table_view(TABLES[name], folder, found))


def _add_history(
    duck: duckdb.DuckDBPyConnection,
    folder: Folder,
    sight: Sight,
    names: Iterable[str],
    compacted: list[CompactedFile],
) -> None:
    """Add a view for each of some tables of the history."""
    held = held_tables(folder)
    if lacking := [name for name in OBSERVED_TABLES if name not in held]:
        raise QueryError(
            f"this lake has only the tables {', '.join(held)}: the history needs "
            f"{', '.join(lacking)} as well"
        )
    compacted += sight.in_force.files()
    with TemporaryDirectory(prefix="playlake-history-") as aside:
        with closing(connect(aside)) as folding:
            folding.execute(f"SET TimeZone = 'UTC'; SET memory_limit = '{_FOLDING_MEMORY}'")
            tail = open_tail(folding, folder, sight, Path(aside))
        compacted[:] = chain.from_iterable(month.files() for month in tail.months)
        _add_tail(duck, tail)
    for name in names:
        ended, lasting = history_files(folder, tail.months, name)
        selects = [history_rows(name, folder, ended)] if ended else []
        if lasting is not None:
            selects.append(history_rows(name, folder, [lasting], _NOT_FOLDED))
        selects.append(f"SELECT * FROM {_TAIL}.{name}")  # noqa: S608
        duck.execute(history_view(name, selects))


def _add_tail(duck: duckdb.DuckDBPyConnection, tail: OpenTail) -> None:
    """Add the rows that were folded, and the playlists that they are of, as tables of a schema."""
    duck.execute(f"CREATE SCHEMA {_TAIL}")
    duck.execute(f"CREATE TABLE {_TAIL}.playlists (source VARCHAR, playlist_id VARCHAR)")
    if tail.playlists:
        duck.executemany(f"INSERT INTO {_TAIL}.playlists VALUES (?, ?)", [*tail.playlists])  # noqa: S608
    for name, table in HISTORY_TABLES.items():
        paths = [
            str(tail.files[each].path) for each in (name, standing(name)) if each in tail.files
        ]
        rows = rows_of(table, paths, compacted=True)
        columns = columns_of(table.schema)
        duck.execute(f"CREATE TABLE {_TAIL}.{name} AS SELECT {columns} FROM {rows}")  # noqa: S608


def _files(
    duck: duckdb.DuckDBPyConnection, folder: Folder, sight: Sight, tables: Collection[str]
) -> Mapping[str, TableFiles]:
    def counts(marks: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
        return counts_of(duck, {key: str(folder.path(key)) for key in marks})

    return committed_files(folder, sight, tables, counts)
