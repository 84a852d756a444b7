"""A history is read from the committed files of a lake in a folder. All lakes are synthetic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from historical_lakes import commit_run, failed, read, unchanged
from landed import bad_entry, entry

from playlake_contracts.outcomes import Outcome
from playlake_lake.days import Days
from playlake_lake.errors import DamagedLakeError, QueryError
from playlake_lake.history import Entry, History, fold
from playlake_lake.history.folder_records import FolderRecords
from playlake_lake.history.reading import Held, contents_at, observation_of, observations
from playlake_lake.history.records import Playlist, RunRecord, Title
from playlake_lake.identity import make_lake
from playlake_lake.marks import day_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from playlake_lake.days import SomeDays
    from playlake_lake.folder import Folder
    from playlake_lake.history import Contents

ONE = Playlist("spotify", "it's one")
FIRST = datetime(2026, 11, 21, 6, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path: Path) -> Folder:
    return make_lake(tmp_path / "lake")[0]


def day(number: int) -> datetime:
    return FIRST + timedelta(days=number)


def history(folder: Folder, playlist: Playlist = ONE) -> History:
    return fold(observations(FolderRecords(folder), playlist))


def held(folder: Folder, when: datetime, playlist: Playlist = ONE) -> Held | None:
    return contents_at(FolderRecords(folder), playlist, when)


def numbers(contents: Contents) -> list[int]:
    """The numbers of the tracks."""
    return [int((entry.identity or "").removeprefix("id:track")) for entry in contents]


def now(folder: Folder, playlist: Playlist = ONE) -> list[int]:
    return numbers(history(folder, playlist).state.contents)


def then(folder: Folder, when: datetime, playlist: Playlist = ONE) -> list[int] | None:
    found = held(folder, when, playlist)
    return None if found is None else numbers(found.contents)


def test_a_lake_without_the_playlist_has_no_history_of_it(lake: Folder) -> None:
    assert history(lake).timeline == ()
    assert then(lake, FIRST) is None
    commit_run(lake, FIRST, [read("another", [entry(1)])])
    assert history(lake).timeline == ()
    assert then(lake, day(1)) is None


def test_entries_are_those_of_the_table(lake: Folder) -> None:
    commit_run(lake, FIRST, [read(ONE.id, [entry(2), entry(1)])])
    (observation,) = observations(FolderRecords(lake), ONE)
    assert observation.contents is not None
    assert observation.contents[0] == Entry(
        "id:track00000000000000002",
        datetime(2026, 1, 1, tzinfo=UTC),
        None,
        "track",
        "Track 2",
        "Artist 0",
    )
    assert observation.instant.at == FIRST + timedelta(seconds=7)
    assert observation.metadata is not None
    assert observation.metadata.name == "Playlist it's one"
    assert observation.instant.at.tzinfo is UTC


def test_an_entry_that_could_not_be_read_is_a_hole(lake: Folder) -> None:
    commit_run(lake, FIRST, [read(ONE.id, [entry(1), entry(2)])])
    broken = {"added_at": "2026-01-01T00:00:00Z", "item": "no object"}
    commit_run(lake, day(1), [read(ONE.id, [entry(1), broken])])
    assert history(lake).changes == ()
    found = held(lake, day(2))
    assert found is not None
    assert [one.is_hole for one in found.contents] == [False, True]
    commit_run(lake, day(2), [read(ONE.id, [entry(1), bad_entry()])])
    assert now(lake) == [1, 99]


def test_playlists_are_told_apart(lake: Folder) -> None:
    other = Playlist("spotify", "other")
    commit_run(lake, FIRST, [read(ONE.id, [entry(1)]), read(other.id, [entry(2)])])
    assert (now(lake), now(lake, other)) == ([1], [2])
    assert then(lake, day(1), other) == [2]
    assert then(lake, day(1), Playlist("elsewhere", ONE.id)) is None


def test_an_empty_playlist_is_contents(lake: Folder) -> None:
    commit_run(lake, FIRST, [read(ONE.id, [entry(1)])])
    empty = commit_run(lake, day(1), [read(ONE.id, [])])
    assert [stay.first_missing is None for stay in history(lake).memberships] == [False]
    commit_run(lake, day(2), outcomes=[unchanged(ONE.id, empty)])
    assert then(lake, day(3)) == []


def test_only_committed_parts_count_and_a_manifest_is_not_needed(lake: Folder) -> None:
    commit_run(lake, FIRST, [read(ONE.id, [entry(1)])], has_manifest=False)
    commit_run(lake, day(1), [read(ONE.id, [entry(2)])], has_marks=False)
    assert now(lake) == [1]
    assert then(lake, day(2)) == [1]


def test_a_landed_snapshot_whose_part_is_not_committed_asserts_nothing(lake: Folder) -> None:
    commit_run(lake, FIRST, [read(ONE.id, [entry(1)])])
    run = commit_run(lake, day(1), [read(ONE.id, [entry(2)])])
    lake.remove(f"curated/loads/day=2026-11-22/spotify.{run}.part-0000.parquet")
    assert now(lake) == [1]
    assert [row.silent for row in history(lake).timeline] == [1]
    assert then(lake, day(2)) == [1]


def test_an_incomplete_snapshot_asserts_nothing(lake: Folder) -> None:
    commit_run(lake, FIRST, [read(ONE.id, [entry(1)])])
    torn = commit_run(lake, day(1), [read(ONE.id, [entry(2)], complete=False)])
    commit_run(lake, day(2), outcomes=[unchanged(ONE.id, torn)])
    assert now(lake) == [1]
    assert then(lake, day(3)) == [1]
    assert [(row.silent, row.unresolved) for row in history(lake).timeline] == [(2, 1)]


def test_a_lost_file_is_an_error_and_not_a_missing_entry(lake: Folder) -> None:
    run = commit_run(lake, FIRST, [read(ONE.id, [entry(1)])])
    lake.remove(f"curated/playlist_items/day=2026-11-21/spotify.{run}.part-0000.parquet")
    with pytest.raises(DamagedLakeError, match="is missing though it was committed"):
        history(lake)
    with pytest.raises(DamagedLakeError, match="is missing though it was committed"):
        held(lake, day(1))


def test_a_lake_without_the_tables_says_so(tmp_path: Path) -> None:
    folder, _ = make_lake(tmp_path / "lake", tables=["playlists", "playlist_items"])
    with pytest.raises(QueryError, match="pull run_outcomes as well"):
        history(folder)


def test_contents_are_those_of_the_last_run_until_the_moment(lake: Folder) -> None:
    for number in range(5):
        commit_run(lake, day(number), [read(ONE.id, [entry(number)])])
    answered = timedelta(seconds=7)
    assert then(lake, FIRST) is None
    assert then(lake, FIRST + answered) == [0]
    assert then(lake, day(3)) == [2]
    assert then(lake, day(3) + answered) == [3]
    elsewhere = timezone(timedelta(hours=-10))  # where it is still the day before
    assert then(lake, (FIRST + answered).astimezone(elsewhere)) == [0]
    assert then(lake, day(400)) == [4]


def test_unchanged_holds_the_contents_of_its_run_however_old(lake: Folder) -> None:
    old = commit_run(lake, FIRST, [read(ONE.id, [entry(1)])])
    commit_run(lake, day(100), [read(ONE.id, [entry(2)])])
    commit_run(lake, day(200), outcomes=[unchanged(ONE.id, old)])
    assert then(lake, day(150)) == [2]
    found = held(lake, day(201))
    assert found is not None
    assert (numbers(found.contents), found.contents_of) == ([1], old)
    assert found.seen.at == day(200) + timedelta(minutes=1)


def test_unchanged_since_a_run_that_is_lost_leaves_what_was_before(lake: Folder) -> None:
    commit_run(lake, FIRST, [read(ONE.id, [entry(1)])])
    lost = "20260101T060000Z-aaaaaa"
    for number in range(1, 9):
        commit_run(lake, day(number), outcomes=[unchanged(ONE.id, lost)])
    assert then(lake, day(9)) == [1]
    assert now(lake) == [1]


def test_gone_is_said_beside_the_contents(lake: Folder) -> None:
    commit_run(lake, FIRST, [read(ONE.id, [entry(1)])])
    commit_run(lake, day(1), outcomes=[failed(ONE.id, Outcome.GONE)])
    commit_run(lake, day(2), outcomes=[failed(ONE.id, Outcome.TORN)])
    assert [
        found is not None and found.is_gone
        for found in (held(lake, day(1)), held(lake, day(2)), held(lake, day(3)))
    ] == [False, True, True]


def test_a_long_run_of_the_day_before_is_not_overlooked(lake: Folder) -> None:
    for number in (-2, -1, 2, 3):
        commit_run(lake, day(number), outcomes=[failed(ONE.id, Outcome.TORN)])
    late = timedelta(hours=23)
    commit_run(lake, FIRST, [read(ONE.id, [entry(1)], after=late)], lasting=late)
    commit_run(lake, day(1) - timedelta(hours=5), [read(ONE.id, [entry(2)])])
    assert then(lake, day(4)) == [1]
    assert now(lake) == [1]


def test_looking_back_opens_no_file_of_older_days(lake: Folder) -> None:
    for number in range(6):
        commit_run(lake, day(number), [read(ONE.id, [entry(number)])])
    for key in list(lake.keys("curated/")):
        if day_of(key) < "2026-11-23":
            lake.overwrite(key, b"no Parquet")
    assert then(lake, day(4)) == [3]
    with pytest.raises(QueryError):
        then(lake, day(2))


class Counted:
    """Records of a lake of many days, of which it counts those that are asked for."""

    def __init__(self, days: int, seen: str) -> None:
        self.all = [day(number).date().isoformat() for number in range(days)]
        self.seen, self.asked = seen, 0

    def days(self) -> list[str]:
        return self.all

    def runs(self, _playlist: Playlist, days: SomeDays) -> list[RunRecord]:
        assert not isinstance(days, Days)
        self.asked += len(days)
        return []

    def contents(self, _playlist: Playlist, _run_ids: Collection[str]) -> Mapping[str, Contents]:
        return {}

    def titles(
        self, _source: str, _identities: Collection[str], _until: datetime
    ) -> Mapping[str, Title]:
        return {}


def test_a_playlist_that_was_never_seen_is_looked_for_once_on_each_day() -> None:
    records = Counted(1_000, "")
    assert contents_at(records, ONE, day(2_000)) is None
    assert records.asked == 1_000


def test_a_month_is_read_with_the_snapshots_that_it_refers_to(lake: Folder) -> None:
    old = commit_run(lake, FIRST, [read(ONE.id, [entry(1)])])
    commit_run(lake, day(10), [read(ONE.id, [entry(2)])])
    commit_run(lake, day(11), outcomes=[unchanged(ONE.id, old)])
    records = FolderRecords(lake)
    before = fold(observations(records, ONE, Days(None, "2026-11-30")))
    assert [stay.entry.name for stay in before.memberships] == ["Track 1"]
    after = fold(observations(records, ONE, Days("2026-12-01")), before.state)
    assert after.state == history(lake).state
    assert len(after.changes) == 4


def test_a_record_that_says_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="the record of run r has neither"):
        observation_of(RunRecord("r", None, None), {})
