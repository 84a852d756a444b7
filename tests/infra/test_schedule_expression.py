from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

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
        ("cron(0 6 * * * *)", "exactly one of"),
        ("cron(0 6 ? * ? *)", "exactly one of"),
    ],
)
def test_an_invalid_expression_is_refused_with_what_to_write(expression: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        check_schedule(expression)


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
