"""What the M queries read: the committed rows of a lake, each once, from each of three sources.

They run in an interpreter of the tests (`m_language`), over synthetic lakes.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from compacting import compact
from folder_lakes import put_files
from m_language import MError, Table, evaluate
from powerbi_rows import FROM_ATHENA, FROM_FOLDER, FROM_SNOWFLAKE, Reading, made_lake
from two_days import MANIFESTS, PARTS, two_days

from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.tables import TABLES
from playlake_lake.identity import make_lake
from playlake_lake.tables import query
from playlake_warehouses.powerbi.keys import KEYS, RELATIONS
from playlake_warehouses.powerbi.tables import model_tables

if TYPE_CHECKING:
    from pathlib import Path

    from playlake_lake.folder import Folder

IN_LAKE = {**TABLES, **HISTORY_TABLES}
OF_LAKE = [table.name for table in model_tables() if table.name in IN_LAKE]
EVERY_TABLE = pytest.mark.parametrize("table", OF_LAKE)
EVERY_SOURCE = pytest.mark.parametrize("source", [FROM_FOLDER, FROM_ATHENA, FROM_SNOWFLAKE])


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return made_lake(tmp_path_factory.mktemp("powerbi") / "lake")


@pytest.fixture(scope="module")
def read(lake: Folder) -> Reading:
    return Reading(lake)


def rows_of(lake: Folder, table: str) -> Counter[tuple[Any, ...]]:
    """The rows of a table as Playlake reads them, times in UTC without a zone."""
    names = ", ".join(IN_LAKE[table].schema.names)
    rows = query(lake, f"select {names} from {table}").rows
    return Counter(tuple(map(zoneless, row)) for row in rows)


def zoneless(value: object) -> object:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def own_rows(found: Table, table: str) -> Counter[tuple[Any, ...]]:
    """The rows of a query in the columns of the lake's table."""
    names = IN_LAKE[table].schema.names
    return Counter(tuple(row[name] for name in names) for row in found.rows)


@EVERY_SOURCE
@EVERY_TABLE
def test_each_committed_row_is_read_once(
    table: str, source: str, lake: Folder, read: Reading
) -> None:
    expected = rows_of(lake, table)
    assert own_rows(read(table, source), table) == expected


def test_the_lake_has_rows_in_every_table(read: Reading) -> None:
    assert [name for name in OF_LAKE if not read(name, FROM_FOLDER).rows] == []


@EVERY_TABLE
def test_the_columns_of_a_query_are_those_of_the_model(table: str, read: Reading) -> None:
    described = {each.name: each for each in model_tables()}[table]
    assert read(table, FROM_FOLDER).columns == [column.name for column in described.columns]


@pytest.mark.parametrize("source", [FROM_FOLDER, FROM_ATHENA])
def test_a_part_without_its_mark_is_not_read(source: str, tmp_path: Path) -> None:
    lake = two_days(tmp_path / "lake")
    lake.root.joinpath(PARTS[1].curated("loads")).unlink()
    found = Reading(lake)("playlist_items", source)
    assert {row["run_id"] for row in found.rows} == {str(PARTS[0].run_id)}


def test_a_file_that_is_no_part_is_not_read(tmp_path: Path) -> None:
    lake = two_days(tmp_path / "lake")
    before = Reading(lake)("playlist_items", FROM_FOLDER).rows
    file = lake.root / PARTS[0].curated("playlist_items")
    file.with_name("copy.parquet").write_bytes(file.read_bytes())
    file.parent.with_name("old").mkdir()
    file.parent.with_name("old").joinpath(file.name).write_bytes(file.read_bytes())
    for table in ("loads", "playlist_items"):
        lake.root.joinpath(PARTS[0].curated(table)).with_name("desktop.ini").write_text(
            "[synthetic]"
        )
    assert Reading(lake)("playlist_items", FROM_FOLDER).rows == before


def test_marks_are_listed_before_the_files_of_a_table(tmp_path: Path) -> None:
    lake = two_days(tmp_path / "lake")
    for key in (PARTS[1], MANIFESTS[1]):
        lake.root.joinpath(key.curated("loads")).unlink()
    read_ = Reading(lake)
    read_("playlist_items", FROM_FOLDER)
    assert read_.listed.index("loads") < read_.listed.index("playlist_items")


def test_rows_of_before_a_column_was_added_have_null_in_it(tmp_path: Path) -> None:
    lake = two_days(tmp_path / "lake")
    older = Reading(lake, lacking={"rows_quality_results"})
    assert {row["rows_quality_results"] for row in older("loads", FROM_FOLDER).rows} == {None}
    with pytest.raises(MError, match="the column raw_etag of the table was not found"):
        Reading(lake, lacking={"raw_etag"})("loads", FROM_FOLDER)


def test_a_lake_that_was_never_compacted_has_no_history(tmp_path: Path) -> None:
    read_ = Reading(two_days(tmp_path / "lake"))
    assert read_("changes", FROM_FOLDER).rows == []
    assert read_("memberships", FROM_FOLDER).rows == []


def test_the_history_is_as_of_the_last_compaction(tmp_path: Path) -> None:
    lake = two_days(tmp_path / "lake")
    compact(lake)
    before = Reading(lake)("timeline", FROM_FOLDER).rows
    assert before
    put_files(lake, PARTS[0])
    assert Reading(lake)("timeline", FROM_FOLDER).rows == before


