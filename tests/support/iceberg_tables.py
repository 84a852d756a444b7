"""The rows of Iceberg tables and of the lakes that they are made over, as pyiceberg and DuckDB read
them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import duckdb
from pyiceberg.expressions import EqualTo

from playlake_contracts.tables import TABLES
from playlake_iceberg.row_counts import RowCounts
from playlake_iceberg.sync import Synced, sync
from playlake_lake.tables import arrow_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa
    from pyiceberg.table import Table

    from playlake_iceberg.tables import Place
    from playlake_lake.folder import Folder

Rows = dict[str, Counter[tuple[Any, ...]]]


def synced(place: Place, keep: int = 1000) -> dict[str, Synced]:
    """Bring the tables of a lake up to date; return what was done to each."""
    return {each.table: each for each in sync(place, list(TABLES), RowCounts(place.store), keep)}


def opened(place: Place, name: str) -> Table:
    """An Iceberg table."""
    return place.catalog.load_table((place.namespace, name))


def lake_rows(folder: Folder) -> Rows:
    """The committed rows of every table of a lake."""
    return {name: _counted(arrow_table(folder, _select(name, name))) for name in TABLES}


def iceberg_rows(place: Place, snapshots: dict[str, int] | None = None) -> Rows:
    """The rows of every Iceberg table, now or in a snapshot of each, as pyiceberg reads them."""
    return {
        name: _counted(opened(place, name).scan(snapshot_id=(snapshots or {}).get(name)).to_arrow())
        for name in TABLES
    }


def duckdb_rows(place: Place, name: str) -> Counter[tuple[Any, ...]]:
    """The rows of the data files that a scan of a table plans, as DuckDB reads them."""
    paths = planned(opened(place, name))
    with duckdb.connect() as duck:
        duck.execute("SET TimeZone = 'UTC'")
        files = "read_parquet($paths, union_by_name = true, hive_partitioning = false)"
        found = duck.execute(_select(name, files), {"paths": paths}).to_arrow_table()
    return _counted(found)


def planned(table: Table, day: str | None = None) -> list[str]:
    """The paths of the files that a scan of a table plans, of one day or of all."""
    scan = table.scan() if day is None else table.scan(EqualTo("snapshot_date", day))
    return [task.file.file_path for task in scan.plan_files()]


def _select(name: str, source: str) -> str:
    columns = ", ".join(f'"{column}"' for column in TABLES[name].schema.names)
    return f"SELECT {columns} FROM {source}"


def _counted(table: pa.Table) -> Counter[tuple[Any, ...]]:
    return Counter(_tuples(table))


def _tuples(table: pa.Table) -> Iterable[tuple[Any, ...]]:
    return zip(*(column.to_pylist() for column in table.columns), strict=True)
