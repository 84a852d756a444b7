"""Ranges of days are parsed as they are written, and what makes no sense is one sentence."""

from __future__ import annotations

import pytest

from playlake_lake.days import EVERY_DAY, Days

DAYS = ["2026-10-31", "2026-11-01", "2026-11-15", "2026-11-30", "2026-12-01"]


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("2026-11-15", DAYS[2:3]),
        ("2026-11-01..2026-11-30", DAYS[1:4]),
        ("2026-11-30..", DAYS[3:]),
        ("..2026-11-01", DAYS[:2]),
        ("2026-11-15..2026-11-15", DAYS[2:3]),
    ],
)
def test_a_range_has_both_ends(text: str, within: list[str]) -> None:
    assert [day for day in DAYS if day in Days.parse(text)] == within


def test_every_day_has_all() -> None:
    assert all(day in EVERY_DAY for day in DAYS)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no range of days"),
        ("..", "no range of days"),
        ("november", "no range of days"),
        ("2026-11-1", "no range of days"),
        ("2026-11-01...2026-11-02", "no range of days"),
        ("2026-11-01..2026-11-02..2026-11-03", "no range of days"),
        ("2026-11-31", "2026-11-31 is not a day of the calendar"),
        ("2026-11-30..2026-11-01", "ends before it begins: give 2026-11-01..2026-11-30"),
    ],
)
def test_what_names_no_days_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Days.parse(text)
