"""The history of a lake is that of the stand-in's world, cell by cell, over ten days. Synthetic."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pytest
from world_lakes import Day, WorldLake, added, identity_of

from playlake_lake.days import Days
from playlake_lake.history import History, State, fold
from playlake_lake.history.folder_records import FolderRecords
from playlake_lake.history.reading import contents_at, observations
from playlake_lake.history.records import Playlist as Key
from playlake_lake.history.rows import ChangeRow, MembershipRow, TimelineRow
from playlake_lake.identity import make_lake
from playlake_sandbox.world.library import Library, Playlist

if TYPE_CHECKING:
    from collections.abc import Iterator

DAYS: Final = 10
LIBRARY: Final = Library(seed=11, largest=150)
PLAYLISTS: Final = [LIBRARY.playlist(number) for number in LIBRARY.followed]
Cells = tuple[object, ...]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> WorldLake:
    folder, _ = make_lake(tmp_path_factory.mktemp("world") / "lake", synthetic=True)
    made = WorldLake(folder, LIBRARY)
    made.fill(DAYS)
    return made


@pytest.fixture(params=PLAYLISTS, ids=lambda playlist: f"{playlist.number}")
def playlist(request: pytest.FixtureRequest) -> Playlist:
    found: Playlist = request.param
    return found


def key(playlist: Playlist) -> Key:
    return Key("spotify", playlist.id)


@pytest.fixture(scope="module")
def histories(lake: WorldLake) -> dict[str, History]:
    records = FolderRecords(lake.folder)
    return {playlist.id: fold(observations(records, key(playlist))) for playlist in PLAYLISTS}


@pytest.fixture
def history(histories: dict[str, History], playlist: Playlist) -> History:
    return histories[playlist.id]


def asserted(lake: WorldLake, playlist: Playlist) -> list[Day]:
    """The days that show contents."""
    return [day for day in lake.days[playlist.id] if day.slots is not None]


def at(day: Day | None) -> Cells:
    return (None, None) if day is None else (day.at, day.run_id)


def true_memberships(lake: WorldLake, playlist: Playlist) -> Iterator[Cells]:
    """A membership for each slot, in the order in which they are numbered."""
    days = asserted(lake, playlist)
    is_gone = any(day.is_gone for day in lake.days[playlist.id] if day.at > days[-1].at)
    seen: set[int] = set()
    copies: Counter[str | None] = Counter()
    for first, day in enumerate(days):
        for position, slot in enumerate(day.slots or ()):
            if slot in seen:
                continue
            seen.add(slot)
            shown = [later for later in days[first:] if slot in (later.slots or ())]
            last = first + len(shown)
            assert shown == days[first:last]  # no slot comes twice
            copies[identity_of(playlist, slot)] += 1
            yield (
                identity_of(playlist, slot),
                copies[identity_of(playlist, slot)],
                *added(playlist, slot),
                *at(days[first - 1] if first else None),
                *at(day),
                *at(shown[-1]),
                *at(days[last] if last < len(days) else None),
                position,
                (shown[-1].slots or ()).index(slot),
                0,
                False if last < len(days) else None if is_gone else True,
            )


def true_changes(lake: WorldLake, playlist: Playlist) -> Iterator[Cells]:
    before: Day | None = None
    is_gone = False
    for day in lake.days[playlist.id]:
        if day.is_gone and not is_gone:
            is_gone = True
            yield "gone", *at(day), *at(before), None, None, None
        if day.slots is None:
            continue
        if is_gone:
            is_gone = False
            yield "returned", *at(day), *at(before), None, None, None
        old, new = () if before is None else before.slots or (), day.slots
        for position, slot in enumerate(old):
            if slot not in new:
                what = identity_of(playlist, slot)
                yield "removed", *at(day), *at(before), what, position, None
        for position, slot in enumerate(new):
            if before is not None and slot not in old:
                what = identity_of(playlist, slot)
                yield "added", *at(day), *at(before), what, None, position
        before = day


def test_the_world_has_what_the_comparison_is_for(lake: WorldLake) -> None:
    kinds = Counter(change[0] for playlist in PLAYLISTS for change in true_changes(lake, playlist))
    assert min(kinds[kind] for kind in ("added", "removed", "gone", "returned")) >= 4
    runs = [day for days in lake.days.values() for day in days]
    assert sum(day.landed not in {None, day.run_id} for day in runs) >= 10


def test_memberships_are_those_of_the_world(
    lake: WorldLake, playlist: Playlist, history: History
) -> None:
    rows = [MembershipRow.of(key(playlist), stay) for stay in history.memberships]
    found = [
        (
            row.identity,
            row.copy,
            row.added_at,
            row.added_by,
            row.last_missing_at,
            row.last_missing_run_id,
            row.first_seen_at,
            row.first_seen_run_id,
            row.last_seen_at,
            row.last_seen_run_id,
            row.first_missing_at,
            row.first_missing_run_id,
            row.first_position,
            row.last_position,
            row.times_readded,
            row.still_there,
        )
        for row in rows
    ]
    assert sorted(found, key=str) == sorted(true_memberships(lake, playlist), key=str)
    assert {(row.source, row.playlist_id) for row in rows} <= {("spotify", playlist.id)}


def test_changes_are_those_of_the_world(
    lake: WorldLake, playlist: Playlist, history: History
) -> None:
    rows = [ChangeRow.of(key(playlist), change) for change in history.changes]
    found = [
        (
            row.change,
            row.seen_at,
            row.run_id,
            row.since_at,
            row.since_run_id,
            row.identity,
            row.from_position,
            row.to_position,
        )
        for row in rows
    ]
    assert found == list(true_changes(lake, playlist))


def test_contents_on_every_day_are_those_of_the_world(lake: WorldLake, playlist: Playlist) -> None:
    records = FolderRecords(lake.folder)
    before, is_gone = None, False
    for day in lake.days[playlist.id]:
        is_gone = day.is_gone or (is_gone and day.slots is None)
        before = before if day.slots is None else day
        held = contents_at(records, key(playlist), day.at + timedelta(hours=1))
        if before is None:
            assert held is None
            continue
        assert held is not None
        assert [(entry.identity, entry.added_at, entry.added_by) for entry in held.contents] == [
            (identity_of(playlist, slot), *added(playlist, slot)) for slot in before.slots or ()
        ]
        assert (*held.seen, held.contents_of) == (*at(before), before.landed)
        assert held.is_gone == is_gone


def test_the_timeline_has_a_row_for_each_state_of_the_world(
    lake: WorldLake, playlist: Playlist, history: History
) -> None:
    expected: list[list[object]] = []
    state: object = None
    for day in lake.days[playlist.id]:
        now = "gone" if day.is_gone else day.slots
        if now is not None and now != state:
            state = now
            entries = None if day.slots is None else len(day.slots)
            expected.append(["gone" if day.is_gone else "there", *at(day), *at(day), entries, 0])
        if not expected:
            expected.append(["unknown", *at(day), *at(day), None, 0])
        if now is not None or expected[-1][0] == "unknown":
            expected[-1][3:5] = at(day)
        expected[-1][-1] = int(str(expected[-1][-1])) + 1
    rows = [TimelineRow.of(key(playlist), one) for one in history.timeline]
    assert [
        [
            row.standing,
            row.first_at,
            row.first_run_id,
            row.last_at,
            row.last_run_id,
            row.entries,
            row.runs,
        ]
        for row in rows
    ] == expected


def test_pieces_of_days_with_checkpoints_are_the_whole(
    lake: WorldLake, playlist: Playlist, history: History
) -> None:
    records, state = FolderRecords(lake.folder), State()
    days = records.days()
    for first, end in pairwise([0, 3, 7, DAYS]):
        piece = observations(records, key(playlist), Days(days[first], days[end - 1]))
        state = fold(piece, State.from_bytes(state.to_bytes())).state
    assert state == history.state
