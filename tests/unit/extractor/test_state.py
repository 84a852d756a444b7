from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from twins.extractor import MemoryStateStore

from playlake_contracts.manifest import Manifest, PlaylistOutcome
from playlake_contracts.outcomes import Outcome
from playlake_contracts.runs import RunId
from playlake_extractor.errors import ConfigurationError, LandingFailedError
from playlake_extractor.run.state import (
    LastSnapshot,
    Seen,
    State,
    add_run,
    decode_state,
    encode_state,
    in_force,
)
from playlake_extractor.run.state_store import load_state, save_run
from playlake_extractor.sources.spotify.quota_groups import QuotaGroup

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tests.unit.extractor.conftest import Clock

    from playlake_extractor.run.definition import Run

WEEK = timedelta(days=7)


def run_of(run: Run, ago: timedelta) -> RunId:
    return RunId.derive("spotify", run.run_id.scheduled_at - ago)


def manifest(
    run_id: RunId,
    at: datetime,
    *playlists: PlaylistOutcome,
    not_before: dict[str, datetime] | None = None,
) -> Manifest:
    return Manifest(
        source="spotify",
        run_id=str(run_id),
        trigger="schedule",
        extractor_version="0.0-test",
        scheduled_at=run_id.scheduled_at,
        started_at=at,
        finished_at=at,
        configured=len(playlists),
        requests=0,
        playlists=list(playlists),
        parts=[],
        not_before=not_before or {},
    )


def landed(playlist_id: str, version: str, *, complete: bool = True) -> PlaylistOutcome:
    return PlaylistOutcome(
        playlist_id=playlist_id,
        outcome=Outcome.LANDED,
        snapshot_id=version,
        complete=complete,
        items_sha256=f"items of {version}",
    )


@pytest.mark.parametrize(
    ("ago", "serves"),
    [
        (timedelta(0), True),
        (WEEK - timedelta(seconds=1), True),
        (WEEK, False),
        (-timedelta(days=1), False),
    ],
)
def test_a_snapshot_serves_for_a_week_of_schedule(
    run: Run, ago: timedelta, *, serves: bool
) -> None:
    weekly = replace(run, refresh_after=WEEK)
    last = LastSnapshot(run_id=str(run_of(run, ago)), snapshot_id="A")
    assert in_force(last, "A", weekly) is serves


def test_another_version_or_none_is_not_in_force(run: Run) -> None:
    weekly = replace(run, refresh_after=WEEK)
    last = LastSnapshot(run_id=str(run.run_id), snapshot_id="A")
    assert not in_force(last, "B", weekly)
    assert not in_force(last, None, weekly)
    assert not in_force(LastSnapshot(run_id=str(run.run_id), snapshot_id=None), None, weekly)
    assert not in_force(None, "A", weekly)


def test_without_a_refresh_interval_nothing_is_in_force(run: Run) -> None:
    assert not in_force(LastSnapshot(run_id=str(run.run_id), snapshot_id="A"), "A", run)


def test_the_state_does_not_depend_on_the_order_in_which_runs_are_added(
    run: Run, clock: Clock
) -> None:
    manifests = [
        manifest(run_of(run, timedelta(days=ago)), clock.now, landed("a", f"A{ago}"), landed(p, p))
        for ago, p in enumerate("bcd")
    ]
    first, *others = [after_all(order) for order in permutations(manifests)]
    assert all(other == first for other in others)
    assert first.playlists["a"].snapshot_id == "A0"
    assert set(first.playlists) == set("abcd")


def test_the_last_reading_and_the_newest_size_do_not_depend_on_the_order_of_runs(
    run: Run, clock: Clock
) -> None:
    read = PlaylistOutcome(playlist_id="a", outcome=Outcome.GONE, total=5)
    left = PlaylistOutcome(playlist_id="a", outcome=Outcome.RATE_LIMITED, total=9)
    unsized = PlaylistOutcome(playlist_id="a", outcome=Outcome.UNCHANGED)
    ids = [run_of(run, timedelta(days=ago)) for ago in (3, 2, 1)]
    manifests = [
        manifest(run_id, clock.now, outcome)
        for run_id, outcome in zip(ids, [unsized, read, left], strict=True)
    ]
    seen = Seen(run_id=str(ids[1]), total=9, total_by=str(ids[2]))
    for order in permutations(manifests):
        assert after_all(order).seen == {"a": seen}


def after_all(manifests: Iterable[Manifest]) -> State:
    state = State()
    for one in manifests:
        state = add_run(state, one)
    return state


