"""Reads lakes as the M queries of the Power BI project do, by the interpreter of the tests.

A folder is read as a folder. Athena and Snowflake are DuckDB with all files of the tables,
committed or not: Athena gives times without a zone and a column `day`, Snowflake names in capitals
and times in another zone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from compacting import compact
from historical_lakes import Read, commit_run, failed, read, unchanged
from landed import entry
from m_language import MError, Table, evaluate
from m_language.library import Listed, parquet_document

from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.outcomes import Outcome
from playlake_contracts.tables import TABLES
from playlake_lake.identity import make_lake
from playlake_lake.tables import query
from playlake_warehouses.powerbi.functions import FUNCTIONS
from playlake_warehouses.powerbi.m_text import m_text
from playlake_warehouses.powerbi.tables import model_tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake_lake.folder import Folder

FROM_FOLDER: Final = "Folder"
FROM_ATHENA: Final = "Athena"
FROM_SNOWFLAKE: Final = "Snowflake"
_RUNS: Final = 9
_FIRST: Final = datetime(2026, 9, 25, 6, tzinfo=UTC)
_ZONE: Final = timezone(timedelta(hours=-7))
_QUERIES: Final = {table.name: table.query for table in model_tables()}
_NAIVE: Final = pa.timestamp("us")


def made_lake(root: Path) -> Folder:
    """A compacted lake of nine runs in which everything happens. All synthetic."""
    folder, _ = make_lake(root)
    landed: dict[str, str] = {}
    for number in range(_RUNS):
        reads, outcomes = [], [failed("hidden", Outcome.FORBIDDEN)]
        for at, playlist in enumerate(("busy", "calm", "gone")):
            if playlist == "gone" and number in {3, 4, 8}:
                outcomes.append(failed(playlist, Outcome.GONE))
            elif (number + at) % 4 == 3:
                outcomes.append(unchanged(playlist, landed[playlist]))
            else:
                reads.append(_read(playlist, number))
        run_id = commit_run(folder, _FIRST + timedelta(days=2 * number), reads, outcomes)
        landed |= {each.playlist_id: run_id for each in reads}
    compact(folder)
    return folder


def _read(playlist: str, number: int) -> Read:
    """A snapshot of a playlist whose name has the number of the run."""
    found = read(playlist, _entries(playlist, number))
    name = f"Playlist {playlist}".encode()
    renamed = found.playlist.replace(name, b"%s %d" % (name, number))
    return replace(found, playlist=renamed)


def _entries(playlist: str, number: int) -> list[dict[str, Any]]:
    """A window that moves and grows; each has a song twice, and two that break rules."""
    first = {"busy": 3 * number, "calm": number // 3, "gone": 40 + number}[playlist]
    songs = [_song(at) for at in range(first, first + 12 + number)]
    return [*songs, songs[0], _song(98, duration_ms="long"), _song(99, duration_ms=10**9)]


def _song(number: int, **changed: object) -> dict[str, Any]:
    """An entry that says that it was added long ago, during the runs, or never."""
    added_at = ("2026-01-01T00:00:00Z", "2026-10-02T12:00:00Z", None)[number % 3]
    return entry(number, uri=f"spotify:track:{number}", **changed) | {"added_at": added_at}


@dataclass(slots=True)
class Reading:
    """Reads the tables of the model from a lake.

    Attributes:
        lake: the lake.
        has_history: whether Snowflake has the tables of the history.
        lacking: columns that files are read without, as if they were older.
        listed: the folders whose contents were asked for, in order.
        sent: the SQL that was sent to Athena.
    """

    lake: Folder
    has_history: bool = True
    lacking: set[str] = field(default_factory=set)
    listed: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    _warehouse: duckdb.DuckDBPyConnection | None = None
    _kept: dict[tuple[str, str], Table] = field(default_factory=dict)

    def __call__(self, table: str, source: str = FROM_FOLDER) -> Table:
        """The rows of a table; they are read once."""
        if (table, source) not in self._kept:
            found = evaluate(_QUERIES[table], self.expressions(source), self._sources())
            self._kept[table, source] = found
        return self._kept[table, source]

    def expressions(self, source: str = FROM_FOLDER) -> dict[str, str]:
        """The functions of the model, and its parameters with values for this lake."""
        parameters = {
            "LakeSource": source,
            "LakeFolder": str(self.lake.root),
            "AthenaDsn": "Synthetic",
            "AthenaDatabase": "playlake",
            "SnowflakeServer": "synthetic.invalid",
            "SnowflakeWarehouse": "COMPUTE",
            "SnowflakeDatabase": "LAKE",
            "SnowflakeSchema": "PUBLIC",
        }
        return (
            {each.name: each.m for each in FUNCTIONS}
            | {name: m_text(value) for name, value in parameters.items()}
            | {"SnowflakeHasHistory": "true" if self.has_history else "false"}
        )

    def _sources(self) -> dict[str, Callable[..., Any]]:
        return {
            "Folder.Contents": lambda path: Listed(Path(path), self.listed),
            "Odbc.Query": self._athena,
            "Parquet.Document": lambda body: parquet_document(body, self.lacking),
            "Snowflake.Databases": _databases,
            "Value.NativeQuery": self._snowflake,
        }

    def _athena(self, connection: str, sql: str) -> Table:
        if connection != "dsn=Synthetic":
            raise MError(f"there is no data source {connection}")
        self.sent.append(sql)
        return self._rows(sql)

    def _snowflake(self, database: str, sql: str) -> Table:
        if database != "the database LAKE":
            raise MError(f"{database} is no database")
        found = self._rows(sql)
        rows = [{name.upper(): _zoned(value) for name, value in row.items()} for row in found.rows]
        return Table([name.upper() for name in found.columns], rows)

    def _rows(self, sql: str) -> Table:
        if self._warehouse is None:
            self._warehouse = _loaded(self.lake)
        answer = self._warehouse.execute(sql)
        names = [name for name, *_ in answer.description or ()]
        return Table(names, [dict(zip(names, row, strict=True)) for row in answer.fetchall()])


def _databases(server: str, warehouse: str) -> Table:
    if (server, warehouse) != ("synthetic.invalid", "COMPUTE"):
        raise MError(f"there is no account {server}")
    return Table(["Name", "Data"], [{"Name": "LAKE", "Data": "the database LAKE"}])


def _zoned(value: object) -> object:
    if not isinstance(value, datetime):
        return value
    return value.replace(tzinfo=UTC).astimezone(_ZONE)


def _loaded(lake: Folder) -> duckdb.DuckDBPyConnection:
    """A database with all files of the tables, and with the tables of the history."""
    duck = duckdb.connect()
    duck.execute("CREATE SCHEMA playlake; ATTACH ':memory:' AS LAKE; CREATE SCHEMA LAKE.PUBLIC")
    for name in [*TABLES, *HISTORY_TABLES]:
        rows = _naive(_history(lake, name) if name in HISTORY_TABLES else _landed(lake, name))
        duck.register("arrow_rows", rows)
        duck.execute(f"CREATE TABLE playlake.{name} AS FROM arrow_rows")
        duck.execute(f"CREATE TABLE LAKE.PUBLIC.{name} AS FROM arrow_rows")
        duck.unregister("arrow_rows")
    return duck


def _landed(lake: Folder, table: str) -> pa.Table:
    files = sorted((lake.root / "curated" / table).rglob("*.parquet"))
    read = [pq.ParquetFile(file).read() for file in files]
    rows = pa.concat_tables(
        [TABLES[table].schema.empty_table(), *read], promote_options="permissive"
    )
    return rows.append_column("day", rows["snapshot_date"])


def _history(lake: Folder, table: str) -> pa.Table:
    schema = HISTORY_TABLES[table].schema
    found = query(lake, f"select {', '.join(schema.names)} from {table}").rows
    return pa.Table.from_pylist(
        [dict(zip(schema.names, row, strict=True)) for row in found], schema
    )


def _naive(rows: pa.Table) -> pa.Table:
    fields = [
        field.with_type(_NAIVE) if pa.types.is_timestamp(field.type) else field
        for field in rows.schema
    ]
    return rows.cast(pa.schema(fields))
