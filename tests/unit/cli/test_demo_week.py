"""The demonstration's week ends with the newest 06:00 that is over, on days that have music."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from playlake.demo.week import days, days_within
from playlake.errors import CommandError

FIRST, LAST = date(2026, 10, 1), date(2199, 12, 31)


@pytest.mark.parametrize(
    ("now", "newest"),
    [
        (datetime(2026, 11, 28, 18, 30, tzinfo=UTC), datetime(2026, 11, 28, 6, tzinfo=UTC)),
        (datetime(2026, 11, 28, 6, 0, tzinfo=UTC), datetime(2026, 11, 28, 6, tzinfo=UTC)),
        (datetime(2026, 11, 28, 5, 59, tzinfo=UTC), datetime(2026, 11, 27, 6, tzinfo=UTC)),
        (datetime(2027, 1, 1, 0, 0, tzinfo=UTC), datetime(2026, 12, 31, 6, tzinfo=UTC)),
    ],
)
def test_the_last_day_is_the_newest_that_is_over(now: datetime, newest: datetime) -> None:
    week = days(7, now)
    assert week[-1] == newest
    assert [later - day for day, later in pairwise(week)] == [timedelta(days=1)] * 6


@pytest.mark.parametrize("count", [1, 59])
def test_the_first_day_may_be_the_first_that_has_music(count: int) -> None:
    now = datetime(2026, 11, 28, 18, tzinfo=UTC)
    assert len(days_within(FIRST, LAST, count, now)) == count


def test_more_days_than_have_music_are_refused_with_their_number() -> None:
    with pytest.raises(CommandError) as refused:
        days_within(FIRST, LAST, 60, datetime(2026, 11, 28, 18, tzinfo=UTC))
    assert str(refused.value) == (
        "the stand-in has music from 2026-10-01 on, so a demonstration has at most 59 days: give "
        "--days 59 or fewer"
    )


@pytest.mark.parametrize("year", [1970, 2026, 2200])
def test_a_clock_outside_the_music_is_named(year: int) -> None:
    with pytest.raises(CommandError, match=f"clock is at {year}-02-03, .*: set the clock"):
        days_within(FIRST, LAST, 1, datetime(year, 2, 3, 12, tzinfo=UTC))
