"""Every named query answers what pandas finds in the raw JSON of a synthetic lake of 80 days."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import pytest
import sqlglot
from compacting import compact
from historical_lakes import commit_run, failed, read, unchanged
from query_truth import TRUTH, RawHistory, cell

from playlake.lakes.folder import FolderLake
from playlake.lakes.queries import named_queries
from playlake.project import Project
from playlake_contracts.committed_sql import committed_only
from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.keys import table_prefix
from playlake_contracts.outcomes import Outcome
from playlake_contracts.query_parameters import (
    Kind,
    filled,
    used_parameters,
    with_question_marks,
)
from playlake_contracts.tables import TABLES
from playlake_lake.days import EVERY_DAY, Days
from playlake_lake.literals import literal
from playlake_lake.marks import day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

QUERIES = named_queries(Project.find({}).queries)
FIRST = datetime(2026, 9, 3, 6, tzinfo=UTC)
NOW = datetime(2026, 12, 1, tzinfo=UTC)
SINCE, THEN = "2026-09-20", "2026-10-25"
GIVEN = {
    "playlist": "p0",
    "other": "p1",
    "at": "2026-11-01",
    "month": "2026-10",
    "since": SINCE,
    "order": "longest",
}
IDS = ("p0", "p1", "p2", "p3")
EVERY_QUERY = pytest.mark.parametrize("name", sorted(QUERIES))
OF_HISTORY = frozenset(
    name
    for name, query in QUERIES.items()
    if {*HISTORY_TABLES}.intersection(re.findall(r"\w+", query.sql))
)
OF_SNAPSHOTS = pytest.mark.parametrize("name", sorted(set(QUERIES) - OF_HISTORY))
# By these the tables of the history are bounded: what ended before the first day is not read.
ENDS = {"seen_at", "last_seen_at", "first_missing_at"}


def track(number: int, at: datetime, user: str | None) -> dict[str, Any]:
    """An entry; every two tracks are one recording, every five of an album."""
    album = {"id": f"album{number // 5:017}", "name": "A", "release_date": f"{1990 + number // 5}"}
    item = {
        "type": "track",
        "id": f"track{number:017}",
        "uri": f"spotify:track:track{number:017}",
        "name": f"Track {number}",
        "duration_ms": 180_000,
        "explicit": False,
        "external_ids": {"isrc": f"DEA0000{number // 2:05}"},
        "album": {**album, "release_date_precision": "year", "artists": []},
        "artists": [{"id": f"artist{number // 3:016}", "name": f"Artist {number // 3}"}],
    }
    return {"added_at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "added_by": user and {"id": user}, "item": item}


def null(entry: dict[str, Any]) -> dict[str, Any]:
    """The same place when its item has become unavailable."""
    return {**entry, "added_by": None, "item": None}


def edit(random: Random, entries: list[dict[str, Any]], at: datetime, songs: int) -> None:
    """Add, remove, move, repeat and take down."""
    for _ in range(random.randrange(1, 4)):
        user = random.choice(["ada", "ben", None])
        entries.append(
            track(random.randrange(songs), at - timedelta(hours=random.randrange(9)), user)
        )
    where = random.randrange(len(entries))
    edits: list[Callable[[], object]] = [
        lambda: entries.pop(where),
        lambda: entries.insert(0, entries.pop(where)),
        lambda: entries.__setitem__(where, null(entries[where])),
        # A song that is added again has another time of addition.
        lambda: entries.append({**entries[where], "added_at": f"{at:%Y-%m-%dT%H:%M:%SZ}"}),
    ]
    random.choice(edits)()


def made_lake(root: Path) -> FolderLake:
    """Runs every two days with edits, unchanged and failed playlists, and torn snapshots."""
    random, lake = Random(7), FolderLake.make(root, root, synthetic=True)
    contents = {
        name: [track(random.randrange(40), FIRST - timedelta(days=40), "ada") for _ in range(5)]
        for name in IDS
    }
    landed: dict[str, str] = {}
    for number in range(40):
        at, reads, outcomes = FIRST + timedelta(days=2 * number), [], []
        for name in IDS:
            chance = random.random()
            if name in landed and chance < 0.15:
                outcomes.append(failed(name, random.choice([Outcome.TORN, Outcome.GONE])))
            elif name in landed and chance < 0.5:
                outcomes.append(unchanged(name, landed[name]))
            else:
                edit(random, contents[name], at, songs=20 + 2 * number)
                reads.append(read(name, contents[name], complete=not 0.5 < chance < 0.55))
        run_id = commit_run(lake.folder, at, reads, outcomes)
        landed |= {one.playlist_id: run_id for one in reads if one.complete}
    return lake


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> FolderLake:
    return made_lake(tmp_path_factory.mktemp("queries") / "lake")


@pytest.fixture(scope="module")
def raw(lake: FolderLake) -> RawHistory:
    keys = list(lake.folder.keys("raw/"))
    return RawHistory.of((key, lake.folder.read(key) or b"") for key in keys)


@pytest.fixture(scope="module")
def young(lake: FolderLake, tmp_path_factory: pytest.TempPathFactory) -> FolderLake:
    """The same lake, as if it had begun on the day `SINCE`."""
    return of_days(lake, tmp_path_factory.mktemp("queries") / "young", Days(SINCE))


@pytest.fixture(scope="module")
def former(lake: FolderLake, tmp_path_factory: pytest.TempPathFactory) -> FolderLake:
    """The same lake, as it was on the day `THEN`."""
    return of_days(lake, tmp_path_factory.mktemp("queries") / "former", Days(None, THEN))


@pytest.fixture(scope="module")
def compacted(lake: FolderLake, tmp_path_factory: pytest.TempPathFactory) -> FolderLake:
    """The same lake, of which all but the last week is compacted."""
    made = of_days(lake, tmp_path_factory.mktemp("queries") / "compacted", EVERY_DAY)
    compact(made.folder, FIRST + timedelta(days=72))
    return made


def of_days(lake: FolderLake, root: Path, days: Days) -> FolderLake:
    made = FolderLake.make(root, root, synthetic=True)
    for key in lake.folder.keys("curated/"):
        if day_of(key) in days:
            made.folder.put_new(key, lake.folder.read(key) or b"")
    return made


def given(name: str, **changed: str) -> dict[str, str]:
    values = {**GIVEN, **changed}
    return {one.name: values[one.name] for one in QUERIES[name].parameters}


def answer(lake: FolderLake, name: str, **changed: str) -> pd.DataFrame:
    query = QUERIES[name]
    values = query.bind(given(name, **changed), NOW)
    result = lake.query(query.sql, values, query.days(values))
    names = [column.name for column in result.columns]
    return pd.DataFrame(result.rows, columns=names, dtype=object)


def cells(rows: Iterable[tuple[object, ...]]) -> Counter[tuple[object, ...]]:
    """Rows as a multiset in which dates are texts and every missing value is None."""
    return Counter(tuple(map(cell, row)) for row in rows)


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_a_query_answers_what_the_raw_json_says(
    lake: FolderLake, raw: RawHistory, name: str
) -> None:
    columns, truth = TRUTH[name]
    actual = answer(lake, name)
    expected = cells(truth(raw, **given(name)))
    assert cells(actual[[*columns]].itertuples(index=False, name=None)) == expected
    assert len(expected) > 2


@EVERY_QUERY
def test_a_query_declares_the_parameters_that_it_uses(name: str) -> None:
    query = QUERIES[name]
    assert query.description.endswith(".")
    assert {one.name for one in query.parameters} == set(used_parameters(query.sql))
    assert not [one for one in query.parameters if one.kind is Kind.DAY and one.name != "since"]


@EVERY_QUERY
def test_a_query_is_valid_sql_for_trino(name: str) -> None:
    for dialect in ("trino", "athena"):
        (statement,) = sqlglot.parse(with_question_marks(QUERIES[name].sql), read=dialect)
        assert statement is not None
        assert not list(statement.find_all(sqlglot.exp.Anonymous)), "a function of both engines"


@EVERY_QUERY
def test_a_query_bounds_the_days_of_every_table_that_it_reads(name: str) -> None:
    """Athena chooses partitions by the conditions on `day` beside each table."""
    statement = sqlglot.parse_one(
        filled(QUERIES[name].sql, dict.fromkeys(GIVEN, "?")), read="trino"
    )
    own = {query.alias for query in statement.find_all(sqlglot.exp.CTE)}
    read = 0
    for select in statement.find_all(sqlglot.exp.Select):
        sources = [select.args["from_"], *select.args.get("joins", ())]
        tables = [each.this.name for each in sources]
        where = select.args.get("where")
        bounds = [
            bound
            for bound in (where.find_all(sqlglot.exp.GTE) if where else ())
            if bound.find_ancestor(sqlglot.exp.Select) is select
        ]
        for read_here, columns in (({*TABLES} - own, {"day"}), ({*HISTORY_TABLES} - own, ENDS)):
            named = [table for table in tables if table in read_here]
            assert len([one for one in bounds if one.this.name in columns]) == len(named)
            read += len(named)
    assert read


@OF_SNAPSHOTS
def test_a_query_sees_nothing_before_the_day_that_it_begins_with(
    lake: FolderLake, young: FolderLake, name: str
) -> None:
    query = QUERIES[name]
    values = query.bind(given(name), NOW)
    # The engine bounds the days by the SQL alone, as Athena does.
    by_sql = lake.query(query.sql, values)
    assert by_sql.rows == lake.query(query.sql, values, query.days(values)).rows
    assert by_sql.rows == young.query(query.sql, values).rows
    assert by_sql.rows or name == "popularity_trend"


@pytest.mark.parametrize("name", sorted(OF_HISTORY))
def test_a_query_of_the_history_is_bounded_by_its_sql_alone(lake: FolderLake, name: str) -> None:
    query = QUERIES[name]
    values = query.bind(given(name), NOW)
    assert lake.query(query.sql, values).rows == lake.query(query.sql, values, Days(SINCE)).rows


@EVERY_QUERY
def test_a_query_answers_the_same_when_the_lake_is_compacted(
    lake: FolderLake, compacted: FolderLake, name: str
) -> None:
    assert answer(compacted, name).equals(answer(lake, name))


@OF_SNAPSHOTS
def test_a_saved_query_hides_parts_without_a_mark(
    lake: FolderLake, former: FolderLake, name: str
) -> None:
    query = QUERIES[name]
    values = query.bind(given(name, since="2000-01-01", at="now"), NOW)
    with closing(duckdb.connect()) as duck:
        duck.execute("SET TimeZone = 'UTC'; CREATE SCHEMA lake")
        for table in TABLES:
            # All files are there; marks only those of the former lake.
            root = (former if table == "loads" else lake).folder.root / table_prefix(table)
            if any(root.rglob("*.parquet")):
                files = str(root / "**" / "*.parquet")
                duck.read_parquet(files, hive_partitioning=True).create(f"lake.{table}")
        sql = committed_only(query.sql, "lake")
        found = duck.execute(filled(sql, {k: literal(v) for k, v in values.items()}))
        assert found.fetchall() == former.query(query.sql, values).rows


def test_the_ordering_is_what_the_name_says(lake: FolderLake) -> None:
    longest, shortest = answer(lake, "stays"), answer(lake, "stays", order="shortest")
    assert longest["days"].is_monotonic_decreasing
    assert shortest["days"].is_monotonic_increasing
    assert answer(lake, "songs_added")["added_at"].is_monotonic_decreasing
    assert answer(lake, "who_adds")["entries"].is_monotonic_decreasing
    for name, column in (("playlist_changes", "seen_at"), ("songs_vanished", "seen_unavailable")):
        assert answer(lake, name)[column].is_monotonic_decreasing


def test_the_shortest_stays_are_those_that_ended(lake: FolderLake, raw: RawHistory) -> None:
    columns, truth = TRUTH["stays"]
    actual = answer(lake, "stays", order="shortest")
    assert cells(actual[[*columns]].itertuples(index=False, name=None)) == cells(
        truth(raw, since=SINCE, order="shortest")
    )


def test_a_playlist_overlaps_by_its_name_as_well(lake: FolderLake) -> None:
    by_id = answer(lake, "playlist_overlap")
    assert answer(lake, "playlist_overlap", playlist="Playlist p0").equals(by_id)
    assert answer(lake, "playlist_overlap", other="p0").empty
