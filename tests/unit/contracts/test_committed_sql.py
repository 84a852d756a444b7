from __future__ import annotations

import re
from contextlib import closing

import duckdb
import pytest

from playlake_contracts.committed_sql import committed_only, in_own_lines
from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.keys import PARTITION_KEY
from playlake_contracts.places import Places, TablePlaces
from playlake_contracts.tables import TABLES

COMMITTED, EARLY = (
    ("20261121T060000Z-aaaaaa", "part-0000"),
    ("20261121T060000Z-aaaaaa", "part-0001"),
)


def answer(sql: str) -> list[tuple[object, ...]]:
    """What a query of two parts says, of which one has no mark."""
    with closing(duckdb.connect()) as duck:
        duck.execute("CREATE SCHEMA lake")
        for table in ("playlists", "tracks", "loads"):
            columns = ", ".join(f"{name} VARCHAR" for name in (*TABLES[table].schema.names, "day"))
            duck.execute(f"CREATE TABLE lake.{table} ({columns})")
        for part in (COMMITTED, EARLY):
            for table in ("playlists", "tracks"):
                duck.execute(
                    f"INSERT INTO lake.{table} (run_id, part, name) VALUES (?, ?, 'n')", part
                )
        duck.execute("INSERT INTO lake.loads (run_id, part) VALUES (?, ?)", COMMITTED)
        duck.execute("SET search_path = 'lake'")
        return duck.execute(committed_only(sql, "lake")).fetchall()


@pytest.mark.parametrize(
    "sql",
    [
        "select part from playlists",
        "SELECT part FROM PLAYLISTS;",
        'select part from "playlists" as p',
        "-- playlists\n/* with */ select part from playlists",
        "select part from lake.playlists",
        'select "lake"."playlists".part from "lake" . playlists',
        "with a as (select part from playlists) select part from a",
        "with a as (select part from lake.playlists), b as (select * from a) select part from b",
        "with recursive n (i) as (values (1)) select part from playlists join n on i = 1",
        "with tracks as (select part from playlists) select part from tracks",
        "select part from (with playlists as (select * from playlists) select * from playlists)",
        "select playlists.part from playlists join tracks on tracks.part = playlists.part",
        "select part from playlists union select part from tracks",
        "(select part from playlists) union (select part from tracks)",
        "select part from playlists where name <> 'from tracks; -- '",
        "table playlists limit 1 offset 0",
    ],
)
def test_a_query_sees_committed_rows_alone(sql: str) -> None:
    found = [row if len(row) == 1 else (row[2],) for row in answer(sql)]
    assert found == [(COMMITTED[1],)]


@pytest.mark.parametrize(
    "sql",
    [
        "select 1",
        "show tables",
        "describe playlists",
        "explain select * from playlists",
        "select * from loads",
        "select 'playlists'",
        "-- playlists\nselect 1",
        "values (1)",
    ],
)
def test_what_reads_no_rows_of_a_table_stays_as_it_is(sql: str) -> None:
    assert committed_only(sql, "lake") == sql


@pytest.mark.parametrize(
    "sql",
    [
        "with playlists as (select * from playlists where total > 1) select * from playlists",
        "with a as (select * from tracks), tracks as (select 1 as n) select * from a, tracks",
        "with a (b) as (select name from tracks), tracks as (select 1 as n) select * from a",
    ],
)
def test_a_with_query_in_the_place_of_a_table_is_refused(sql: str) -> None:
    with pytest.raises(ValueError, match=r"named (playlists|tracks) as a table"):
        committed_only(sql, "lake")


@pytest.mark.parametrize(
    "sql",
    [
        "select a,\n  wrong from playlists",
        "-- why\nwith a as (select 1), b as (\n  select wrong from playlists) select 1",
        "  with recursive a (n) as (\nselect 1), b (n) as (select wrong from playlists) select 1",
    ],
)
def test_every_word_keeps_its_column_one_line_lower(sql: str) -> None:
    def place(text: str) -> tuple[int, int]:
        before = text[: text.index("wrong")]
        return before.count("\n") + 1, len(before) - before.rfind("\n")

    line, column = place(committed_only(sql, "lake"))
    assert (line - 1, column) == place(sql)
    said = f"COLUMN_NOT_FOUND: line {line}:{column}: Column 'wrong' cannot be resolved"
    assert re.search(r"line \d+:\d+", in_own_lines(said)) is not None
    assert f"line {line - 1}:{column}:" in in_own_lines(said)


def test_among_recursive_queries_each_names_its_columns() -> None:
    sql = committed_only("with recursive n (i) as (values (1)) select * from loads, tracks", "lake")
    names = ", ".join((*TABLES["tracks"].schema.names, PARTITION_KEY))
    assert sql.startswith(f"with recursive tracks ({names}) as (select {names} from ")


PLACES = Places(
    "lake_compacted",
    {
        name: TablePlaces([("2026-11-01", "2026-11-20")], [f"2026-11.{'0' * 32}"])
        for name in ("playlists", "loads")
    },
    {"changes": [f"2026-11.{'1' * 32}"], "memberships": [], "timeline": []},
)


@pytest.mark.parametrize(
    "sql",
    [
        "select * from changes, memberships",
        "select * from lake.changes as c join lake . memberships as m on true",
        "with recursive n (i) as (values (1)) select * from changes, memberships, n",
    ],
)
def test_the_history_is_read_by_its_generations(sql: str) -> None:
    with closing(duckdb.connect()) as duck:
        duck.execute("create schema lake_compacted")
        for table in ("changes", "memberships"):
            columns = (*HISTORY_TABLES[table].schema.names, "generation")
            declared = ", ".join(f"{name} varchar" for name in columns)
            duck.execute(f"create table lake_compacted.{table} ({declared})")
            for generation in (f"2026-11.{'1' * 32}", "old"):
                duck.execute(
                    f"insert into lake_compacted.{table} (generation) values (?)", [generation]
                )
        # Of memberships nothing is in force.
        assert duck.execute(committed_only(sql, "lake", PLACES)).fetchall() == []
        one = committed_only("select count(*) from changes", "lake", PLACES)
        assert duck.execute(one).fetchall() == [(1,)]


def test_without_generations_a_table_of_the_history_is_read_by_its_name() -> None:
    """It is a view then."""
    assert committed_only("select * from timeline", "lake") == "select * from timeline"


def test_marks_are_read_from_compacted_files_as_well() -> None:
    sql = committed_only("select count(*) from loads", "lake", PLACES)
    assert sql.startswith("with loads as (select source, ")
    assert '"lake_compacted"."loads"' in sql
    assert '"lake"."loads"' in sql
