"""The observations of some runs of a lake, such as those of a month, in their order.

A run observes when the source answered. That can be in another month than the day of the run.
"""

from __future__ import annotations

from datetime import UTC
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pyarrow as pa

from playlake_contracts.tables import TABLES, TIMESTAMP
from playlake_lake.history.record_rows import run_record
from playlake_lake.history.records import Playlist
from playlake_lake.history.values import Entry
from playlake_lake.parquet_sql import columns_of, literal, no_rows, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import duckdb

    from playlake_lake.compaction.in_force import CompactedFile
    from playlake_lake.compaction.workshop import Workshop
    from playlake_lake.history.records import RunRecord
    from playlake_lake.history.values import Contents, Instant

OBSERVED_TABLES: Final = ("playlists", "playlist_items", "run_outcomes")
_BATCH_ROWS: Final = 10_000
_REACHED: Final = pa.schema(
    {
        "source": pa.string(),
        "playlist_id": pa.string(),
        "latest_at": TIMESTAMP,
        "run_id": pa.string(),
    }
)

# Every run, and the month in which it observed; then the runs that are chosen.
_RUNS: Final = """
create or replace view runs as
select
    source, playlist_id, run_id, snapshots.fetched_at as answered_at, snapshots.is_complete,
    snapshots.name, description, owner_id, is_public, is_collaborative, image_url,
    outcomes.fetched_at as ended_at, outcome, unchanged_since_run_id,
    coalesce(snapshots.fetched_at, outcomes.fetched_at) as observed_at
from playlists as snapshots full join run_outcomes as outcomes
    using (source, playlist_id, run_id)
"""
_MONTH: Final = "strftime(observed_at, '%Y-%m')"
_MONTHS: Final = f"select distinct {_MONTH} as month from runs order by month"  # noqa: S608
_CHOSEN: Final = "create or replace view chosen as select runs.* from runs "
_LATER: Final = f"""{_CHOSEN}
left join reached using (source, playlist_id)
where reached.latest_at is null or (observed_at, runs.run_id) > (reached.latest_at, reached.run_id)
"""
_RUNS_IN_ORDER: Final = """
select * exclude observed_at from chosen
order by source, playlist_id, observed_at, run_id
"""
_ENTRIES_IN_ORDER: Final = """
select
    source, playlist_id, run_id, identity, added_at, added_by, item_type,
    playlist_items.name, artist_names
from playlist_items
join (select * from chosen where is_complete) using (source, playlist_id, run_id)
order by source, playlist_id, answered_at, run_id, position
"""
_CONTENTS: Final = """
select identity, added_at, added_by, item_type, name, artist_names from playlist_items
where source = $source and playlist_id = $id and run_id = $run_id
order by position
"""
_IS_COMPLETE: Final = """
select count(*) from playlists
where source = $source and playlist_id = $id and run_id = $run_id and is_complete
"""
_REFERENCES: Final = """
select distinct substr(unchanged_since_run_id, 1, 4) || '-' || substr(unchanged_since_run_id, 5, 2)
from chosen where unchanged_since_run_id is not null
"""


class Seen(NamedTuple):
    """What a run says about a playlist, and the contents if it read all of them."""

    playlist: Playlist
    run: RunRecord
    contents: Contents | None


def observed_months(workshop: Workshop, tables: Mapping[str, CompactedFile | None]) -> list[str]:
    """The months in which the runs of one compacted month observed playlists, in order."""
    if not set(OBSERVED_TABLES) <= set(tables):
        return []
    add_views(workshop, [tables])
    found = workshop.duck.execute(_MONTHS).fetchall()
    return [month for (month,) in found]


