"""WHEN is a moment of the past in UTC, or a run, or one sentence that says what it can be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from playlake_contracts.runs import RunId
from playlake_lake.asking.when import parse_when, shown
from playlake_lake.errors import QuestionError

NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)


def end_of(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 23, 59, 59, 999_999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("now", NOW),
        ("today", NOW),
        ("2026-11-21", NOW),
        ("2026-11-20", end_of(11, 20)),
        ("yesterday", end_of(11, 20)),
        ("Yesterday", end_of(11, 20)),
        ("1 day ago", end_of(11, 20)),
        ("0 days ago", NOW),
        ("7 days ago", end_of(11, 14)),
        (" 2   Weeks ago ", end_of(11, 7)),
        ("1 week ago", end_of(11, 14)),
        ("99999 weeks ago", datetime(110, 5, 17, 23, 59, 59, 999_999, tzinfo=UTC)),
        ("2026-11-21T06:00", NOW - timedelta(minutes=30)),
        ("2026-11-21 06:00:30", NOW - timedelta(minutes=29, seconds=30)),
        ("2026-11-21T06:00:00Z", NOW - timedelta(minutes=30)),
        ("2026-11-21T06:00+01:00", NOW - timedelta(minutes=90)),
        ("2026-11-21T06:00:00.5-0030", NOW + timedelta(seconds=0.5)),
    ],
)
def test_a_moment_is_in_utc(text: str, moment: datetime) -> None:
    found = parse_when(text, max(NOW, moment) if "." in text else NOW)
    assert found == moment
    assert isinstance(found, datetime)
    assert found.utcoffset() == timedelta(0)


def test_a_run_is_named_by_its_id() -> None:
    assert parse_when("20261121T060000Z-wrjkwl", NOW) == RunId.parse("20261121T060000Z-wrjkwl")


@pytest.mark.parametrize("text", ["2026-11-22", "2026-11-21T06:30:01", "2026-11-21T06:00-02:00"])
def test_the_future_is_refused(text: str) -> None:
    with pytest.raises(QuestionError, match=r"UTC is in the future: give a time until now$"):
        parse_when(text, NOW)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "20261121",
        "2026-W47",
        "7 days",
        "-1 days ago",
        "100000 days ago",
        "06:00",
        "2026-11",
    ],
)
def test_what_is_no_moment_is_refused_with_what_is_one(text: str) -> None:
    with pytest.raises(QuestionError, match=r"is no moment: give a date such as .* id of a run$"):
        parse_when(text, NOW)


@pytest.mark.parametrize("text", ["2026-02-30", "2026-11-21T25:00", "0001-01-01T00:00+14:00"])
def test_what_is_not_in_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(QuestionError, match="is not in the calendar: give a date such as"):
        parse_when(text, NOW)


def test_what_only_looks_like_a_run_is_refused() -> None:
    with pytest.raises(QuestionError, match=r"is not a run id like .*: `playlake runs` lists them"):
        parse_when("20261121T250000Z-wrjkwl", NOW)


def test_a_moment_says_that_it_is_utc() -> None:
    assert shown(datetime.fromisoformat("2026-11-21T06:00:00+01:00")) == "2026-11-21 05:00:00 UTC"
