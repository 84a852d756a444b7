"""What has expired leaves a lake, and nothing else does. All data is synthetic."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from compacting import compact, in_force, rows
from growing_lakes import Growth, QuickFolder, Runs
from historical_lakes import commit_run, read, unchanged
from landed import entry

from playlake_contracts.keys import RETENTION_KEY, RawKey, table_prefix
from playlake_contracts.retention import KeptDays
from playlake_contracts.runs import RunId
from playlake_contracts.tables import TABLES
from playlake_lake.check import check_mark
from playlake_lake.identity import make_lake
from playlake_lake.marks import mark_keys
from playlake_lake.retention.expire import Expired, Retention, begin_look
from playlake_lake.retention.expired import expired_days, held_days
from playlake_lake.tables import query

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from playlake_lake.folder import Folder

FIRST = datetime(2026, 11, 1, 6, tzinfo=UTC)
NOON = timedelta(hours=6)


@pytest.fixture
def lake(tmp_path: Path) -> Folder:
    """A lake with a run on each of five days, each with a snapshot of one playlist."""
    folder, _ = make_lake(tmp_path / "lake")
    for day in range(5):
        commit_run(folder, FIRST + timedelta(days=day), [read("p", [entry(day)])])
    return folder


def look(folder: Folder, days: int, after: int) -> Expired:
    """Look at a lake at noon, so many days after the first one."""
    now = FIRST + timedelta(days=after) + NOON
    return Retention(folder, KeptDays({"spotify": days}), now).run()


def days_of(folder: Folder, table: str = "playlist_items") -> list[int]:
    """The days of the month that a table has rows of."""
    found = query(folder, f"SELECT DISTINCT snapshot_date FROM {table} ORDER BY 1").rows
    return [date.fromisoformat(day).day for (day,) in found]


def keys_of_day(folder: Folder, day: int) -> list[str]:
    """The keys of all objects of a day of the month."""
    return [key for key in folder.keys("") if f"=2026-11-{day:02}/" in key]


def test_rows_leave_at_once_and_files_at_the_next_look(lake: Folder) -> None:
    kept = {day: keys_of_day(lake, day) for day in range(3, 6)}
    found = look(lake, days=3, after=4)
    # Of two days: each has a part and a manifest, and each of these a commit mark.
    assert (found.hidden, found.removed) == (4, 8)
    assert days_of(lake) == [3, 4, 5]
    assert all("/loads/" not in key and "raw/" not in key for key in keys_of_day(lake, 1))
    assert keys_of_day(lake, 1)
    found = look(lake, days=3, after=4)
    assert found.hidden == 0
    assert found.removed > 0
    assert keys_of_day(lake, 1) == keys_of_day(lake, 2) == []
    assert {day: keys_of_day(lake, day) for day in kept} == kept
    assert look(lake, days=3, after=4) == Expired()


@pytest.mark.parametrize(("days", "left"), [(1, [5]), (4, [2, 3, 4, 5]), (5, [1, 2, 3, 4, 5])])
def test_a_day_is_kept_for_as_many_days_as_said(lake: Folder, days: int, left: list[int]) -> None:
    look(lake, days, after=4)
    assert days_of(lake) == left


def test_no_folder_is_left_of_a_day(lake: Folder) -> None:
    look(lake, days=3, after=4)
    look(lake, days=3, after=4)
    folders = [path for path in lake.root.rglob("*=*") if path.is_dir()]
    assert folders
    assert not [path for path in folders if not any(path.iterdir())]
    assert not [path for path in folders if "2026-11-01" in path.name]


def test_a_source_that_is_kept_for_ever_stays(lake: Folder) -> None:
    before = list(lake.keys())
    now = FIRST + timedelta(days=4000)
    assert Retention(lake, KeptDays(), now).run() == Expired()
    assert Retention(lake, KeptDays({"listenbrainz": 1}), now).run() == Expired()
    assert [key for key in lake.keys("") if key != RETENTION_KEY] == before


def test_another_source_of_the_same_day_stays(lake: Folder) -> None:
    run_id = RunId.derive("youtube", FIRST)
    other = RawKey.of_part("youtube", run_id, 0)
    own = [other.curated("playlist_items"), other.curated("loads"), str(other), other.rejected]
    for key in own:
        lake.put_new(key, b"synthetic")
    for _ in range(2):
        look(lake, days=3, after=4)
    assert [key for key in own if lake.size(key) is None] == []
    assert held_days(lake) == {
        "spotify": ["2026-11-03", "2026-11-04", "2026-11-05"],
        "youtube": ["2026-11-01"],
    }


def test_records_of_rejects_and_failures_go_as_well(lake: Folder) -> None:
    key = RawKey.of_part("spotify", RunId.derive("spotify", FIRST), 7)
    for record in (key.rejected, key.failure(1)):
        lake.put_new(record, b"synthetic")
    look(lake, days=3, after=4)
    assert not [each for each in lake.keys("") if each.startswith(("rejected/", "failures/"))]


def test_what_is_no_day_is_left_alone(lake: Folder) -> None:
    strange = ["curated/playlists/day=2026-1-1/spotify.x.parquet", "raw/source=spotify/notes/a.txt"]
    for key in strange:
        lake.put_new(key, b"somebody's own")
    look(lake, days=1, after=400)
    look(lake, days=1, after=400)
    assert all(lake.size(key) is not None for key in strange)


class StoppedError(Exception):
    """The process dies."""


@dataclass(frozen=True, slots=True)
class Dying(QuickFolder):
    """A folder whose process dies after so many removals."""

    left: list[int] = field(default_factory=list)

    def remove_for_good(self, keys: Iterable[str]) -> None:
        for key in keys:
            if self.left[0] == 0:
                raise StoppedError
            self.left[0] -= 1
            QuickFolder.remove_for_good(self, [key])


def test_a_look_that_dies_at_any_moment_is_gone_on_with(lake: Folder, tmp_path: Path) -> None:
    expected = sorted(key for day in (3, 4, 5) for key in keys_of_day(lake, day))
    died = 0
    while True:
        root = tmp_path / f"copy{died}"
        shutil.copytree(lake.root, root)
        try:
            look(Dying(root, [died]), days=3, after=4)
        except StoppedError:
            died += 1
        else:
            break
        copy = QuickFolder(root)
        # Whatever is in the tables is whole.
        assert [
            p
            for mark in mark_keys(copy)
            for p in check_mark(copy, mark)
            if "raw" not in p.object_key
        ] == []
        look(copy, days=3, after=4)
        look(copy, days=3, after=4)
        assert [key for key in copy.keys("") if "=2026-11-" in key] == expected
    assert died == 8


def test_compaction_lets_go_of_what_has_expired(lake: Folder) -> None:
    compact(lake)
    look(lake, days=3, after=4)
    assert days_of(lake) == [3, 4, 5]
    expected = rows(lake)
    look(lake, days=3, after=4)
    assert compact(lake) == ["2026-11 parts gone: 4", "history 2026-11"]
    assert rows(lake) == expected
    assert min(row[0] for row in query(lake, "SELECT first_seen_at FROM memberships").rows).day == 3
    look(lake, days=1, after=40)
    look(lake, days=1, after=40)
    compact(lake)
    assert in_force(lake).months == {}
    assert sum(each.total() for each in rows(lake).values()) == 0


def test_a_playlist_that_is_unchanged_since_a_day_that_has_expired_is_still_observed(
    tmp_path: Path,
) -> None:
    """Its contents are not known any more; that it was there is."""
    folder, _ = make_lake(tmp_path / "lake")
    run = commit_run(folder, FIRST, [read("p", [entry(1)])])
    for day in range(1, 5):
        commit_run(folder, FIRST + timedelta(days=day), outcomes=[unchanged("p", run)])
    look(folder, days=2, after=4)
    compact(folder)
    assert days_of(folder) == []
    assert len(query(folder, "SELECT * FROM run_outcomes").rows) == 2


@dataclass
class Catalog:
    """The partitions of a catalog, as the transformer registers them."""

    registered: dict[str, set[str]] = field(
        default_factory=lambda: {name: set() for name in TABLES}
    )

    def days(self, table: str) -> set[str]:
        return set(self.registered[table])

    def drop(self, table: str, days: Collection[str]) -> None:
        self.registered[table] -= set(days)

    def register(self, folder: Folder, day: str) -> None:
        for table, days in self.registered.items():
            if f"day={day}" in folder.folders(table_prefix(table)):
                days.add(day)


def test_four_hundred_days(tmp_path: Path) -> None:
    """A run a day of three playlists, a look a day, and a compaction each 25 days."""
    made, _ = make_lake(tmp_path / "lake")
    folder, catalog = QuickFolder(made.root), Catalog()
    growth, kept = Growth(days=400, playlists=3, entries=4), KeptDays({"spotify": 30})
    runs, first = Runs(folder, growth), ""
    for number, at in enumerate(growth.runs()):
        runs.land(at)
        today = at.date().isoformat()
        catalog.register(folder, today)
        Retention(folder, kept, at + NOON, catalog).run()
        first = (at - timedelta(days=min(number, 29))).date().isoformat()
        if number % 25 == 24:
            compact(folder, at + NOON)
        marks = {key.split("day=")[1][:10] for key in mark_keys(folder)}
        assert (min(marks), max(marks), len(marks)) == (first, today, min(number, 29) + 1)
        for table, days in catalog.registered.items():
            held = {name.removeprefix("day=") for name in folder.folders(table_prefix(table))}
            assert days == held
            # The files of the day that has just expired are there until the next look.
            assert len(held) <= len(marks) + 1
        if number % 80 == 79:
            assert_sound(folder, first)
    assert_sound(folder, first)
    assert len(held_days(folder)["spotify"]) == 30


def assert_sound(folder: Folder, first: str) -> None:
    """Check that every query sees the kept days alone, and that all that is committed is there."""
    tables = [*TABLES, "changes", "memberships", "timeline"]
    selects = [f"SELECT '{name}' AS t, count(*) FROM {name}" for name in tables]
    counts = dict(query(folder, " UNION ALL ".join(selects)).rows)
    assert min(counts[name] for name in ("playlist_items", "run_outcomes", "loads")) > 30
    assert counts["memberships"] > 0
    oldest = [
        query(folder, f"SELECT min(snapshot_date) FROM {name}").rows[0][0]
        for name in ("playlist_items", "run_outcomes", "loads")
    ]
    assert {str(each) for each in oldest} == {first}
    marks = mark_keys(folder)
    assert [problem for mark in marks for problem in check_mark(folder, mark)] == []


def test_of_several_processes_one_looks(lake: Folder) -> None:
    now = FIRST + timedelta(days=9)
    assert begin_look(lake, now) is not None
    assert begin_look(lake, now + timedelta(hours=19)) is None
    assert begin_look(lake, now + timedelta(hours=21)) is not None
    # A clock that went back does not stop it for ever.
    assert begin_look(lake, now - timedelta(days=1)) is not None


@dataclass(frozen=True, slots=True)
class Counting(QuickFolder):
    """A folder that counts its lists."""

    listed: list[str] = field(default_factory=list)

    def versions(self, prefix: str) -> dict[str, str]:
        self.listed.append(prefix)
        return QuickFolder.versions(self, prefix)


def test_a_look_lists_no_day_that_was_clean_before(lake: Folder) -> None:
    """Days of a source that is kept for ever are there for ever."""
    counting = Counting(lake.root)
    for day in range(5):
        commit = RawKey.of_part("youtube", RunId.derive("youtube", FIRST + timedelta(days=day)), 0)
        lake.put_new(commit.curated("loads"), b"synthetic")
    for _ in range(2):
        look(counting, days=3, after=4)
    assert any("day=2026-11-01" in prefix for prefix in counting.listed)
    counting.listed.clear()
    look(counting, days=3, after=5)
    assert {prefix.split("=")[-1] for prefix in counting.listed} == {"2026-11-03/"}
    # What somebody lands late for such a day is seen.
    commit_run(lake, FIRST, [read("late", [entry(1)])])
    look(counting, days=3, after=5)
    look(counting, days=3, after=5)
    assert held_days(lake)["spotify"] == ["2026-11-04", "2026-11-05"]
    assert [key for key in keys_of_day(lake, 1) if "/spotify." in key] == []


def test_what_would_expire_is_listed_and_nothing_is_changed(lake: Folder) -> None:
    before = list(lake.keys())
    now = FIRST + timedelta(days=4) + NOON
    found = list(expired_days(lake, KeptDays({"spotify": 3}), now))
    assert [(each.day, len(each.raw), len(each.marks)) for each in found] == [
        ("2026-11-01", 2, 2),
        ("2026-11-02", 2, 2),
    ]
    assert all(each.hidden == [] for each in found)
    assert list(lake.keys()) == before