def add_views(workshop: Workshop, months: Iterable[Mapping[str, CompactedFile | None]]) -> None:
    """Let the database of a workshop read the compacted files of some months, and no others."""
    chosen = list(months)
    for name in OBSERVED_TABLES:
        table = TABLES[name]
        files = [file for tables in chosen if (file := tables.get(name)) is not None]
        paths = workshop.files(file.key for file in files)
        rows = (
            f"SELECT {columns_of(table.schema)} FROM {rows_of(table, paths, compacted=True)}"  # noqa: S608
            if paths
            else no_rows(table.schema)
        )
        workshop.duck.execute(f"CREATE OR REPLACE VIEW {name} AS {rows}")
    add_runs(workshop.duck)


def add_runs(duck: duckdb.DuckDBPyConnection) -> None:
    """Add the view `runs` over the tables that runs observe in."""
    duck.execute(_RUNS)


def choose_month(duck: duckdb.DuckDBPyConnection, month: str) -> None:
    """Choose the runs that observed in a month."""
    duck.execute(f"{_CHOSEN} where {_MONTH} = {literal(month)}")


def choose_later(
    duck: duckdb.DuckDBPyConnection, reached: Iterable[tuple[Playlist, Instant]]
) -> None:
    """Choose the runs that observed a playlist later than an instant; of other playlists, all."""
    rows = [(*playlist, *instant) for playlist, instant in reached]
    columns = list(zip(*rows, strict=True)) or [()] * len(_REACHED)
    arrays = map(pa.array, columns, _REACHED.types)
    duck.register("given", pa.Table.from_arrays([*arrays], schema=_REACHED))
    columns_sql = columns_of(_REACHED)
    duck.execute(f"create or replace table reached as select {columns_sql} from given")  # noqa: S608
    duck.unregister("given")
    duck.execute(_LATER)


def referenced_months(duck: duckdb.DuckDBPyConnection) -> list[str]:
    """The months of the runs whose snapshots are still current according to the chosen runs."""
    return sorted(each for (each,) in duck.execute(_REFERENCES).fetchall())


def seen_in(duck: duckdb.DuckDBPyConnection) -> Iterator[Seen]:
    """What the chosen runs say, by playlist and in order; few of them are in memory."""
    contents = _Contents(duck)
    for source, playlist_id, *row in _rows(duck, _RUNS_IN_ORDER):
        run = run_record(row)
        playlist = Playlist(source, playlist_id)
        is_read = run.snapshot is not None and run.snapshot.is_complete
        yield Seen(playlist, run, contents.of(playlist, run.run_id) if is_read else None)


def contents_of(
    duck: duckdb.DuckDBPyConnection, playlist: Playlist, run_id: str
) -> Contents | None:
    """The contents of the complete snapshot of a run; None if there is none."""
    wanted = {"source": playlist.source, "id": playlist.id, "run_id": run_id}
    if duck.execute(_IS_COMPLETE, wanted).fetchone() == (0,):
        return None
    return tuple(map(_entry, duck.execute(_CONTENTS, wanted).fetchall()))


class _Contents:
    """Gives the contents of the chosen snapshots, which are asked for in their order."""

    def __init__(self, duck: duckdb.DuckDBPyConnection) -> None:
        rows = _rows(duck, _ENTRIES_IN_ORDER)
        self._groups = groupby(rows, key=lambda row: tuple(row[:3]))
        self._next = self._read()

    def of(self, playlist: Playlist, run_id: str) -> Contents:
        """The contents of the next snapshot; an empty one has no rows."""
        if self._next is None or self._next[0] != (*playlist, run_id):
            return ()
        _, contents = self._next
        self._next = self._read()
        return contents

    def _read(self) -> tuple[tuple[str, ...], Contents] | None:
        for key, rows in self._groups:
            return key, tuple(_entry(row[3:]) for row in rows)
        return None


def _rows(duck: duckdb.DuckDBPyConnection, sql: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a query, which is answered bit by bit."""
    batches = duck.cursor().execute(sql).to_arrow_reader(_BATCH_ROWS)
    for batch in batches:
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _entry(row: Sequence[Any]) -> Entry:
    identity, added_at, *rest = row
    return Entry(identity, None if added_at is None else added_at.replace(tzinfo=UTC), *rest)