def test_an_incomplete_or_unread_playlist_has_no_snapshot_in_force(run: Run, clock: Clock) -> None:
    gone = PlaylistOutcome(playlist_id="b", outcome=Outcome.GONE, snapshot_id="B")
    partial = landed("a", "A", complete=False)
    assert add_run(State(), manifest(run.run_id, clock.now, partial, gone)).playlists == {}


def test_an_unchanged_playlist_keeps_the_run_that_landed_it(run: Run, clock: Clock) -> None:
    before = LastSnapshot(run_id=str(run_of(run, WEEK)), snapshot_id="A")
    unchanged = PlaylistOutcome(playlist_id="a", outcome=Outcome.UNCHANGED, snapshot_id="A")
    state = add_run(State(playlists={"a": before}), manifest(run.run_id, clock.now, unchanged))
    assert state.playlists == {"a": before}


def test_the_later_time_of_a_closed_group_counts_and_a_past_one_is_dropped(
    run: Run, clock: Clock
) -> None:
    hour = timedelta(hours=1)
    state = State(
        not_before={QuotaGroup.ITEMS: clock.now + 2 * hour, QuotaGroup.PLAYLIST: clock.now - hour}
    )
    later = add_run(
        state,
        manifest(
            run.run_id,
            clock.now,
            not_before={"items": clock.now + hour, "listing": clock.now + hour},
        ),
    )
    assert later.not_before == {
        QuotaGroup.ITEMS: clock.now + 2 * hour,
        QuotaGroup.LISTING: clock.now + hour,
    }


def test_a_state_is_read_as_it_was_written(run: Run, clock: Clock) -> None:
    state = State(
        playlists={
            "a": LastSnapshot(run_id=str(run.run_id), snapshot_id="A/b+=", items_sha256="0")
        },
        not_before={QuotaGroup.ITEMS: clock.now},
        mine=["a"],
    )
    assert decode_state(encode_state(state)) == state


def test_before_the_first_run_the_state_is_empty() -> None:
    assert load_state(MemoryStateStore(), "spotify") == State()


class Contended(MemoryStateStore):
    """Another run replaces the state so many times just before this one does."""

    def __init__(self, run: Run, at: datetime, times: int) -> None:
        super().__init__()
        self._run, self._at, self._times = run, at, times

    def replace(self, body: bytes, mark: str | None) -> bool:
        if self._times:
            self._times -= 1
            other = landed(f"other{self._times}", "O")
            before = load_state(self, "spotify")
            after = add_run(before, manifest(self._run.run_id, self._at, other))
            current = None if self.stored is None else self.stored.mark
            assert super().replace(encode_state(after), current)
        return super().replace(body, mark)


def test_runs_that_end_at_the_same_time_store_what_each_found(run: Run, clock: Clock) -> None:
    store = Contended(run, clock.now, times=3)
    save_run(store, manifest(run.run_id, clock.now, landed("a", "A")))
    assert set(load_state(store, "spotify").playlists) == {"a", "other0", "other1", "other2"}


def test_a_state_that_is_always_replaced_ends_with_a_sentence(run: Run, clock: Clock) -> None:
    store = Contended(run, clock.now, times=1000)
    with pytest.raises(LandingFailedError, match="replaced by other runs again and again"):
        save_run(store, manifest(run.run_id, clock.now, landed("a", "A")))


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"[]",
        b'{"schema": "playlake.state/2"}',
        b'{"schema": "playlake.state/1", "playlists": {"a": {"run_id": "x", "snapshot_id": null}}}',
    ],
)
def test_a_state_that_cannot_be_read_ends_the_run_and_is_not_overwritten(stored: bytes) -> None:
    store = MemoryStateStore()
    assert store.replace(stored, None)
    with pytest.raises(ConfigurationError, match=r"state/source=spotify/playlists\.json"):
        load_state(store, "spotify")
    assert store.stored is not None
    assert store.stored.body == stored


@pytest.mark.parametrize("wrong", range(3))
def test_a_state_with_one_wrong_run_id_cannot_be_read(wrong: int) -> None:
    ids = ["20261121T060000Z-wrjkwl", "20261121T060000Z-wrjkwl", "20261120T060000Z-k3x2ab"]
    ids[wrong] = "20260230T060000Z-k3x2ab"
    snapshots = {
        f"playlist {number}": LastSnapshot(run_id=run_id, snapshot_id=None)
        for number, run_id in enumerate(ids)
    }
    with pytest.raises(ValueError, match="'20260230T060000Z-k3x2ab' is not a run id"):
        decode_state(encode_state(State(playlists=snapshots)))
