"""The artists of a playlist over time are counted by their credits, in periods that fit."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from playlake_web.facts.artists import Credit
from playlake_web.facts.history import Stay
from playlake_web.facts.rotation import rotation

FIRST = date(2026, 11, 2)  # a Monday


def days(count: int) -> list[date]:
    return [FIRST + timedelta(days=number) for number in range(count)]


def stay(identity: str | None, begin: int, end: int | None, artists: str | None = "By") -> Stay:
    """A stay from one day to before another, by their numbers; day 0 is the first look."""

    def at(day: int) -> datetime:
        return datetime.combine(FIRST + timedelta(days=day), time(6), UTC)

    return Stay(
        identity=identity,
        copy_number=1,
        item_type="track",
        name="Song",
        artists=artists,
        added_at=None,
        added_by=None,
        last_missing_at=at(begin - 1) if begin else None,
        first_seen_at=at(begin),
        last_seen_at=at(end - 1 if end else 50),
        first_missing_at=None if end is None else at(end),
        first_position=0,
        last_position=0,
        times_readded=0,
        still_there=end is None,
    )


@pytest.mark.parametrize(
    ("count", "periods", "first", "last"),
    [
        (1, 1, 1, 1),
        (21, 21, 1, 1),
        (22, 4, 7, 1),
        (182, 26, 7, 7),
        (183, 7, 29, 3),
    ],
)
def test_a_period_is_a_day_a_week_or_a_month(
    count: int, periods: int, first: int, last: int
) -> None:
    found = rotation(days(count), [], {}).periods
    lengths = [(each.last_on - each.first_on).days + 1 for each in found]
    assert (len(found), lengths[0], lengths[-1], sum(lengths)) == (periods, first, last, count)


def test_an_entry_counts_for_each_artist_that_it_credits() -> None:
    one, two = Credit("spotify", "1", "One"), Credit("spotify", "2", "Two, Three")
    found = rotation(days(4), [stay("a", 0, None), stay("b", 1, 3)], {"a": (one,), "b": (one, two)})
    assert [each.entries for each in found.periods] == [1, 2, 2, 1]
    assert [(each.name, each.entries) for each in found.artists] == [
        ("One", (1, 2, 2, 1)),
        ("Two, Three", (0, 1, 1, 0)),
    ]
    assert (found.came, found.left, found.always) == (1, 1, 1)
    gone = found.artists[1]
    assert (gone.came_on, gone.gone_by) == (FIRST + timedelta(days=1), FIRST + timedelta(days=3))
    assert gone.is_turning
    assert not found.artists[0].is_turning


def test_what_has_no_credits_counts_under_the_text_that_names_its_artists() -> None:
    found = rotation(days(2), [stay("local", 0, None, "A, B"), stay(None, 0, None, None)], {})
    assert [(each.artist_id, each.name) for each in found.artists] == [(None, "A, B")]
    assert [each.entries for each in found.periods] == [1, 1]
