"""How often a schedule starts something, from its expression; a month is that of the prices."""

from __future__ import annotations

import re
from math import ceil
from typing import Final

from playlake.cost.prices import HOURS_PER_MONTH

_HOURS: Final = {"minute": 1 / 60, "hour": 1.0, "day": 24.0}
_RATE: Final = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON: Final = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+)(?: \S+)?\)")
_DAYS_PER_MONTH: Final = HOURS_PER_MONTH / 24
_DAYS_PER_WEEK: Final = 7
_MONTHS: Final = 12


def runs_a_month(expression: str) -> float:
    """Starts a month of rate(...) or cron(...); about as many, where days have names or ranges."""
    if rate := _RATE.fullmatch(expression):
        return HOURS_PER_MONTH / (int(rate[1]) * _HOURS[rate[2]])
    if cron := _CRON.fullmatch(expression):
        minutes, hours, of_month, months, of_week = cron.groups()
        times = _count(minutes, 60) * _count(hours, 24)
        return times * _days(of_month, of_week) * _count(months, _MONTHS) / _MONTHS
    return 0  # at(...) is no schedule of every month


def _days(of_month: str, of_week: str) -> float:
    """Days of a month that match; one of the two fields is `?` or `*`."""
    if of_week not in {"?", "*"}:
        return _count(of_week, _DAYS_PER_WEEK) / _DAYS_PER_WEEK * _DAYS_PER_MONTH
    return (
        _count(of_month, 31) / 31 * _DAYS_PER_MONTH
        if of_month in {"?", "*"}
        else _count(of_month, 31)
    )


def _count(field: str, every: int) -> float:
    """How many values of a field match, of so many."""
    return sum(_of_part(part, every) for part in field.split(","))


def _of_part(part: str, every: int) -> float:
    values, _, step = part.partition("/")
    first, dash, last = values.partition("-")
    if values in {"*", "?"}:
        count = every
    elif dash and first.isdigit() and last.isdigit():
        count = int(last) - int(first) + 1
    elif dash:
        count = 5  # such as MON-FRI
    elif step:
        count = every - int(first)
    else:
        count = 1
    return ceil(count / int(step)) if step else count
