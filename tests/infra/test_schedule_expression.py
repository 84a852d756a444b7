from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest

from playlake_infra.cron_expression import next_date
from playlake_infra.schedule_expression import check_schedule, check_time_zone, interval

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = re.compile(r"\b(?:rate|cron)\([\w/?*,# -]+\)")


def test_every_example_is_taken() -> None:
    written = [*(ROOT / "docs").rglob("*.md"), *(ROOT / "infra" / "src").rglob("*.py")]
    texts = [path.read_text(encoding="utf-8") for path in written]
    examples = {example for text in texts for example in EXAMPLE.findall(text)}
    assert len(examples) > 2
    assert [example for example in sorted(examples) if check_schedule(example) != example] == []


@pytest.mark.parametrize(
    "expression",
    [
        "rate(1 minute)",
        "rate(1 hour)",
        "rate(1 day)",
        "rate(12 hours)",
        "cron(0 6 * * ? *)",
        "cron(0/15 8-18 ? * MON-FRI *)",
        "cron(0 0 L * ? *)",
        "cron(0 0 15W * ? 2026-2030)",
        "cron(0 0 ? JAN,jul 6#3 *)",
        "cron(0 0 ? * 6L *)",
        "cron(0-10/5,30 22,23 ? * SUN,SAT *)",
        "cron(0 6 29 2 ? *)",
        "cron(0 6 31 APR,MAY ? *)",
        "cron(0 6 ? 2 1#5 *)",
        "cron(0 6 LW 2 ? *)",
    ],
)
def test_a_valid_expression_is_returned_unchanged(expression: str) -> None:
    assert check_schedule(expression) == expression


@pytest.mark.parametrize(
    ("expression", "advice"),
    [
        ("daily", "write it like"),
        ("", "write it like"),
        ("rate(1.5 hours)", "write it like"),
        ("rate(-1 hours)", "write it like"),
        ("rate(2 weeks)", "write it like"),
        ("rate(1 day) ", "write it like"),
        ("rate(٣ days)", "write it like"),
        ("at(2026-11-21T06:00:00)", "write it like"),
        ("rate(0 hours)", "never runs"),
        ("rate(1 hours)", r"write rate\(1 hour\)"),
        ("rate(1 days)", r"write rate\(1 day\)"),
        ("rate(12 hour)", r"write rate\(12 hours\)"),
        ("cron(0 6 * * *)", "has 5 fields and needs 6"),
        ("cron(0 6 * * * * *)", "has 7 fields and needs 6"),
        ("cron(60 6 * * ? *)", "'60' is not valid as minutes"),
        ("cron(0 24 * * ? *)", "'24' is not valid as hours"),
        ("cron(0 6 0 * ? *)", "'0' is not valid as day of month"),
        ("cron(0 6 32W * ? *)", "'32W' is not valid as day of month"),
        ("cron(0 6 * 13 ? *)", "'13' is not valid as month"),
        ("cron(0 6 ? * FUN *)", "'FUN' is not valid as day of week"),
        ("cron(0 6 ? * 6#6 *)", "'6#6' is not valid as day of week"),
        ("cron(0 6 * * ? 1969)", "'1969' is not valid as year"),
        ("cron(*/0 6 * * ? *)", "is not valid as minutes"),
        ("cron(? 6 * * ? *)", "is not valid as minutes"),
        ("cron(1- 6 * * ? *)", "is not valid as minutes"),
        ("cron(*/60 6 * * ? *)", "is not valid as minutes"),
        ("cron(30-10 6 * * ? *)", "'30-10' as minutes ends before it starts"),
        ("cron(0 6 ? * FRI-MON *)", "'FRI-MON' as day of week ends before it starts"),
        ("cron(0 6 ? * 1#2,2#2 *)", "'1#2' is not valid as day of week"),
        ("cron(0 6 1W,15W * ? *)", "'1W' is not valid as day of month"),
        ("cron(0 6 1,,2 * ? *)", "'' is not valid as day of month"),
        ("cron(0 6 ? * 6#0 *)", "'6#0' is not valid as day of week"),
        ("cron(0 6 30 2 ? *)", "it never runs"),
        ("cron(0 6 30,31 FEB ? *)", "it never runs"),
        ("cron(0 6 31 APR,JUN,SEP,NOV ? *)", "it never runs"),
        ("cron(0 6 31W 4 ? *)", "it never runs"),
        ("cron(0 6 29 2 ? 2027)", "it never runs"),
        ("cron(0 6 ? 2 1#5 2027)", "it never runs"),
        ("cron(0 6 * * * *)", "exactly one of"),
        ("cron(0 6 ? * ? *)", "exactly one of"),
    ],
)
def test_an_invalid_expression_is_refused_with_what_to_write(expression: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        check_schedule(expression)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("0 6 * * ? *", date(2026, 11, 28)),
        ("0 6 27 * ? *", date(2026, 12, 27)),
        ("0 6 L * ? *", date(2026, 11, 30)),
        ("0 6 29 2 ? *", date(2028, 2, 29)),
        ("0 6 ? * MON *", date(2026, 11, 30)),
        ("0 6 ? * 1#5 *", date(2026, 11, 29)),
        ("0 6 ? * 6#5 *", date(2027, 1, 29)),
        ("0 6 ? * 6L *", date(2026, 12, 25)),
        ("0 6 ? * L *", date(2026, 11, 28)),
        ("0 6 * * ? 2027/2", date(2027, 1, 1)),
        ("0 6 * * ? 2020-2025", None),
        ("0 6 27 11 ? 2026", None),
    ],
)
def test_the_next_date_of_a_cron_expression(fields: str, expected: date | None) -> None:
    assert next_date(fields, date(2026, 11, 28)) == expected


def test_exactly_the_days_that_the_calendar_has_are_possible() -> None:
    for month, day in product(range(1, 13), range(1, 32)):
        # 2028 is a leap year.
        exists = day <= calendar.monthrange(2028, month)[1]
        found = next_date(f"0 6 {day} {month} ? 2028", date(2026, 11, 28))
        assert found == (date(2028, month, day) if exists else None)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("rate(1 day)", timedelta(days=1)),
        ("rate(6 hours)", timedelta(hours=6)),
        ("rate(30 minutes)", timedelta(minutes=30)),
        ("cron(0 6 * * ? *)", None),
    ],
)
def test_a_rate_defines_the_interval_between_runs(
    expression: str, expected: timedelta | None
) -> None:
    assert interval(expression) == expected


@pytest.mark.parametrize(
    "name", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "GB"]
)
def test_an_iana_time_zone_is_returned_unchanged(name: str) -> None:
    assert check_time_zone(name) == name


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("europe/berlin", r"did you mean Europe/Berlin\?"),
        ("utc", r"did you mean UTC\?"),
        ("Europe/Berlln", r"did you mean Europe/Berlin\?"),
        ("Europe/Berlin ", r"did you mean Europe/Berlin\?"),
        ("Mars/Olympus", "write it like Europe/Berlin"),
        ("Factory", "no such time zone"),
        ("localtime", "no such time zone"),
        ("../zones", "no such time zone"),
        ("+02:00", "no such time zone"),
        ("", "write it like Europe/Berlin"),
    ],
)
def test_an_unknown_time_zone_is_refused_with_what_to_write(name: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        check_time_zone(name)
