"""Checks of schedule expressions and time zones: what EventBridge Scheduler would refuse.

Grammar and time zones: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import difflib
import re
from datetime import date, timedelta
from functools import cache
from importlib import resources

from playlake_infra.cron_expression import check_cron, next_date

OFF = "off"
_RATE = re.compile(r"rate\(([0-9]{1,9}) (minute|hour|day)(s?)\)", re.ASCII)
_CRON = re.compile(r"cron\(([^()]*)\)", re.ASCII)
_ONE = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}


def check_schedule(expression: str) -> str:
    """Check a rate or cron expression and return it unchanged.

    Raises:
        ValueError: EventBridge Scheduler would refuse it; the message says how to write it.
    """
    if cron := _CRON.fullmatch(expression):
        check_cron(cron[1])
    elif rate := _RATE.fullmatch(expression):
        _check_rate(*rate.groups())
    else:
        raise ValueError("write it like rate(12 hours) or cron(0 6 * * ? *)")
    return expression


def check_optional_schedule(expression: str) -> str:
    """Check an expression that may be `off`, and return it unchanged.

    Raises:
        ValueError: as for `check_schedule`.
    """
    if expression == OFF:
        return expression
    try:
        return check_schedule(expression)
    except ValueError as error:
        raise ValueError(f"{error}, or {OFF}") from None


def runs_after(expression: str, day: date) -> bool:
    """Whether a schedule still runs on a day or after it."""
    cron = _CRON.fullmatch(expression)
    return cron is None or next_date(cron[1], day) is not None


def interval(expression: str) -> timedelta | None:
    """The time between two runs of a rate expression; None for a cron expression."""
    rate = _RATE.fullmatch(expression)
    return None if rate is None else int(rate[1]) * _ONE[rate[2]]


def check_time_zone(name: str) -> str:
    """Check the name of a time zone and return it unchanged.

    Raises:
        ValueError: the IANA time zone database has no such name; case matters.
    """
    zones = _time_zones()
    if name in zones.values():
        return name
    nearest = difflib.get_close_matches(name.lower(), zones, n=1)
    advice = f"did you mean {zones[nearest[0]]}?" if nearest else "write it like Europe/Berlin"
    raise ValueError(f"the IANA database has no such time zone: {advice}")


@cache
def _time_zones() -> dict[str, str]:
    """Every time zone by its name in lower case.

    They come from the package, so that every machine accepts the same names.
    """
    names = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    # "Factory" is the placeholder of a clock without a time zone.
    return {name.lower(): name for name in names if name != "Factory"}


def _check_rate(value: str, unit: str, plural: str) -> None:
    if int(value) == 0:
        raise ValueError(f"a rate of 0 {unit}s never runs: write rate(1 {unit}) or more")
    if (int(value) == 1) == bool(plural):
        right = unit if int(value) == 1 else f"{unit}s"
        raise ValueError(f"the unit must agree with the number: write rate({int(value)} {right})")
