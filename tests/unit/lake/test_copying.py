"""The rows of a query go to a file; nothing else of the machine is read or written."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from folder_lakes import committed_lake

from playlake_lake.days import Days
from playlake_lake.errors import QueryError
from playlake_lake.tables import copy_to_csv, copy_to_parquet, streamed

if TYPE_CHECKING:
    from pathlib import Path

    from playlake_lake.folder import Folder


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return committed_lake(tmp_path_factory.mktemp("lakes") / "it's a lake")


# DuckDB reads the time zone of the machine once a process.
ELSEWHERE = """
import sys
from pathlib import Path

import duckdb

from playlake_lake.folder import Folder
from playlake_lake.tables import copy_to_csv, copy_to_parquet, query

root, out = map(Path, sys.argv[1:])
sql = "SELECT max(fetched_at) AS at FROM playlists"
print(*query(Folder(root), sql).rows[0], duckdb.sql("SELECT current_setting('TimeZone')"))
copy_to_csv(Folder(root), sql, out / "a.csv")
copy_to_parquet(Folder(root), sql, out / "a.parquet")
"""


def test_csv_has_a_header_empty_nulls_and_times_in_utc(lake: Folder, tmp_path: Path) -> None:
    path = tmp_path / "it's.csv"
    sql = "SELECT 'a \"b\", c' AS text, NULL AS nothing, fetched_at FROM playlists LIMIT 1; -- end"
    copy_to_csv(lake, sql, path)
    assert path.read_text(encoding="utf-8") == (
        'text,nothing,fetched_at\n"a ""b"", c",,2026-11-21T06:00:07.000000Z\n'
    )


def test_parquet_keeps_types_and_times_in_utc(lake: Folder, tmp_path: Path) -> None:
    copy_to_parquet(lake, "SELECT fetched_at, position FROM playlist_items", tmp_path / "a.parquet")
    found = pq.read_table(tmp_path / "a.parquet")
    assert found.schema.types == [pa.timestamp("us", tz="UTC"), pa.int32()]
    assert found["fetched_at"][0].as_py() == datetime(2026, 11, 21, 6, 0, 7, tzinfo=UTC)


def test_times_are_utc_whatever_the_time_zone_of_the_machine(lake: Folder, tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(lake.root), str(tmp_path)],
        env={**os.environ, "TZ": "Asia/Tokyo"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "Asia/Tokyo" in said
    assert said.startswith("2026-11-21 06:00:07 ")
    assert "2026-11-21T06:00:07.000000Z" in (tmp_path / "a.csv").read_text()
    (moment,) = pq.read_table(tmp_path / "a.parquet")["at"].to_pylist()
    assert moment == datetime(2026, 11, 21, 6, 0, 7, tzinfo=UTC)


def test_rows_are_streamed_in_order(lake: Folder) -> None:
    with streamed(lake, "SELECT range AS n FROM range(25000), loads LIMIT 25000") as found:
        columns, rows = found
        assert columns == [("n", "BIGINT")]
        assert len(list(rows)) == 25_000


@pytest.mark.parametrize(("day", "count"), [("2026-11-21", 4), ("2026-11-22", 0)])
def test_only_the_days_that_are_wanted_are_read(lake: Folder, day: str, count: int) -> None:
    with streamed(lake, "SELECT * FROM tracks", days=Days(day, day)) as (_, rows):
        assert len(list(rows)) == count


@pytest.mark.parametrize(
    "sql",
    [
        "COPY (SELECT 1) TO '{other}'",
        "SELECT 1) TO '{other}'; SELECT (1",
        "SELECT * FROM read_csv('{other}')",
    ],
)
def test_a_copy_reads_and_writes_no_other_file(lake: Folder, tmp_path: Path, sql: str) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a\n1\n")
    with pytest.raises(QueryError):
        copy_to_csv(lake, sql.format(other=other), tmp_path / "out.csv")
    assert other.read_text() == "a\n1\n"
    assert not (tmp_path / "out.csv").exists()
