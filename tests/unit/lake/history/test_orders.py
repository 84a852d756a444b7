"""The history does not depend on the order of arrival, nor on checkpoints. All worlds synthetic."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic_histories import random_world

from playlake_lake.history import ChangeKind, History, Instant, Observation, State, fold

RUNS = 200
KINDS = {
    ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.MOVED, ChangeKind.READDED,
    ChangeKind.UNAVAILABLE, ChangeKind.AVAILABLE, ChangeKind.GONE, ChangeKind.RETURNED,
    ChangeKind.NAME, ChangeKind.PUBLIC,
}  # fmt: skip


def piecewise(observations: list[Observation], cuts: list[int]) -> History:
    """Fold pieces one after another; each goes on from the bytes of the state before."""
    whole = fold([])
    for begin, end in pairwise([0, *cuts, len(observations)]):
        state = State.from_bytes(whole.state.to_bytes())
        piece = fold(reversed(observations[begin:end]), state)
        # The memberships and the stretch that were open are in the next piece again.
        whole = History(
            whole.changes + piece.changes,
            whole.memberships[: len(whole.memberships) - len(state.contents)] + piece.memberships,
            whole.timeline[:-1] + piece.timeline,
            piece.state,
        )
    return whole


def test_worlds_have_every_kind_of_change_and_of_observation() -> None:
    worlds = [random_world(Random(seed), RUNS) for seed in range(5)]
    assert {change.kind for world in worlds for change in fold(world).changes} >= KINDS
    unresolved = Counter(one.contents_of for world in worlds for one in world)
    assert unresolved["expired"] > 0
    assert any(entry.is_hole for world in worlds for one in world for entry in one.contents or ())


@pytest.mark.parametrize("seed", range(20))
def test_runs_may_arrive_in_any_order_and_more_than_once(seed: int) -> None:
    random = Random(seed)
    world = random_world(random, RUNS)
    truth = fold(world)
    for _ in range(20):
        arrived = random.sample(world, len(world))
        arrived += random.sample(world, 10)
        assert fold(arrived) == truth
    one_run_less = [one for one in world if one is not world[RUNS // 2]]
    assert fold(one_run_less) != truth


@pytest.mark.parametrize("seed", range(20))
def test_month_by_month_gives_the_same_as_all_at_once(seed: int) -> None:
    world = random_world(Random(seed), RUNS)
    truth = fold(world)
    for month in (1, 7, 30, 199):
        assert piecewise(world, list(range(month, RUNS, month))) == truth


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    runs=st.integers(0, 40),
    cuts=st.lists(st.integers(0, 40), max_size=5),
)
def test_checkpoints_may_be_anywhere(seed: int, runs: int, cuts: list[int]) -> None:
    world = random_world(Random(seed), runs)
    assert piecewise(world, sorted(min(cut, runs) for cut in cuts)) == fold(world)


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 10**6), runs=st.integers(1, 60))
def test_memberships_and_changes_and_contents_agree(seed: int, runs: int) -> None:
    world = random_world(Random(seed), runs)
    history = fold(world)
    asserted = sorted((one.instant, one.contents) for one in world if one.contents is not None)
    for (_, first), (instant, second) in pairwise(asserted):
        kinds = Counter(change.kind for change in history.changes if change.seen == instant)
        grown = kinds[ChangeKind.ADDED] - kinds[ChangeKind.REMOVED]
        assert len(second) == len(first) + grown
    for instant, contents in asserted:
        assert len(contents) == sum(
            stay.joining.first_seen <= instant <= stay.last_seen for stay in history.memberships
        )
    numbers = Counter((stay.entry.known_as, stay.joining.copy) for stay in history.memberships)
    assert not numbers or max(numbers.values()) == 1
    assert sum(row.runs for row in history.timeline) == runs


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_asserting_contents_again_changes_nothing(seed: int) -> None:
    """Also with holes and entries without identity, which the state remembers otherwise."""
    world = random_world(Random(seed), 30)
    history = fold(world)
    last = max((one for one in world if one.contents is not None), key=lambda one: one.instant)
    late = Instant(world[-1].instant.at, "run99999")
    again = Observation.landed(late, last.contents or ())
    after = fold([again], history.state)
    expected = [ChangeKind.RETURNED] if history.state.gone_since else []
    assert [change.kind for change in after.changes] == expected
    assert after.state.contents == history.state.contents
    assert after.state.joinings == history.state.joinings
