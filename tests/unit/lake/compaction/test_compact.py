"""Compaction keeps every row, is made once, and may be stopped. All lakes are synthetic."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
from compacting import (
    HISTORY,
    LATER,
    StoppedError,
    StoppingFolder,
    compact,
    contained,
    in_force,
    overwrite_files,
    overwrite_mark,
    rows,
)
from historical_lakes import commit_run, read
from landed import entry, part
from two_days import DAYS, MANIFESTS, PARTS, two_days

from playlake_contracts.keys import COMPACTED_PREFIX, IN_FORCE_KEY, compacted_key, generation
from playlake_contracts.rejects import Reject, encode_reject
from playlake_contracts.tables import COMPACTED_TABLES, TABLES
from playlake_lake.compaction import workshop
from playlake_lake.compaction.compact import Compaction
from playlake_lake.compaction.in_force import InForce, encode_in_force
from playlake_lake.days import Days
from playlake_lake.errors import CompactionError
from playlake_lake.folder import Folder
from playlake_lake.identity import LAKE_FILE, identify, make_lake
from playlake_lake.marks import held_tables, mark_keys
from playlake_lake.tables import query, streamed

if TYPE_CHECKING:
    from pathlib import Path

# What another version of the transformer makes of the first part: another title.
CHANGED = part(PARTS[0], [entry(1, name="Mended"), entry(2)], [entry(3), entry(5)])


FEW = ("playlists", "playlist_items", "run_outcomes", "loads")


@pytest.fixture
def lake(tmp_path: Path) -> Folder:
    return two_days(tmp_path / "it's a lake")


def late_run(folder: Folder) -> None:
    """Commit one more run of the second day."""
    later = [read("playlist0", [entry(31)]), read("late", [entry(32), entry(33)])]
    commit_run(folder, datetime(2026, 11, 21, 18, tzinfo=UTC), later)


def few_tables(root: Path) -> Folder:
    """The same lake with few tables."""
    lake = two_days(root)
    lake.remove(LAKE_FILE)
    identify(lake, synthetic=True, tables=FEW)
    return lake


def objects(folder: Folder) -> dict[str, str]:
    return folder.versions("")


def copied(folder: Folder, root: Path) -> Folder:
    shutil.copytree(folder.root, root)
    return Folder(root)


def hidden_parts(folder: Folder) -> None:
    """Make the files of parts unreadable, but for the marks, so that reading them is an error."""
    for table in TABLES:
        if table not in {"loads", "quarantine"}:
            for key in folder.keys(f"curated/{table}/"):
                folder.overwrite(key, b"unreadable")


def test_every_table_has_the_same_rows_before_and_after(lake: Folder) -> None:
    before = rows(lake)
    assert compact(lake) == ["2026-11 new", "history 2026-11"]
    assert rows(lake) == before
    assert all(before.values())


def test_readers_open_compacted_files_instead_of_those_of_parts(lake: Folder) -> None:
    before = rows(lake)
    compact(lake)
    hidden_parts(lake)
    assert rows(lake) == before


def test_a_second_compaction_writes_nothing(lake: Folder) -> None:
    compact(lake)
    before = objects(lake)
    assert compact(lake) == []
    assert objects(lake) == before


def test_an_empty_lake_stays_empty(tmp_path: Path) -> None:
    folder, _ = make_lake(tmp_path / "lake")
    before = objects(folder)
    assert compact(folder) == []
    assert objects(folder) == before


def test_a_table_without_rows_has_no_file(tmp_path: Path) -> None:
    folder, _ = make_lake(tmp_path / "lake")
    commit_run(folder, datetime(2026, 11, 1, tzinfo=UTC), [read("p", [])])
    compact(folder)
    tables = in_force(folder).months["2026-11"].tables
    assert tables["tracks"] is None
    assert query(folder, "SELECT count(*) FROM tracks").rows == [(0,)]
    assert query(folder, "SELECT count(*) FROM playlists").rows == [(1,)]


def test_files_are_sorted_and_have_row_groups_with_statistics(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = make_lake(tmp_path / "lake")
    for day in (2, 1):
        playlists = [read(f"p{n}", [entry(n * 10 + at) for at in range(3)]) for n in (2, 1)]
        commit_run(folder, datetime(2026, 11, day, tzinfo=UTC), playlists)
    monkeypatch.setattr(workshop, "ROW_GROUP_ROWS", 4)
    compact(folder)
    file = in_force(folder).months["2026-11"].tables["playlist_items"]
    assert file is not None
    with pq.ParquetFile(folder.path(file.key)) as written:
        found = written.read(["playlist_id", "fetched_at", "position"]).to_pylist()
        assert written.schema_arrow.equals(TABLES["playlist_items"].schema)
        groups = [written.metadata.row_group(at) for at in range(written.num_row_groups)]
    assert found == sorted(found, key=lambda row: tuple(row.values()))
    assert [group.num_rows for group in groups] == [4, 4, 4]
    names = [groups[0].column(at).path_in_schema for at in range(groups[0].num_columns)]
    ranges = [group.column(names.index("playlist_id")).statistics for group in groups]
    assert [(each.min, each.max) for each in ranges] == [("p1", "p1"), ("p1", "p2"), ("p2", "p2")]
    for name in ("fetched_at", "position"):
        assert groups[0].column(names.index(name)).statistics is not None
    assert groups[0].column(0).compression == "ZSTD"


def test_a_day_is_closed_when_it_is_over_for_the_margin(lake: Folder) -> None:
    end = datetime(2026, 11, 21, tzinfo=UTC)  # of the first day
    compact(lake, end + timedelta(hours=2, seconds=-1), margin=timedelta(hours=2))
    assert contained(lake) == (0, 0)
    compact(lake, end + timedelta(hours=2), margin=timedelta(hours=2))
    assert in_force(lake).months["2026-11"].days == (DAYS[0],)
    assert contained(lake) == (1, 2)
    before = rows(lake)
    assert compact(lake)[0] == "2026-11 parts added: 2"
    assert rows(lake) == before


def test_a_day_is_not_closed_while_a_raw_object_is_left_to_do(lake: Folder) -> None:
    left = PARTS[1].of_part("spotify", PARTS[1].run_id, 7)
    lake.put_new(str(left), b"synthetic")
    compact(lake)
    assert in_force(lake).months["2026-11"].days == (DAYS[0],)
    reject = Reject(code="bad", reason="Bad.", rejected_at=LATER, transformer_version="0.0-test")
    lake.put_new(left.rejected, encode_reject(reject))
    compact(lake)
    assert in_force(lake).months["2026-11"].days == tuple(DAYS)


def test_a_late_run_is_read_at_once_and_compacted_next(lake: Folder) -> None:
    compact(lake)
    late_run(lake)
    before = rows(lake)
    assert before["playlist_items"].total() == 10
    assert compact(lake) == ["2026-11 parts added: 2", "history 2026-11"]
    assert rows(lake) == before
    assert contained(lake) == (1, 6)


def test_an_overwritten_part_is_not_read_from_the_old_files(lake: Folder) -> None:
    compact(lake)
    before = rows(lake, COMPACTED_TABLES)
    overwrite_files(lake, PARTS[0], CHANGED)
    assert rows(lake, COMPACTED_TABLES) == before  # until the mark says so
    overwrite_mark(lake, PARTS[0], CHANGED)
    after = rows(lake)
    titles = query(lake, "SELECT name FROM tracks WHERE track_id LIKE '%01'").rows
    assert sorted(titles) == [("Mended",), ("Track 1",)]
    assert after["playlist_items"].total() == before["playlist_items"].total()
    assert compact(lake)[0] == "2026-11 parts changed: 1"
    assert rows(lake) == after
    hidden_parts(lake)
    assert rows(lake) == after


def test_the_other_days_of_a_month_stay_compacted_when_one_is_overwritten(lake: Folder) -> None:
    compact(lake)
    overwrite_files(lake, PARTS[0], CHANGED)
    overwrite_mark(lake, PARTS[0], CHANGED)
    before = rows(lake)
    for table in ("tracks", "playlist_items"):
        lake.overwrite(PARTS[1].curated(table), b"unreadable")
    assert rows(lake) == before


def test_a_mark_that_is_gone_takes_its_rows_with_it(lake: Folder) -> None:
    compact(lake)
    for key in (PARTS[1], MANIFESTS[1]):
        lake.remove(key.curated("loads"))
        lake.remove(str(key))
    assert query(lake, "SELECT DISTINCT day FROM playlist_items").rows == [(DAYS[0],)]
    assert compact(lake)[0] == "2026-11 parts gone: 2"
    assert query(lake, "SELECT DISTINCT day FROM playlist_items").rows == [(DAYS[0],)]
    for key in (PARTS[0], MANIFESTS[0]):
        lake.remove(key.curated("loads"))
    compact(lake)
    assert (in_force(lake).months, in_force(lake).history) == ({}, {})


def test_days_are_chosen_in_compacted_files_as_well(lake: Folder) -> None:
    compact(lake)
    for days in (Days(DAYS[1]), {DAYS[1]}):
        with streamed(lake, "SELECT DISTINCT day FROM playlist_items", days=days) as (_, found):
            assert list(found) == [(DAYS[1],)]


def test_a_copy_with_other_times_has_the_same_rows_and_needs_no_new_files(
    lake: Folder, tmp_path: Path
) -> None:
    compact(lake)
    shutil.copytree(lake.root, tmp_path / "copy", copy_function=shutil.copyfile)
    copy = Folder(tmp_path / "copy")
    files = set(copy.keys(COMPACTED_PREFIX))
    assert rows(copy) == rows(lake)
    compact(copy)
    assert len(set(copy.keys(COMPACTED_PREFIX)) - files) == 1  # the list of marks
    hidden_parts(copy)
    assert rows(copy) == rows(lake)


def test_a_column_that_is_added_later_is_null_in_older_rows(lake: Folder) -> None:
    for key in mark_keys(lake):
        mark = pq.read_table(lake.path(key)).drop_columns(["rows_playlist_daily"])
        pq.write_table(mark, lake.path(key))
    compact(lake)
    late_run(lake)
    assert query(lake, "SELECT count(*), count(rows_playlist_daily) FROM loads").rows == [(6, 2)]
    compact(lake)
    assert query(lake, "SELECT count(*), count(rows_playlist_daily) FROM loads").rows == [(6, 2)]


def test_a_compacted_file_without_a_column_that_was_added_since_is_read(lake: Folder) -> None:
    compact(lake)
    file = in_force(lake).months["2026-11"].tables["loads"]
    assert file is not None
    path = lake.path(file.key)
    pq.write_table(pq.read_table(path).drop_columns(["rows_playlist_daily"]), path)
    body = (lake.read(IN_FORCE_KEY) or b"").replace(
        f'"size": {file.size}'.encode(), f'"size": {path.stat().st_size}'.encode()
    )
    lake.overwrite(IN_FORCE_KEY, body)
    assert query(lake, "SELECT count(*), count(rows_playlist_daily) FROM loads").rows == [(4, 0)]


def test_a_table_that_was_pulled_later_is_read_from_parts_until_it_is_compacted(
    tmp_path: Path,
) -> None:
    full = two_days(tmp_path / "full")
    folder, _ = make_lake(tmp_path / "lake", tables=["playlists", "loads"])
    for key in full.keys("curated/"):
        folder.put_new(key, full.read(key) or b"")
    compact(folder)
    assert set(in_force(folder).months["2026-11"].tables) == {"playlists", "loads"}
    folder.overwrite("lake.json", full.read("lake.json") or b"")
    assert rows(folder)["tracks"] == rows(full)["tracks"]
    assert compact(folder) == [f"2026-11 tables added: {len(TABLES) - 3}", "history 2026-11"]
    assert rows(folder)["tracks"] == rows(full)["tracks"]
    hidden_parts(folder)
    assert rows(folder)["tracks"] == rows(full)["tracks"]


def test_files_with_other_rows_than_their_marks_count_are_not_compacted(lake: Folder) -> None:
    tracks = lake.path(PARTS[0].curated("tracks"))
    pq.write_table(pq.read_table(tracks).slice(1), tracks)
    with pytest.raises(CompactionError, match="tracks have 6 rows, and their commit marks say 7"):
        compact(lake)
    assert contained(lake) == (0, 0)


def test_a_file_with_other_rows_than_the_parts_does_not_come_into_force(
    lake: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = workshop.Workshop.write_sorted

    def wrong(self: workshop.Workshop, table: object, paths: list[str]) -> Path:
        path = written(self, table, paths)  # type: ignore[arg-type]
        found = pq.read_table(path)
        pq.write_table(found.take([0] * len(found)), path)
        return path

    monkeypatch.setattr(workshop.Workshop, "write_sorted", wrong)
    with pytest.raises(CompactionError, match="are not those of the parts"):
        compact(lake)
    assert contained(lake) == (0, 0)


@pytest.mark.parametrize("steps", [(7, 4), pytest.param((1, 1), marks=pytest.mark.slow)])
def test_a_lake_is_whole_wherever_a_compaction_is_stopped(
    tmp_path: Path, steps: tuple[int, int]
) -> None:
    """A first compaction, and one that replaces files and removes others."""
    first, second = (few_tables(tmp_path / name) for name in ("first", "second"))
    compact(second)
    late_run(second)
    grace = timedelta(0)
    for start, step in zip((first, second), steps, strict=True):
        expected, whole = rows(start, FEW), copied(start, tmp_path / f"whole-{start.root.name}")
        compact(whole, grace=grace)
        history = rows(whole, [*FEW, *HISTORY])
        assert all(history.values())
        writes = 0
        while True:
            folder = copied(start, tmp_path / f"{start.root.name}-{writes}")
            stopping = StoppingFolder(folder.root, [writes])
            try:
                compact(stopping, grace=grace)
            except StoppedError:
                assert rows(folder, FEW) == expected
                compact(folder, grace=grace)
            assert rows(folder, [*FEW, *HISTORY]) == history
            assert set(folder.keys()) == set(whole.keys())
            shutil.rmtree(folder.root)
            if stopping.left[0]:
                break
            writes += step
        assert writes > 10


def test_old_files_stay_for_a_grace_time_and_never_go_while_they_are_in_force(lake: Folder) -> None:
    compact(lake)
    old = in_force(lake).keys()
    late_run(lake)
    compact(lake, LATER)
    assert old <= set(lake.keys(COMPACTED_PREFIX))
    compact(lake, LATER + timedelta(days=1, seconds=-1))
    assert old <= set(lake.keys(COMPACTED_PREFIX))
    compact(lake, LATER + timedelta(days=1))
    now = in_force(lake)
    assert set(lake.keys(COMPACTED_PREFIX)) == {*now.keys(), IN_FORCE_KEY}
    assert not old & now.keys()
    assert (now.retired, now.removing) == ({}, ())


def test_what_never_came_into_force_is_removed_after_a_grace_time(lake: Folder) -> None:
    compact(lake)
    left = compacted_key("tracks", generation("2026-11", "0" * 32))
    lake.put_new(left, b"synthetic")
    compact(lake, LATER)
    compact(lake, LATER + timedelta(hours=23))
    assert lake.size(left) is not None
    compact(lake, LATER + timedelta(hours=24))
    assert lake.size(left) is None
    assert not lake.path(left).parent.exists()


def test_of_two_compactions_at_once_one_leaves_the_month_to_the_other(lake: Folder) -> None:
    class Overtaken(Folder):
        """A folder in which another compaction is faster."""

        def replace(self, key: str, body: bytes, held: str | None) -> bool:
            if not in_force(lake).months:
                compact(lake)
            return super().replace(key, body, held)

    before = rows(lake)
    found = compact(Overtaken(lake.root))
    assert found == ["2026-11 new (not in force)"]
    assert rows(lake) == before
    assert contained(lake) == (1, 4)


def test_a_month_that_changes_while_it_is_compacted_is_left_to_the_next_compaction(
    lake: Folder,
) -> None:
    class Overwritten(Folder):
        """A folder in which a part is overwritten before the list of marks is put."""

        def put_new(self, key: str, body: bytes) -> bool:
            overwrite_files(lake, PARTS[0], CHANGED)
            overwrite_mark(lake, PARTS[0], CHANGED)
            return super().put_new(key, body)

    assert compact(Overwritten(lake.root))[0] == "2026-11 new (not in force)"
    after = rows(lake)
    compact(lake)
    assert rows(lake) == after
    assert contained(lake) == (1, 4)


def test_nothing_comes_into_force_that_is_being_removed(lake: Folder) -> None:
    compact(lake)
    key = in_force(lake).months["2026-11"].marks
    lake.overwrite(IN_FORCE_KEY, encode_in_force(InForce(removing=(key,))))
    before = rows(lake)
    assert compact(lake) == ["2026-11 new (not in force)"]
    assert lake.size(key) is None
    assert compact(lake) == ["2026-11 new", "history 2026-11"]
    assert rows(lake) == before


def test_what_would_be_compacted_is_told_without_a_write(lake: Folder) -> None:
    before = objects(lake)
    (plan,) = Compaction(lake, held_tables(lake), LATER).plans()
    assert (plan.month, plan.days, len(plan.marks), plan.why) == ("2026-11", tuple(DAYS), 4, "new")
    assert objects(lake) == before
