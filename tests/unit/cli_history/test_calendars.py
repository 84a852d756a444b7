"""The pictures of a history say by their symbols what colour only repeats. All data synthetic."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from playlake.output.calendars import Calendar, Sparkline

MONDAY = date(2026, 10, 26)


def picture(calendar: Calendar | Sparkline, width: int | None) -> list[str]:
    return ["".join(piece for piece, _ in line) for line in calendar.lines(width)]


def calendar(*counts: int | None, gone: int | None = None) -> Calendar:
    """A calendar of days from a Monday on; None is a day without a run."""
    days = {
        MONDAY + timedelta(days=at): count for at, count in enumerate(counts) if count is not None
    }
    gone_on = frozenset() if gone is None else frozenset({MONDAY + timedelta(days=gone)})
    return Calendar(days, gone_on)


def test_weeks_are_columns_and_months_stand_above_them() -> None:
    assert picture(calendar(0, 1, 4, 10, 30, None, 3, *[0] * 8, 29, gone=13), 80) == [
        "     Oct Nov",
        "Mon  · · ·",
        "Tue  ░ · ▓",
        "Wed  ▒ ·",
        "Thu  ▓ ·",
        "Fri  █ ·",
        "Sat    ·",
        "Sun  ░ x",
        "changes a day: · none, ░ 1+, ▒ 4+, ▓ 10+, █ 30+, x gone; blank: no run",
    ]


@pytest.mark.parametrize(("width", "weeks"), [(60, 27), (80, 37), (120, 53), (None, 53)])
def test_the_newest_weeks_that_fit_are_shown(width: int | None, weeks: int) -> None:
    counts = [0] * 7 * 60
    counts[-7] = 30
    first = picture(calendar(*counts), width)[1]
    assert first == f"Mon  {'· ' * (weeks - 1)}█"
    assert width is None or max(map(len, picture(calendar(*counts), width))) <= width


def test_a_month_stands_above_its_first_week() -> None:
    weeks = calendar(*[0] * 7 * 12)
    assert picture(weeks, 80)[0] == "     Oct Nov     Dec     Jan"


def test_a_sparkline_goes_from_the_least_to_the_largest() -> None:
    assert picture(Sparkline("entries", [10, 17, 13, 1003]), 80) == ["entries 10 ▁▁▁█ 1,003"]
    assert picture(Sparkline("entries", [0, 1, 2, 3, 4, 5, 6, 7]), 80) == ["entries 0 ▁▂▃▄▅▆▇█ 7"]


def test_a_size_that_never_changed_is_flat() -> None:
    assert picture(Sparkline("entries", [5, 5, 5]), 80) == ["entries 5 ▄▄▄ 5"]


def test_values_share_the_bars_that_fit_and_the_last_one_of_each_counts() -> None:
    (line,) = picture(Sparkline("n", [*range(100), 7]), 20)
    assert len(line) == 20
    assert line.startswith("n 0 ▁")
    assert line.endswith("▁ 7")
    (whole,) = picture(Sparkline("n", range(100)), None)
    assert len(whole) == 60 + len("n 0  99")
