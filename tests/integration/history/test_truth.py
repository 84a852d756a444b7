"""The history of a lake is that of the stand-in's world, cell by cell, over sixty days.

The extractor read the world and the transformer made the lake, with all that can go wrong:
`world_runs` says what. `true_history` says what must come of it, and by which rules. All synthetic.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import astuple, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
from compacting import HISTORY
from true_history import Found, TrueHistory
from world_runs import DAYS, FIRST, LATE_UNTIL, SOURCE, WorldRuns, world_runs
from world_truth import held_at, true_runs

from playlake.lakes.folder import FolderLake
from playlake.lakes.queries import named_queries
from playlake.project import Project
from playlake_lake.history import fold
from playlake_lake.history.folder_records import FolderRecords
from playlake_lake.history.reading import contents_at, observations
from playlake_lake.history.records import Playlist
from playlake_lake.history.rows import ChangeRow, MembershipRow, TimelineRow
from playlake_lake.identity import make_lake
from playlake_lake.tables import query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from true_history import TrueRun

    from playlake_lake.folder import Folder

# Sixty days are lived through before the first test; a busy machine takes its time.
pytestmark = pytest.mark.timeout(300)

Rows = Counter[tuple[Any, ...]]
QUERY: Final = named_queries(Project.find({}).queries)["playlist_at"]
OF_ENTRIES: Final = {"added", "removed", "moved", "readded", "unavailable", "available"}
SOON: Final = timedelta(microseconds=1)


@dataclass
class Compared:
    """The history of a lake at some time, and what it must be.

    Attributes:
        found: the rows of each table, from one fold of all observations of each playlist.
        true: the rows that there must be.
        runs: what the runs say of each playlist.
        checked: how many choices of the history were checked.
    """

    found: dict[str, Rows] = field(default_factory=lambda: defaultdict(Counter))
    true: dict[str, Rows] = field(default_factory=lambda: defaultdict(Counter))
    runs: dict[str, list[TrueRun]] = field(default_factory=dict)
    checked: Counter[str] = field(default_factory=Counter)


def compared(made: WorldRuns, playlists: Sequence[str]) -> Compared:
    """Fold the observations of some playlists, and tell what must come of them."""
    both, records = Compared(runs=true_runs(made.folder, made.world)), FolderRecords(made.folder)
    for playlist_id in playlists:
        key = Playlist(SOURCE, playlist_id)
        history = fold(observations(records, key))
        changes = [ChangeRow.of(key, change) for change in history.changes]
        both.found["changes"].update(map(astuple, changes))
        both.found["memberships"].update(
            astuple(MembershipRow.of(key, one)) for one in history.memberships
        )
        both.found["timeline"].update(astuple(TimelineRow.of(key, one)) for one in history.timeline)
        true = TrueHistory.of(key, both.runs[playlist_id], by_run(changes))
        both.true["changes"].update(true.changes)
        both.true["memberships"].update(true.all_memberships())
        both.true["timeline"].update(map(tuple, true.timeline))
        both.checked += true.checked
    return both


def by_run(changes: Sequence[ChangeRow]) -> Mapping[str, list[Found]]:
    """The changes of entries."""
    found: dict[str, list[Found]] = defaultdict(list)
    for row in changes:
        if row.change in OF_ENTRIES:
            found[row.run_id].append(Found(row.change, row.from_position, row.to_position))
    return found


@dataclass
class Lived:
    """A lake after all its days.

    Attributes:
        made: its runs.
        halfway: that of every second playlist while a run was landed and not transformed.
        history: its history at the end.
    """

    made: WorldRuns
    halfway: Compared
    history: Compared

    @property
    def folder(self) -> Folder:
        """The lake."""
        return self.made.folder


def lived(folder: Folder, seed: int, **size: Any) -> Lived:  # noqa: ANN401 - of `world_runs`
    """Live through all days, with a last compaction that leaves nothing open."""
    print(f"seed {seed}")
    halfway = Compared()
    with world_runs(folder, seed, **size) as made:
        for day in made.live():
            if day == LATE_UNTIL - 1:
                halfway = compared(made, made.wanted[::2])
        made.compact(FIRST + timedelta(days=DAYS + 1), margin=timedelta(0))
    return Lived(made, halfway, compared(made, made.wanted))


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """A lake of sixty days."""
    folder, _ = make_lake(tmp_path_factory.mktemp("truth") / "lake", synthetic=True)
    return lived(folder, seed=5)


def test_all_has_happened_that_the_comparison_is_for(lake: Lived) -> None:
    outcomes = Counter(each for run in lake.made.outcomes.values() for each in run.values())
    assert set(outcomes) >= {
        "landed", "unchanged", "gone", "forbidden", "failed", "torn", "rate_limited"
    }  # fmt: skip
    kinds = Counter(row[4] for row in lake.history.true["changes"])
    assert set(kinds) == {
        *OF_ENTRIES, "gone", "returned", "name", "description", "public", "collaborative", "cover"
    }  # fmt: skip
    assert min(kinds.values()) >= 2
    copies = Counter(row[3] for row in lake.history.true["memberships"])
    assert max(copies) >= 4
    assert {row[-1] for row in lake.history.true["memberships"]} == {True, False, None}
    assert lake.history.checked["moves"] > 50
    assert sum(row[-1] for row in lake.halfway.true["timeline"]) > 0, "no run is unresolved"
    assert sum(row[-1] for row in lake.history.true["timeline"]) == 0
    months = [any("history" in each for each in made) for made in lake.made.compacted]
    assert sum(months) >= 3


@pytest.mark.parametrize("table", HISTORY)
def test_the_fold_gives_what_the_world_was(lake: Lived, table: str) -> None:
    assert_same(lake.history.found[table], lake.history.true[table])


@pytest.mark.parametrize("table", HISTORY)
def test_the_fold_gives_it_while_a_run_is_not_transformed_yet(lake: Lived, table: str) -> None:
    assert_same(lake.halfway.found[table], lake.halfway.true[table])


@pytest.mark.parametrize("table", HISTORY)
def test_the_compacted_tables_hold_what_the_world_was(lake: Lived, table: str) -> None:
    rows = query(lake.folder, f"SELECT * FROM {table}").rows
    true = Counter(map(zoneless, lake.history.true[table].elements()))
    assert_same(Counter(map(tuple, rows)), true)


def test_contents_at_every_moment_are_those_of_the_world(lake: Lived) -> None:
    records, compared_cells = FolderRecords(lake.folder), 0
    for playlist_id, runs in lake.history.runs.items():
        for when in moments(runs, every=23):
            found = contents_at(records, Playlist(SOURCE, playlist_id), when)
            run, is_gone = held_at(runs, when)
            if run is None:
                assert found is None, (playlist_id, when)
                continue
            assert found is not None, (playlist_id, when)
            assert [tuple(one)[:6] for one in found.contents] == [
                one[:6] for one in run.entries or ()
            ], (playlist_id, when)
            assert (found.contents_of, *found.seen, found.is_gone) == (
                run.contents_of, run.at, run.run_id, is_gone
            ), (playlist_id, when)  # fmt: skip
            compared_cells += len(found.contents)
    assert compared_cells > 2_000


def test_playlist_at_every_moment_is_the_world(lake: Lived) -> None:
    opened, compared_cells = FolderLake.open(lake.folder.root, lake.folder.root), 0
    for playlist_id, runs in lake.history.runs.items():
        for when in moments(runs, every=11):
            values = QUERY.bind({"playlist": playlist_id, "at": when.isoformat()}, when)
            rows = opened.query(QUERY.sql, values, QUERY.days(values)).rows
            assert rows == list(true_cells(lake, playlist_id, when)), (playlist_id, when)
            compared_cells += len(rows)
    assert compared_cells > 4_000


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(100, 102))
def test_other_worlds_with_more_playlists_have_their_history(tmp_path: Path, seed: int) -> None:
    folder, _ = make_lake(tmp_path / "lake", synthetic=True)
    standing = [number for number in range(12) if number not in {8, 9}]  # others' own
    lake = lived(folder, seed, standing=standing, edited=9)
    for table in HISTORY:
        test_the_fold_gives_what_the_world_was(lake, table)
        test_the_fold_gives_it_while_a_run_is_not_transformed_yet(lake, table)
        test_the_compacted_tables_hold_what_the_world_was(lake, table)
    test_contents_at_every_moment_are_those_of_the_world(lake)
    test_playlist_at_every_moment_is_the_world(lake)


def true_cells(lake: Lived, playlist_id: str, when: datetime) -> Iterator[tuple[Any, ...]]:
    """The rows that `playlist_at` must give."""
    run, _ = held_at(lake.history.runs[playlist_id], when)
    if run is None or run.contents_of is None:
        return
    held = lake.made.world[run.contents_of][playlist_id]
    assert held is not None
    for position, (entry, album) in enumerate(zip(held.entries, held.albums, strict=True)):
        yield (
            position,
            entry.item_type,
            entry.name,
            entry.artist_names,
            album,
            entry.added_at,
            entry.added_by,
            entry.identity,
            playlist_id,
            run.contents_of,
        )


def moments(runs: Sequence[TrueRun], *, every: int) -> list[datetime]:
    """Moments of a history: before it, and at, just before, and between some of its runs."""
    times = sorted(run.at for run in runs)
    kinds = (timedelta(0), -SOON, timedelta(hours=5))
    some = [times[at] + kinds[at % 3] for at in range(len(runs) % every, len(times), every)]
    return [times[0] - SOON, *some, times[-1] + timedelta(days=30)]


def zoneless(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row as queries give it."""
    return tuple(
        each.astimezone(UTC).replace(tzinfo=None) if isinstance(each, datetime) else each
        for each in row
    )


def assert_same(found: Rows, true: Rows) -> None:
    """The rows are the same; shows the first that differ."""
    assert true
    assert sorted((found - true).elements(), key=str)[:3] == []
    assert sorted((true - found).elements(), key=str)[:3] == []
