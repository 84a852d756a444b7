"""A moment of a lake: all tables, for many queries and threads, whatever happens meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from compacting import HISTORY, compact
from historical_lakes import commit_run, read
from landed import entry

from playlake_contracts.tables import TABLES
from playlake_lake.errors import QueryError
from playlake_lake.identity import make_lake
from playlake_lake.tables import Moment, query

if TYPE_CHECKING:
    from pathlib import Path

    from playlake_lake.folder import Folder

FIRST = datetime(2026, 11, 1, 6, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path: Path) -> Folder:
    folder, _ = make_lake(tmp_path / "lake")
    for day in range(3):
        add_day(folder, day)
    return folder


def add_day(folder: Folder, day: int) -> None:
    entries = [entry(day + place) for place in range(4)]
    commit_run(folder, FIRST + timedelta(days=day), [read("p", entries)])


def everything(folder: Folder | Moment) -> dict[str, list[tuple[object, ...]]]:
    found = {}
    for name in (*TABLES, *HISTORY):
        sql = f"SELECT * FROM {name} ORDER BY ALL"
        found[name] = (
            folder.rows(sql, {}) if isinstance(folder, Moment) else query(folder, sql).rows
        )
    return found


def test_a_moment_has_the_rows_of_a_query_and_keeps_them(lake: Folder) -> None:
    before = everything(lake)
    moment = Moment(lake)
    assert everything(moment) == before
    add_day(lake, 3)
    compact(lake)
    assert everything(moment) == before
    assert everything(Moment(lake)) == everything(lake) != before


def test_threads_share_a_moment(lake: Folder) -> None:
    moment = Moment(lake)
    sql = "SELECT count(*), max(fetched_at) FROM playlist_items WHERE playlist_id = $id"

    def ask(_: int) -> list[tuple[object, ...]]:
        return moment.rows(sql, {"id": "p"})

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(64)))
    assert answers == [query(lake, sql, parameters={"id": "p"}).rows] * 64


@pytest.mark.parametrize(
    "sql",
    [
        "DROP VIEW playlists",
        "SELECT 1; SELECT 2",
        "SET TimeZone = 'CET'",
        "SELECT nothing FROM loads",
        "FROM read_text('/etc/hostname')",
    ],
)
def test_a_moment_can_only_be_read(lake: Folder, sql: str) -> None:
    with pytest.raises(QueryError):
        Moment(lake).rows(sql, {})
