"""Every reader reads a table's folder as it is: `snapshot_date` is text, `day` a partition key."""

from __future__ import annotations

import datetime as dt
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import duckdb
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from landed import bad_entry, entry, part

from playlake_contracts.keys import RawKey, table_prefix
from playlake_contracts.runs import RunId
from playlake_contracts.tables import TABLES
from playlake_transformer.domain.transform import transform

if TYPE_CHECKING:
    from pathlib import Path

DAYS = ("2026-11-20", "2026-11-21")
OF_A_PART = (
    "playlists", "playlist_items", "tracks", "albums", "artists", "track_artists", "album_artists",
    "quarantine",
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The curated folder of a lake: two days with a part each; the second has one entry more."""
    root = tmp_path_factory.mktemp("curated")
    for more, day in enumerate(DAYS):
        at = dt.datetime.fromisoformat(f"{day}T06:00:00Z").astimezone(UTC)
        key = RawKey.of_part("spotify", RunId.derive("spotify", at + timedelta(hours=more)), 0)
        raw = part(key, [entry(number) for number in range(3 + more)], [bad_entry()])
        for file in transform(raw, key).files:
            path = root / file.key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.body)
    return root


def rows(folder: Path, table: str) -> int:
    files = (folder / table_prefix(table)).rglob("*.parquet")
    return sum(pq.ParquetFile(file).metadata.num_rows for file in files)


@pytest.mark.parametrize("table", OF_A_PART)
def test_pandas_reads_a_table_as_a_folder(folder: Path, table: str) -> None:
    frame = pd.read_parquet(folder / table_prefix(table))
    assert len(frame) == rows(folder, table) > 0
    assert list(frame.columns) == [*TABLES[table].schema.names, "day"]
    assert set(frame["snapshot_date"]) == set(frame["day"]) == set(DAYS)
    one = pd.read_parquet(folder / table_prefix(table), filters=[("day", "==", DAYS[0])])
    assert set(one["snapshot_date"]) == {DAYS[0]}


@pytest.mark.parametrize("table", OF_A_PART)
def test_pyarrow_reads_a_table_as_a_folder(folder: Path, table: str) -> None:
    found = pq.read_table(folder / table_prefix(table))
    assert found.num_rows == rows(folder, table)
    assert set(found.column("snapshot_date").to_pylist()) == set(DAYS)
    dataset = ds.dataset(folder / table_prefix(table), partitioning="hive")
    pruned = list(dataset.get_fragments(filter=ds.field("day") == DAYS[0]))
    assert len(pruned) == 1 < len(list(dataset.get_fragments()))


@pytest.mark.parametrize("table", OF_A_PART)
def test_polars_reads_a_table_as_a_folder(folder: Path, table: str) -> None:
    frame = pl.read_parquet(folder / table_prefix(table), hive_partitioning=True)
    assert frame.height == rows(folder, table)
    assert frame.schema["snapshot_date"] == pl.String
    assert set(frame["snapshot_date"]) == set(DAYS)
    assert {str(day) for day in frame["day"]} == set(DAYS)


@pytest.mark.parametrize("table", OF_A_PART)
def test_duckdb_reads_a_table_as_a_folder(folder: Path, table: str) -> None:
    files = folder / table_prefix(table) / "**" / "*.parquet"
    with duckdb.connect() as connection:
        read = connection.read_parquet(str(files), hive_partitioning=True)
        types = dict(zip(read.columns, map(str, read.types), strict=True))
        found = read.aggregate("count(*), count(DISTINCT snapshot_date), count(DISTINCT day)")
        assert found.fetchall() == [(rows(folder, table), 2, 2)]
        assert types["snapshot_date"] == "VARCHAR"
        pruned = read.filter(f"day = '{DAYS[0]}'").aggregate("min(snapshot_date)")
        assert pruned.fetchall() == [(DAYS[0],)]
