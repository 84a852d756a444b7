"""SQL over a lake in a folder: committed rows only, read-only, and every refusal one sentence."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from folder_lakes import PLAYLISTS, committed_lake, landed_lake, put_files, put_mark
from landed import part_key
from two_days import DAYS, two_days

from playlake_contracts.tables import TABLES
from playlake_lake.days import Days
from playlake_lake.errors import DamagedLakeError, QueryError
from playlake_lake.marks import day_of, mark_days, mark_keys
from playlake_lake.tables import query

if TYPE_CHECKING:
    from pathlib import Path

    from playlake_lake.folder import Folder


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return committed_lake(tmp_path_factory.mktemp("lakes") / "it's a lake")


def one(folder: Folder, sql: str) -> object:
    ((value,),) = query(folder, sql).rows
    return value


@pytest.mark.parametrize("table", TABLES)
def test_every_table_can_be_asked_with_and_without_rows(
    lake: Folder, tmp_path: Path, table: str
) -> None:
    full = query(lake, f"SELECT * FROM {table}")
    empty = query(landed_lake(tmp_path / "lake"), f"SELECT * FROM {table}")
    assert full.rows
    assert not empty.rows
    assert full.columns == empty.columns
    assert [name for name, _ in full.columns] == [*TABLES[table].schema.names, "day"]


def test_rows_and_days_are_those_of_the_lake(lake: Folder) -> None:
    sql = "SELECT day, count(*) FROM playlist_items GROUP BY day"
    assert query(lake, sql).rows == [("2026-11-21", sum(map(len, PLAYLISTS)))]
    assert one(lake, "SELECT count(*) FROM quarantine WHERE day = '2026-11-21'") == 1


def test_the_marks_of_some_days_are_listed_alone(tmp_path: Path) -> None:
    folder = two_days(tmp_path / "lake")
    assert mark_days(folder) == DAYS
    later = [key for key in mark_keys(folder) if day_of(key) == DAYS[1]]
    assert len(later) == 2
    for days in ({DAYS[1], "2026-12-24"}, Days(DAYS[1])):
        assert mark_keys(folder, days) == later


def test_times_are_utc_and_have_no_zone(lake: Folder) -> None:
    assert one(lake, "SELECT max(fetched_at) FROM playlists") == datetime(2026, 11, 21, 6, 0, 7)  # noqa: DTZ001
    assert one(lake, "SELECT count(*) FROM playlists WHERE fetched_at < now()") == 2


def test_files_without_a_commit_mark_are_not_seen(tmp_path: Path) -> None:
    folder = landed_lake(tmp_path / "lake")
    put_files(folder, part_key())
    assert one(folder, "SELECT count(*) FROM tracks") == 0
    put_mark(folder, part_key())
    assert one(folder, "SELECT count(*) FROM tracks") == 4


def test_a_committed_file_that_is_lost_is_an_error_and_not_a_missing_row(tmp_path: Path) -> None:
    folder = committed_lake(tmp_path / "lake")
    folder.remove(part_key().curated("tracks"))
    with pytest.raises(DamagedLakeError, match=r"tracks.*is missing though it was committed"):
        query(folder, "SELECT count(*) FROM tracks")
    assert one(folder, "SELECT count(*) FROM playlists") == 2


def test_quarantine_may_have_expired(tmp_path: Path) -> None:
    folder = committed_lake(tmp_path / "lake")
    folder.remove(part_key().curated("quarantine"))
    assert one(folder, "SELECT count(*) FROM quarantine") == 0


@pytest.mark.parametrize(
    "sql",
    [
        "DROP VIEW tracks",
        "CREATE TABLE a AS SELECT 1",
        "COPY (SELECT 1) TO '{root}/curated/tracks/x.parquet'",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{root}/curated/tracks/x.parquet'",
        "ATTACH '{root}/x.db'",
        "SET enable_external_access = true",
        "INSTALL icu",
    ],
)
def test_sql_that_writes_is_refused(lake: Folder, sql: str) -> None:
    before = list(lake.keys(""))
    with pytest.raises(QueryError, match="the lake is read-only here: give a SELECT"):
        query(lake, sql.format(root=str(lake.root).replace("'", "''")))
    assert list(lake.keys("")) == before


@pytest.mark.parametrize("sql", ["", ";", "SELECT 1; SELECT 2", "-- nothing"])
def test_sql_that_is_not_one_statement_is_refused(lake: Folder, sql: str) -> None:
    with pytest.raises(QueryError, match="give one statement"):
        query(lake, sql)


@pytest.mark.parametrize("sql", ["SELEC 1", "SELECT * FROM nothing", "SELECT nothing FROM tracks"])
def test_sql_that_is_wrong_is_refused(lake: Folder, sql: str) -> None:
    with pytest.raises(QueryError):
        query(lake, sql)


@pytest.mark.parametrize("sql", ["EXPLAIN SELECT * FROM tracks", "DESCRIBE tracks", "SHOW TABLES"])
def test_what_describes_the_tables_is_answered(lake: Folder, sql: str) -> None:
    assert query(lake, sql).rows


def test_no_other_file_of_the_machine_is_read(lake: Folder, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with pytest.raises(QueryError, match="Permission"):
        query(lake, f"SELECT * FROM read_csv('{tmp_path / 'secret.csv'}')")


def test_a_query_that_needs_more_memory_than_there_is_is_refused(lake: Folder) -> None:
    sql = "SELECT list(a.range) FROM range(10000000) AS a, playlists"
    with pytest.raises(QueryError, match="needs more memory than there is"):
        query(lake, sql, memory="20MB")
