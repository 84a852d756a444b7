"""The rows of Iceberg tables, as pyiceberg and DuckDB read them, and those of their lakes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import duckdb

from playlake_contracts.tables import TABLES
from playlake_iceberg.available import KEPT_RUNS
from playlake_iceberg.row_counts import RowCounts
from playlake_iceberg.snapshots import snapshot_of_run
from playlake_iceberg.sync import Synced, sync
from playlake_lake.tables import arrow_table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import pyarrow as pa
    from pyiceberg.table import DataScan, Table

    from playlake_iceberg.tables import Place
    from playlake_lake.folder import Folder

# A table of parts, one of manifests, and the commit marks: each table takes its time.
FEW = ("playlist_items", "run_outcomes", "loads")

Rows = dict[str, Counter[tuple[Any, ...]]]


def synced(place: Place, tables: Collection[str] = FEW, keep: int = KEPT_RUNS) -> dict[str, Synced]:
    """Bring tables of a lake up to date; return what was done to each."""
    return {each.table: each for each in sync(place, tables, RowCounts(place.store), keep)}


def opened(place: Place, name: str) -> Table:
    """An Iceberg table."""
    return place.catalog.load_table((place.namespace, name))


def lake_rows(folder: Folder, tables: Iterable[str] = FEW) -> Rows:
    """The committed rows of tables of a lake."""
    return {name: _counted(arrow_table(folder, _select(name, name))) for name in tables}


def iceberg_rows(place: Place, tables: Iterable[str] = FEW, run_id: str | None = None) -> Rows:
    """The rows of Iceberg tables, now or as of a run, as pyiceberg reads them."""
    return {name: _counted(_scan(opened(place, name), run_id).to_arrow()) for name in tables}


def _scan(table: Table, run_id: str | None) -> DataScan:
    if run_id is None:
        return table.scan()
    snapshot = snapshot_of_run(table, run_id)
    assert snapshot is not None
    return table.scan(snapshot_id=snapshot.snapshot_id)


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
    scan = table.scan() if day is None else table.scan(f"snapshot_date = '{day}'")
    return [task.file.file_path for task in scan.plan_files()]


def _select(name: str, source: str) -> str:
    columns = ", ".join(f'"{column}"' for column in TABLES[name].schema.names)
    return f"SELECT {columns} FROM {source}"


def _counted(table: pa.Table) -> Counter[tuple[Any, ...]]:
    return Counter(_tuples(table))


def _tuples(table: pa.Table) -> Iterable[tuple[Any, ...]]:
    return zip(*(column.to_pylist() for column in table.columns), strict=True)
