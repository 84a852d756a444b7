"""Where the rows of a lake on AWS are: whatever happened, each committed row is read once."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

import duckdb
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from playlake_contracts.keys import (
    COMPACTED_PREFIX,
    IN_FORCE_KEY,
    QUARANTINE,
    RawKey,
    compacted_key,
    generation,
    generation_of,
)
from playlake_contracts.places import IN_PARTS, LatePart, Places, committed_rows
from playlake_contracts.runs import RunId
from playlake_contracts.tables import COMPACTED_TABLES, TABLES
from playlake_lake import placing
from playlake_lake.compaction.in_force import (
    CompactedFile,
    HistoryMonth,
    InForce,
    Month,
    encode_in_force,
    encode_marks,
)
from playlake_lake.days import EVERY_DAY, Days
from playlake_lake.errors import DamagedLakeError
from playlake_lake.placing import places_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake_lake.days import SomeDays

DIGEST = "0123456789abcdef" * 2


def mark(day: str, hour: int = 6) -> str:
    """The mark of the part of a run."""
    run = RunId.parse(f"{day.replace('-', '')}T{hour:02}0000Z-aaaaaa")
    return RawKey.of_part("spotify", run, 0).curated("loads")


def file(table: str, month: str, *, standing: bool = False) -> CompactedFile:
    key = compacted_key(table, generation(month, DIGEST, standing=standing))
    return CompactedFile(key=key, rows=1, size=1, md5="")


@dataclass
class Listed:
    """A lake whose months contain marks, and that has marks; counts what is read and listed."""

    months: Mapping[str, Mapping[str, str]]
    marks: Mapping[str, str]
    lacking: Mapping[str, set[str]] = field(default_factory=dict)
    empty: set[str] = field(default_factory=set)
    history: Mapping[str, HistoryMonth] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def read(self, key: str) -> bytes | None:
        self.asked.append(key)
        if key != IN_FORCE_KEY:
            return dict(self._lists().values()).get(key)
        has_some = self.months or self.history
        return encode_in_force(self._in_force()) if has_some else None

    def _lists(self) -> dict[str, tuple[str, bytes]]:
        return {name: encode_marks(name, marks) for name, marks in self.months.items()}

    def _in_force(self) -> InForce:
        lists = self._lists()
        months = {
            name: Month(
                inputs=DIGEST,
                marks=lists[name][0],
                days=tuple(sorted({key.split("day=")[1][:10] for key in marks})),
                parts=len(marks),
                tables={
                    table: None if table in self.empty else file(table, name)
                    for table in COMPACTED_TABLES
                    if table not in self.lacking.get(name, set())
                },
            )
            for name, marks in self.months.items()
        }
        return InForce(months=months, history=dict(self.history))

    def versions(self, prefix: str) -> dict[str, str]:
        self.asked.append(prefix)
        if prefix == COMPACTED_PREFIX:
            return dict.fromkeys(self._in_force().keys() - self.lost, "1")
        return {key: each for key, each in sorted(self.marks.items()) if key.startswith(prefix)}

    def folders(self, prefix: str) -> list[str]:
        raise AssertionError(prefix)


def answer(lake: Listed, places: Places, table: str) -> Counter[tuple[str, ...]]:
    """The run, the version and the day of each row that the SQL of a table gives."""
    with closing(duckdb.connect()) as duck:
        for database, key in (("lake", "day"), ("compacted", "generation")):
            duck.execute(f"create schema {database}")
            for name in {"loads", table}:
                columns = ", ".join(f"{each} varchar" for each in (*TABLES[name].schema.names, key))
                duck.execute(f"create table {database}.{name} ({columns})")
        for name in {"loads", table}:
            for key, version in lake.marks.items():
                add(duck, f"lake.{name}", key, version, day=key.split("day=")[1][:10])
            for month, marks in lake.months.items():
                if name in lake.empty or name in lake.lacking.get(month, set()):
                    continue
                for key, version in marks.items():
                    made = generation(month, DIGEST)
                    add(duck, f"compacted.{name}", key, version, generation=made)
                    # It is not in force.
                    add(duck, f"compacted.{name}", key, "old", generation=f"{month}.old")
        sql = committed_rows(table, "lake", places)
        return Counter(duck.execute(f"select run_id, source, day from ({sql})").fetchall())


def add(duck: duckdb.DuckDBPyConnection, table: str, key: str, version: str, **more: str) -> None:
    """Add the row of a part; its source says which version of the part it is from."""
    run_id = key.split(".")[1]
    day = key.split("day=")[1][:10]
    row = {"run_id": run_id, "part": "part-0000", "source": version, "snapshot_date": day, **more}
    duck.execute(
        f"insert into {table} ({', '.join(row)}) values ({', '.join('?' * len(row))})",
        list(row.values()),
    )


def expected(lake: Listed) -> Counter[tuple[str, ...]]:
    return Counter(
        (key.split(".")[1], version, key.split("day=")[1][:10])
        for key, version in lake.marks.items()
    )


DAYS = [str(date(2026, 9, 25) + timedelta(days=number)) for number in (0, 1, 3, 8, 9, 37, 38, 70)]
marks = st.builds(mark, st.sampled_from(DAYS), st.sampled_from([6, 18]))
versions = st.sampled_from(["1", "2"])


@st.composite
def lakes(draw: st.DrawFn) -> Listed:
    """A lake of which some marks were compacted; since then some changed, went or came."""
    compacted = draw(st.dictionaries(marks, versions, max_size=10))
    months: dict[str, dict[str, str]] = {}
    for key, version in compacted.items():
        months.setdefault(key.split("day=")[1][:7], {})[key] = version
    now = {key: version for key, version in compacted.items() if draw(st.integers(0, 9))}
    now |= draw(st.dictionaries(marks, versions, max_size=4))
    lacking = {name: {"playlists"} for name in months if not draw(st.integers(0, 5))}
    return Listed(months, now, lacking)


bounds = st.sampled_from([EVERY_DAY, Days("2026-10-03"), Days(None, "2026-09-28"), {DAYS[4]}])


@settings(max_examples=25, deadline=None)
@given(lakes(), bounds, st.sampled_from(["playlists", "loads"]), st.sampled_from([1, 30]))
def test_each_committed_row_is_read_once_in_the_version_that_it_has(
    lake: Listed, days: SomeDays, table: str, most: int
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(placing, "MOST_RANGES", most)
        patched.setattr(placing, "MOST_LATE", most)
        places = places_of(lake, "compacted", days)
    assert answer(lake, places, table) == expected(lake)


def test_without_compacted_days_one_object_is_read_and_the_sql_is_as_ever() -> None:
    lake = Listed({}, {mark("2026-11-21"): "1"})
    places = places_of(lake, "compacted")
    assert lake.asked == [IN_FORCE_KEY]
    for table in TABLES:
        assert committed_rows(table, "lake", places) == committed_rows(table, "lake", IN_PARTS)


def test_only_months_with_days_that_are_read_are_looked_at() -> None:
    months = {f"2026-{month}": {mark(f"2026-{month}-05"): "1"} for month in (10, 11)}
    lake = Listed(months, {key: "1" for each in months.values() for key in each})
    places = places_of(lake, "compacted", Days("2026-11-01"))
    assert not [asked for asked in lake.asked if "2026-10" in asked]
    assert places.tables["playlists"].generations == [generation("2026-11", DIGEST)]


def test_closed_days_are_one_range_and_a_late_part_is_named() -> None:
    listed = {mark(f"2026-11-{day:02}"): "1" for day in (3, 10, 17)}
    late = mark("2026-11-10", 18)
    places = places_of(Listed({"2026-11": listed}, {**listed, late: "1"}), "compacted")
    found = places.tables["playlists"]
    assert found.days == [("2026-11-03", "2026-11-17")]
    assert found.late == [LatePart("2026-11-10", "20261110T180000Z-aaaaaa", "part-0000")]
    sql = committed_rows("playlists", "lake", places)
    for alias in ("landed", "mark"):  # files of other days are opened of neither
        assert f"({alias}.day < '2026-11-03' or {alias}.day > '2026-11-17' or " in sql


def test_a_month_that_is_not_in_force_is_in_no_range() -> None:
    months = {f"2026-{month:02}": {mark(f"2026-{month:02}-05"): "1"} for month in (9, 11)}
    now = {key: "1" for each in months.values() for key in each} | {mark("2026-10-05"): "1"}
    lake = Listed(months, now)
    places = places_of(lake, "compacted")
    assert places.tables["loads"].days == [("2026-09-05",) * 2, ("2026-11-05",) * 2]
    assert answer(lake, places, "playlists") == expected(lake)


def test_a_mark_with_another_name_sends_its_day_to_the_parts() -> None:
    listed = {mark(f"2026-11-{day:02}"): "1" for day in (3, 4, 5)}
    stray = "curated/loads/day=2026-11-04/stray.parquet"
    places = places_of(Listed({"2026-11": listed}, {**listed, stray: "1"}), "compacted")
    assert places.tables["loads"].days == [("2026-11-03",) * 2, ("2026-11-05",) * 2]


def test_a_list_of_marks_that_is_missing_is_an_error() -> None:
    class Without(Listed):
        def read(self, key: str) -> bytes | None:
            return super().read(key) if key == IN_FORCE_KEY else None

    with pytest.raises(DamagedLakeError, match="missing though it is in force"):
        places_of(Without({"2026-11": {mark("2026-11-03"): "1"}}, {}), "compacted")


def test_a_compacted_file_that_is_missing_is_an_error() -> None:
    """To Athena it would have no rows."""
    listed = {mark("2026-11-03"): "1"}
    lake = Listed({"2026-11": listed}, listed, lost={file("tracks", "2026-11").key})
    with pytest.raises(
        DamagedLakeError, match=r"^compacted/tracks/generation=.* run `playlake compact`"
    ):
        places_of(lake, "compacted")


def test_days_without_rows_of_a_table_are_in_no_generation() -> None:
    listed = {mark("2026-11-03"): "1"}
    lake = Listed({"2026-11": listed}, listed, empty={"playlists"})
    places = places_of(lake, "compacted")
    assert places.tables["playlists"].generations == []
    assert '"compacted"' not in committed_rows("playlists", "lake", places)


def test_the_history_is_what_every_month_ended_and_what_lasts_after_the_last() -> None:
    history = {
        name: HistoryMonth(
            inputs=DIGEST,
            before=None,
            bases={},
            tables={"changes": file("changes", name), "memberships": None, "timeline": None},
            standing={"memberships": file("memberships", name, standing=True), "timeline": None},
            checkpoint=CompactedFile(key="compacted/checkpoint", rows=1, size=1, md5=""),
        )
        for name in ("2026-10", "2026-11")
    }
    places = places_of(Listed({}, {}, history=history), "compacted")
    assert places.history == {
        "changes": [generation("2026-10", DIGEST), generation("2026-11", DIGEST)],
        "memberships": [generation("2026-11", DIGEST, standing=True)],
        "timeline": [],
    }


def three_years(late_every: int, changed_every: int) -> Listed:
    """Two runs a day for three years; some days have changed, and some have late parts."""
    days = [str(date(2026, 1, 1) + timedelta(days=number)) for number in range(1095)]
    months: dict[str, dict[str, str]] = {}
    for day in days:
        months.setdefault(day[:7], {}).update({mark(day, hour): "1" for hour in (6, 18)})
    now = {key: "1" for each in months.values() for key in each}
    now |= {mark(day): "2" for day in days[::changed_every]}
    now |= {mark(day, 12): "1" for day in days[1::late_every]}
    return Listed(months, now)


@pytest.mark.parametrize(
    ("late_every", "changed_every", "most_bytes"),
    [(2000, 2000, 45_000), (400, 365, 60_000), (2, 3, 150_000), (38, 41, 150_000)],
)
def test_the_sql_of_all_tables_fits_into_a_query_of_athena(
    late_every: int, changed_every: int, most_bytes: int
) -> None:
    places = places_of(three_years(late_every, changed_every), "playlake_compacted")
    sql = [committed_rows(table, "playlake", places) for table in TABLES]
    assert len(json.dumps(sql)) < most_bytes < 262_144
    found = places.tables["playlists"]
    assert len(found.days) <= placing.MOST_RANGES
    assert len(found.late) <= placing.MOST_LATE
    assert [name[:7] for name in found.generations] == sorted(
        {name[:7] for name in found.generations}
    )


@pytest.mark.parametrize("dialect", ["trino", "athena", "duckdb"])
@pytest.mark.parametrize("table", TABLES)
def test_the_sql_is_that_of_every_engine(table: str, dialect: str) -> None:
    places = places_of(three_years(400, 365), "playlake_compacted")
    (statement,) = sqlglot.parse(committed_rows(table, "playlake", places), read=dialect)
    assert statement is not None
    assert not list(statement.find_all(sqlglot.exp.Anonymous))
    read = {f"{each.db}.{each.name}" for each in statement.find_all(sqlglot.exp.Table)}
    compacted = "loads" if table == QUARANTINE else table
    assert read == {
        f"playlake.{table}",
        "playlake.loads",
        f"playlake_compacted.{compacted}",
    }


def test_every_read_of_a_compacted_table_names_its_generations() -> None:
    """Athena refuses one that does not."""
    lake = three_years(400, 365)
    places = places_of(lake, "playlake_compacted")
    names = [generation(name, DIGEST) for name in lake.months]
    for table in TABLES:
        statement = sqlglot.parse_one(committed_rows(table, "playlake", places), read="trino")
        for select in statement.find_all(sqlglot.exp.Select):
            source = select.args["from_" if "from_" in select.args else "from"].this
            if getattr(source, "db", "") != "playlake_compacted":
                continue
            conditions = list(select.args["where"].this.flatten())
            (in_force,) = (each for each in conditions if isinstance(each, sqlglot.exp.In))
            assert in_force.this.name == "generation"
            assert [each.this for each in in_force.expressions] == names


def test_the_files_of_the_test_have_the_keys_of_compaction() -> None:
    assert generation_of(file("tracks", "2026-11").key) == generation("2026-11", DIGEST)
