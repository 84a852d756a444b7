from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlake_extractor.http.retry_budget import RetryBudget

CHANCES = st.floats(0, 1)


@given(tried=st.integers(1, 3), chance=CHANCES)
def test_pauses_grow_whatever_the_chance(tried: int, chance: float) -> None:
    budget = RetryBudget(tries=10)
    before, after = budget.pause(tried, None, chance), budget.pause(tried + 2, None, 0)
    assert before is not None
    assert after is not None
    assert timedelta(seconds=0.5) <= before <= after


@given(asked=st.integers(0, 60), chance=CHANCES)
def test_a_wait_that_spotify_asks_for_is_never_cut_short(asked: int, chance: float) -> None:
    pause = RetryBudget().pause(1, timedelta(seconds=asked), chance)
    assert pause is not None
    assert 0 <= pause.total_seconds() - asked <= 1


def test_a_request_that_needs_more_than_the_longest_wait_is_given_up() -> None:
    assert RetryBudget().pause(1, timedelta(seconds=61), 0) is None


@pytest.mark.parametrize("asked", [None, timedelta(seconds=1)])
def test_a_request_is_sent_as_often_as_allowed_and_no_more(asked: timedelta | None) -> None:
    pauses = [RetryBudget(tries=3).pause(tried, asked, 0) for tried in (1, 2, 3)]
    assert [pause is None for pause in pauses] == [False, False, True]


def test_no_pause_is_longer_than_the_longest_wait() -> None:
    budget = RetryBudget(tries=20, longest_wait=timedelta(seconds=5))
    pauses = [budget.pause(tried, None, 1) for tried in range(1, 20)]
    assert all(a <= b <= timedelta(seconds=5) for a, b in pairwise(filter(None, pauses)))


@pytest.mark.parametrize(
    ("tried", "asked", "chance", "seconds"),
    [
        (1, None, 0, 0.5),
        (1, None, 0.5, 0.75),
        (1, None, 1, 1.0),
        (2, None, 0, 1.0),
        (2, None, 1, 2.0),
        (3, None, 1, 4.0),
        (1, 10, 0, 10.0),
        (1, 10, 1, 10.5),
        (3, 10, 1, 10.5),
        (1, 0, 1, 0.5),
    ],
)
def test_chance_doubles_a_pause_at_most_and_adds_half_a_second_to_a_wait_at_most(
    tried: int, asked: int | None, chance: float, seconds: float
) -> None:
    wait = None if asked is None else timedelta(seconds=asked)
    assert RetryBudget().pause(tried, wait, chance) == timedelta(seconds=seconds)
