"""Iceberg tables over the committed files of a lake in a folder. All data is synthetic."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from compacting import compact, overwrite_files, overwrite_mark
from historical_lakes import commit_run, read
from iceberg_tables import FEW, duckdb_rows, iceberg_rows, lake_rows, opened, planned, synced
from landed import entry, part
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import CommitFailedException, NamespaceAlreadyExistsError
from sqlalchemy.exc import OperationalError
from two_days import DAYS, PARTS, RUNS

from playlake_contracts.keys import CURATED_PREFIX, ICEBERG_PREFIX
from playlake_contracts.tables import TABLES, Table
from playlake_iceberg import sqlite_catalog
from playlake_iceberg import sync as syncing
from playlake_iceberg.adopted import read_adopted
from playlake_iceberg.errors import BusyTableError, ForeignTableError
from playlake_iceberg.snapshots import snapshot_of_run
from playlake_iceberg.sqlite_catalog import in_folder
from playlake_iceberg.sync import ADOPTED_TABLES
from playlake_iceberg.tables import open_table
from playlake_lake.errors import DamagedLakeError
from playlake_lake.folder import Folder
from playlake_lake.marks import mark_versions

if TYPE_CHECKING:
    from commands import Command

    from playlake_iceberg.tables import Place

HOUR = datetime(2026, 11, 22, 6, tzinfo=UTC)


@pytest.fixture
def place(full: Folder) -> Place:
    """The Iceberg tables of the lake `full`, which no sync has made yet."""
    return in_folder(full)


def has_run(place: Place, run_id: str) -> bool:
    """Whether a table can be travelled to a run."""
    return snapshot_of_run(opened(place, "playlist_items"), run_id) is not None


def snapshots(place: Place, name: str = "playlist_items") -> int:
    return len(opened(place, name).snapshots())


def test_every_row_of_the_lake_is_in_the_tables_once(
    full: Folder, place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    done = synced(place, ADOPTED_TABLES)
    expected = lake_rows(full, ADOPTED_TABLES)
    assert iceberg_rows(place, ADOPTED_TABLES) == expected
    for name in ADOPTED_TABLES:
        assert duckdb_rows(place, name) == expected[name]
        assert done[name].rows == expected[name].total()
    assert expected["playlist_items"].total() == 7
    assert not caplog.records  # pyiceberg would warn of each column without statistics


def test_a_second_sync_writes_nothing(full: Folder, place: Place) -> None:
    synced(place)
    before = full.versions(ICEBERG_PREFIX)
    done = synced(place)
    assert {(each.snapshots, each.added, each.removed) for each in done.values()} == {(0, 0, 0)}
    assert full.versions(ICEBERG_PREFIX) == before


def test_no_file_of_the_lake_is_written_or_copied(full: Folder, place: Place) -> None:
    before = full.versions(CURATED_PREFIX)
    synced(place)
    assert full.versions(CURATED_PREFIX) == before
    found = {key for key in full.keys(ICEBERG_PREFIX) if key.endswith(".parquet")}
    assert not found
    assert all(
        path.startswith(str(full.root / "curated"))
        for path in planned(opened(place, "run_outcomes"))
    )


def test_what_has_no_commit_mark_is_not_adopted(full: Folder, place: Place) -> None:
    commit_run(full, HOUR, [read("p", [entry(1)])], has_marks=False)
    assert synced(place)["playlist_items"].rows == 7
    assert iceberg_rows(place) == lake_rows(full)


def test_the_tables_are_version_2_and_let_nobody_delete_files(place: Place) -> None:
    synced(place)
    for name in FEW:
        table = opened(place, name)
        assert table.format_version == 2
        assert table.properties["gc.enabled"] == "false"


def test_a_property_that_somebody_changed_is_set_again(full: Folder, place: Place) -> None:
    synced(place)
    with opened(place, "run_outcomes").transaction() as changed:
        changed.set_properties({"gc.enabled": "true"})
    commit_run(full, HOUR, [read("p", [entry(1)])])
    synced(place)
    assert opened(place, "run_outcomes").properties["gc.enabled"] == "false"


def test_a_day_reads_its_files_alone_also_those_without_statistics(
    full: Folder, place: Place
) -> None:
    path = full.path(PARTS[0].curated("playlist_items"))
    pq.write_table(pq.read_table(path, partitioning=None), path, write_statistics=False)
    synced(place)
    table = opened(place, "playlist_items")
    assert planned(table, DAYS[0]) == [str(path)]
    assert planned(table, DAYS[1]) == [str(full.path(PARTS[1].curated("playlist_items")))]
    assert iceberg_rows(place) == lake_rows(full)


def test_each_run_can_be_travelled_to(full: Folder, place: Place) -> None:
    expected = {}
    for hour in range(3):
        songs = [entry(number) for number in range(hour + 2)]
        run_id = commit_run(full, HOUR.replace(hour=hour), [read("p", songs)])
        expected[run_id] = lake_rows(full)
    synced(place)
    for run_id, rows in expected.items():
        assert iceberg_rows(place, run_id=run_id) == rows
    assert snapshots(place) == 5


def test_a_run_whose_parts_come_in_two_syncs_is_travelled_to_as_a_whole(
    full: Folder, place: Place
) -> None:
    run_id = commit_run(full, HOUR, [read("p", [entry(1)])])
    mark = next(key for key in mark_versions(full) if run_id in key and "manifest" in key)
    aside = full.path(mark).rename(full.root / "aside")
    synced(place)
    aside.rename(full.path(mark))
    synced(place)
    assert iceberg_rows(place, run_id=run_id) == lake_rows(full)


def test_only_the_last_runs_keep_snapshots(full: Folder, place: Place) -> None:
    runs = [
        commit_run(full, HOUR.replace(hour=hour), [read("p", [entry(hour)])]) for hour in range(4)
    ]
    synced(place, keep=2)
    assert snapshots(place) == 2  # those before came in together
    assert iceberg_rows(place) == lake_rows(full)
    rows = lake_rows(full)
    commit_run(full, HOUR.replace(hour=8), [read("p", [entry(8)])])
    synced(place, keep=2)
    assert snapshots(place) == 2
    assert iceberg_rows(place) == lake_rows(full)
    assert iceberg_rows(place, run_id=runs[3]) == rows
    assert not has_run(place, runs[2])


def test_a_part_that_was_overwritten_is_replaced(full: Folder, place: Place) -> None:
    synced(place)
    changed = part(PARTS[1], [entry(1, name="Mended"), entry(2), entry(3), entry(4)])
    overwrite_files(full, PARTS[1], changed)
    overwrite_mark(full, PARTS[1], changed)
    done = synced(place)
    assert (done["playlist_items"].added, done["playlist_items"].removed) == (1, 1)
    assert iceberg_rows(place) == lake_rows(full)
    # The first run has its files still; the second one is what it is now.
    assert has_run(place, str(RUNS[0]))
    assert iceberg_rows(place, run_id=str(RUNS[1])) == lake_rows(full)
    assert snapshots(place) == 2


def test_what_is_no_more_committed_leaves_the_tables(full: Folder, place: Place) -> None:
    synced(place)
    for key in list(full.keys(CURATED_PREFIX)):
        if str(RUNS[0]) in key:
            full.remove(key)
    synced(place)
    rows = lake_rows(full)
    assert iceberg_rows(place) == rows
    assert rows["playlist_items"].total() == 3
    # Every snapshot with the files that are gone is expired, so that none fails.
    assert not has_run(place, str(RUNS[0]))
    assert snapshots(place) == 1


def test_a_compaction_changes_nothing(full: Folder, place: Place) -> None:
    synced(place)
    rows = iceberg_rows(place)
    compact(full)
    assert {each.snapshots for each in synced(place).values()} == {0}
    assert iceberg_rows(place) == rows == lake_rows(full)


def test_a_column_that_was_added_since_is_null_in_older_files(full: Folder, place: Place) -> None:
    loads = TABLES["loads"]
    older = Table("loads", loads.row_is, loads.key, loads.schema.remove(len(loads.schema) - 1))
    open_table(place, older)
    synced(place)
    assert opened(place, "loads").schema().column_names == loads.schema.names
    assert iceberg_rows(place) == lake_rows(full)


def test_of_two_syncs_at_once_the_slower_looks_again(
    full: Folder, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = iter([True])

    def listed(lake: Folder) -> dict[str, str]:
        marks = mark_versions(lake)
        if next(others, False):
            # After this one has listed the marks a run is committed, and the other takes it in.
            commit_run(full, HOUR, [read("p", [entry(1)])])
            synced(in_folder(full))
        return marks

    monkeypatch.setattr(syncing, "mark_versions", listed)
    monkeypatch.setattr(syncing, "_LONGEST_PAUSE_SECONDS", 0)
    done = synced(place)
    assert {each.snapshots for each in done.values()} == {0}
    assert iceberg_rows(place) == lake_rows(full)
    assert snapshots(place) == 3


def test_a_list_of_marks_that_another_sync_has_replaced_is_looked_for_again(
    full: Folder, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced(place)
    commit_run(full, HOUR, [read("p", [entry(1)])])
    others = iter([True])

    def found(lake: Folder, key: str) -> dict[str, str] | None:
        if next(others, False):
            synced(in_folder(full))  # it removes the list
        return read_adopted(lake, key)

    monkeypatch.setattr(syncing, "read_adopted", found)
    monkeypatch.setattr(syncing, "_LONGEST_PAUSE_SECONDS", 0)
    synced(place)
    assert iceberg_rows(place) == lake_rows(full)


def test_many_syncs_at_once_lose_and_repeat_nothing(full: Folder) -> None:
    for hour in range(4):
        commit_run(full, HOUR.replace(hour=hour), [read("p", [entry(hour)])])
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: synced(in_folder(full)), range(4)))
    place = in_folder(full)
    assert iceberg_rows(place) == lake_rows(full)
    assert sum(each["playlist_items"].added for each in done) == 6
    assert snapshots(place) == 6


def test_a_catalog_that_others_make_at_the_same_time_is_opened(
    full: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of two tables and a namespace can be made by others a moment before."""
    others = [
        OperationalError("CREATE TABLE iceberg_tables", {}, Exception("exists")),
        OperationalError("CREATE TABLE iceberg_namespace_properties", {}, Exception("exists")),
        NamespaceAlreadyExistsError("playlake"),
    ]
    catalog_of = SqlCatalog

    def made_by_others(*arguments: str, **properties: str) -> SqlCatalog:
        if others:
            raise others.pop(0)
        return catalog_of(*arguments, **properties)

    monkeypatch.setattr(sqlite_catalog, "SqlCatalog", made_by_others)
    assert in_folder(full).catalog.namespace_exists("playlake")
    assert not others