def test_snowflake_has_the_history_only_if_a_parameter_says_so(lake: Folder) -> None:
    without = Reading(lake, has_history=False)
    for table in HISTORY_TABLES:
        assert without(table, FROM_SNOWFLAKE).rows == []
        assert without(table, FROM_ATHENA).rows
    assert without("playlists", FROM_SNOWFLAKE).rows


def test_a_record_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    lake = two_days(tmp_path / "lake")
    compact(lake)
    record = lake.root / "compacted" / "in-force.json"
    record.write_text(record.read_text().replace("playlake.in-force/1", "playlake.in-force/2"))
    with pytest.raises(MError, match="a newer Playlake compacted this lake"):
        Reading(lake)("changes", FROM_FOLDER)


def test_a_file_in_force_that_is_gone_is_an_error(tmp_path: Path) -> None:
    lake = two_days(tmp_path / "lake")
    compact(lake)
    next((lake.root / "compacted" / "timeline").rglob("rows.parquet")).unlink()
    with pytest.raises(MError, match="matched 0 rows"):
        Reading(lake)("timeline", FROM_FOLDER)


def test_an_empty_lake_gives_empty_tables(tmp_path: Path) -> None:
    lake, _ = make_lake(tmp_path / "lake")
    (lake.root / "curated").mkdir(exist_ok=True)
    read_ = Reading(lake)
    for table in model_tables():
        found = read_(table.name, FROM_FOLDER)
        assert found.rows == []
        assert found.columns == [column.name for column in table.columns]


def test_a_folder_that_is_no_lake_says_what_to_do(tmp_path: Path) -> None:
    lake, _ = make_lake(tmp_path / "lake")
    (lake.root / "curated").rmdir() if (lake.root / "curated").is_dir() else None
    with pytest.raises(MError, match="LakeFolder has no folder curated: name the folder of a lake"):
        Reading(lake)("playlists", FROM_FOLDER)


def test_a_source_that_there_is_not_says_what_to_do(lake: Folder) -> None:
    with pytest.raises(MError, match="choose Folder, Athena or Snowflake"):
        Reading(lake)("playlists", "Fabric")


@pytest.mark.parametrize("relation", RELATIONS, ids=lambda each: f"{each.many}-{each.one}")
def test_rows_belong_to_one_row_of_the_other_table(relation: Any, read: Reading) -> None:  # noqa: ANN401
    ones = read(relation.one, FROM_FOLDER).column(relation.column)
    many = read(relation.many, FROM_FOLDER).column(relation.column)
    assert None not in ones
    assert len(set(ones)) == len(ones)
    assert {value for value in many if value is not None} <= set(ones)


@pytest.mark.parametrize("name", KEYS)
def test_keys_are_equal_only_if_their_columns_are(name: str, read: Reading) -> None:
    columns = KEYS[name]
    for table in model_tables():
        if name in {column.name for column in table.columns}:
            rows = read(table.name, FROM_FOLDER).rows
            keys = {tuple(row[column] for column in columns): row[name] for row in rows}
            assert len(set(keys.values())) == len({k if None not in k else None for k in keys})


def test_a_key_with_a_null_is_null_and_a_bar_in_an_id_does_no_harm(lake: Folder) -> None:
    names = Reading(lake).expressions(FROM_FOLDER)
    key = evaluate("Key", names, {})
    assert key(["spotify", None]) is None
    assert key(["spotify", "a|b"]) == "spotify|a|b"


def test_a_playlist_has_its_newest_name_and_one_that_was_never_read_its_id(
    lake: Folder, read: Reading
) -> None:
    named = {row["playlist_id"]: row["name"] for row in read("playlist_names", FROM_FOLDER).rows}
    newest = query(
        lake,
        "select playlist_id, max_by(name, fetched_at) from (select playlist_id, name, fetched_at "
        "from playlists union all select playlist_id, name, fetched_at from run_outcomes) "
        "where name is not null group by playlist_id",
    ).rows
    every = query(lake, "select distinct playlist_id from run_outcomes").rows
    assert named == {playlist_id: playlist_id for (playlist_id,) in every} | dict(newest)
    assert any(name == playlist_id for playlist_id, name in named.items())


def test_dates_are_all_days_from_the_first_run_to_the_last(lake: Folder, read: Reading) -> None:
    rows = read("dates", FROM_FOLDER).rows
    [(first, last)] = query(lake, "select min(day), max(day) from loads").rows
    days = [row["day"] for row in rows]
    assert (str(days[0]), str(days[-1])) == (first, last)
    assert days == [days[0] + timedelta(days=at) for at in range(len(days))]
    for row in rows:
        assert row["month"] == f"{row['day']:%Y-%m}"
        assert row["year"] == row["day"].year
        assert row["week"].weekday() == 0
        assert row["day"] - row["week"] < timedelta(days=7)


def test_the_day_of_a_row_is_the_date_of_its_run(read: Reading) -> None:
    for table in ("playlists", "run_outcomes", "loads"):
        rows = read(table, FROM_FOLDER).rows
        assert all(row["day"] == date.fromisoformat(row["snapshot_date"]) for row in rows)
    changes = read("changes", FROM_FOLDER).rows
    assert all(row["day"] == row["seen_at"].date() for row in changes)


def test_no_query_of_the_sources_is_more_than_one_select(lake: Folder) -> None:
    read_ = Reading(lake)
    for table in OF_LAKE:
        read_(table, FROM_ATHENA)
    assert len(read_.sent) == len(OF_LAKE)
    for sql in read_.sent:
        assert re.fullmatch(r'select \* from "playlake"\."\w+"( as landed where exists .*)?', sql)
        assert len(duckdb.extract_statements(sql)) == 1
