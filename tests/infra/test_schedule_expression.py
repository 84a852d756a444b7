from __future__ import annotations

from datetime import timedelta

import pytest

from playlake_infra.schedule_expression import check_schedule, check_time_zone, interval


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
def test_what_aws_takes_is_taken_as_it_is(expression: str) -> None:
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
        ("cron(0 6 * * *)", "has 5 fields and wants 6"),
        ("cron(0 6 * * * * *)", "has 7 fields and wants 6"),
        ("cron(60 6 * * ? *)", "'60' is no minutes"),
        ("cron(0 24 * * ? *)", "'24' is no hours"),
        ("cron(0 6 0 * ? *)", "'0' is no day of month"),
        ("cron(0 6 32W * ? *)", "'32W' is no day of month"),
        ("cron(0 6 * 13 ? *)", "'13' is no month"),
        ("cron(0 6 ? * FUN *)", "'FUN' is no day of week"),
        ("cron(0 6 ? * 6#6 *)", "'6#6' is no day of week"),
        ("cron(0 6 * * ? 1969)", "'1969' is no year"),
        ("cron(*/0 6 * * ? *)", "is no minutes"),
        ("cron(? 6 * * ? *)", "is no minutes"),
        ("cron(1- 6 * * ? *)", "is no minutes"),
        ("cron(0 6 * * * *)", "exactly one of"),
        ("cron(0 6 ? * ? *)", "exactly one of"),
    ],
)
def test_what_aws_refuses_is_refused_with_what_to_write(expression: str, advice: str) -> None:
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
def test_a_rate_says_how_far_runs_are_apart(expression: str, expected: timedelta | None) -> None:
    assert interval(expression) == expected


@pytest.mark.parametrize(
    "name", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "GB"]
)
def test_an_iana_time_zone_is_accepted_as_it_is(name: str) -> None:
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