def test_a_sync_that_dies_before_its_commit_is_done_by_the_next(
    full: Folder, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    class DeadError(Exception):
        pass

    def dies(*_: object) -> None:
        raise DeadError

    with monkeypatch.context() as patched:
        patched.setattr("pyiceberg.catalog.sql.SqlCatalog.commit_table", dies)
        with pytest.raises(DeadError):
            synced(place)
    synced(place)
    assert iceberg_rows(place) == lake_rows(full)


def test_a_commit_whose_answer_is_lost_is_not_repeated(
    full: Folder, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed = SqlCatalog.commit_table

    def unheard(*given: Any) -> None:  # noqa: ANN401 - as they are
        committed(*given)
        raise CommitFailedException("the answer is lost, and a second request was refused")

    monkeypatch.setattr(syncing, "_LONGEST_PAUSE_SECONDS", 0)
    monkeypatch.setattr(SqlCatalog, "commit_table", unheard)
    synced(place)
    assert iceberg_rows(place) == lake_rows(full)
    assert snapshots(place) == 2


def test_a_table_that_others_commit_to_again_and_again_ends_in_a_sentence(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def moved(*_: object) -> None:
        raise syncing._MovedError

    monkeypatch.setattr(syncing, "_adopted", moved)
    monkeypatch.setattr(syncing, "_LONGEST_PAUSE_SECONDS", 0)
    with pytest.raises(BusyTableError, match="again and again: let them end, then run"):
        synced(place)


def test_a_table_that_another_program_wrote_to_is_left_alone(full: Folder, place: Place) -> None:
    synced(place)
    table = opened(place, "run_outcomes")
    table.append(table.scan().to_arrow())
    commit_run(full, HOUR, [read("p", [entry(1)])])
    with pytest.raises(
        ForeignTableError, match="another program has written to the Iceberg table run_outcomes"
    ):
        synced(place)


def test_a_lake_that_was_moved_needs_new_tables(full: Folder, place: Place) -> None:
    synced(place)
    moved = Folder(full.root.rename(full.root.with_name("moved")))
    with pytest.raises(ForeignTableError, match="the lake was moved or copied: remove"):
        synced(in_folder(moved))


def test_a_damaged_list_of_marks_ends_in_a_sentence(full: Folder, place: Place) -> None:
    synced(place)
    (key,) = full.keys("iceberg/loads/adopted/")
    full.overwrite(key, b"junk")
    with pytest.raises(ForeignTableError, match=r"cannot be read .*: remove the Iceberg tables"):
        synced(place)
    full.remove(key)
    with pytest.raises(ForeignTableError, match="is missing though the table needs it"):
        synced(place)


def test_a_committed_file_that_is_missing_is_named(full: Folder, place: Place) -> None:
    key = PARTS[0].curated("playlist_items")
    full.path(key).unlink()
    with pytest.raises(DamagedLakeError, match=rf"{key} cannot be read though it was committed"):
        synced(place)


def test_the_command_syncs_a_lake_in_a_folder(full: Folder, playlake: Command) -> None:
    assert playlake("iceberg", "sync", "--lake", "full", "--json") == 0
    found = {each["table"]: each for each in json.loads(playlake.output)}
    assert list(found) == list(ADOPTED_TABLES)
    assert found["playlist_items"] == {
        "table": "playlist_items",
        "rows": 7,
        "snapshots": 2,
        "added": 2,
        "removed": 0,
        "run_id": str(RUNS[1]),
    }
    assert iceberg_rows(in_folder(full), ADOPTED_TABLES) == lake_rows(full, ADOPTED_TABLES)
    assert playlake("iceberg", "sync", "--lake", "full") == 0
    assert "The tables have all that is committed." in playlake.output


def test_without_pyiceberg_the_command_says_how_to_install_it(
    full: Folder, playlake: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playlake_iceberg.available.find_spec", lambda _: None)
    assert playlake("iceberg", "sync", "--lake", "full") == 1
    assert "pyiceberg, which is not installed: install Playlake with its extra" in playlake.notices
    assert not list(full.keys(ICEBERG_PREFIX))


def test_a_catalog_that_is_no_database_ends_in_a_sentence(full: Folder, playlake: Command) -> None:
    full.overwrite("iceberg/catalog.db", b"junk" * 1000)
    assert playlake("iceberg", "sync", "--lake", "full") == 1
    assert "iceberg/catalog.db of" in playlake.notices
    assert "cannot be used" in playlake.notices
