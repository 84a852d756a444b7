"""Checks of schedule expressions and time zones: what EventBridge Scheduler would refuse.

Grammar and time zones: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib import resources

_RATE = re.compile(r"rate\(([0-9]{1,9}) (minute|hour|day)(s?)\)", re.ASCII)
_CRON = re.compile(r"cron\(([^()]*)\)", re.ASCII)
_ONE = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}

_MONTHS = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"
_WEEKDAYS = "SUN|MON|TUE|WED|THU|FRI|SAT"
_DAY_OF_MONTH, _DAY_OF_WEEK = "day of month", "day of week"


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a cron expression: its range, its names and its special values."""

    name: str
    first: int
    last: int
    names: str = ""
    special: str = ""

    def accepts(self, text: str) -> bool:
        return all(self._accepts_item(item) for item in text.split(","))

    def _accepts_item(self, item: str) -> bool:
        if self.special and re.fullmatch(self.special, item):
            return True
        start, slash, step = item.partition("/")
        if slash and not (step.isdecimal() and int(step) > 0):
            return False
        if start == "*":
            return True
        low, dash, high = start.partition("-")
        return self._is_value(low) and (not dash or self._is_value(high))

    def _is_value(self, text: str) -> bool:
        if self.names and re.fullmatch(self.names, text, re.IGNORECASE):
            return True
        return text.isascii() and text.isdecimal() and self.first <= int(text) <= self.last


_FIELDS = (
    _Field("minutes", 0, 59),
    _Field("hours", 0, 23),
    _Field(_DAY_OF_MONTH, 1, 31, special=r"\?|L|LW|([1-9]|[12][0-9]|3[01])W"),
    _Field("month", 1, 12, names=_MONTHS),
    _Field(_DAY_OF_WEEK, 1, 7, names=_WEEKDAYS, special=r"\?|L|[1-7]L|[1-7]#[1-5]"),
    _Field("year", 1970, 2199),
)


def check_schedule(expression: str) -> str:
    """Check a rate or cron expression and return it unchanged.

    Raises:
        ValueError: EventBridge Scheduler would refuse it; the message says how to write it.
    """
    if cron := _CRON.fullmatch(expression):
        _check_cron(cron[1])
    elif rate := _RATE.fullmatch(expression):
        _check_rate(*rate.groups())
    else:
        raise ValueError("write it like rate(12 hours) or cron(0 6 * * ? *)")
    return expression


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


def _check_cron(text: str) -> None:
    values = text.split()
    if len(values) != len(_FIELDS):
        names = ", ".join(field.name for field in _FIELDS)
        raise ValueError(f"cron() has {len(values)} fields and needs {len(_FIELDS)}: {names}")
    for field, value in zip(_FIELDS, values, strict=True):
        if not field.accepts(value):
            raise ValueError(f"{value!r} is not valid as {field.name} of a cron expression")
    if [values[2], values[4]].count("?") != 1:
        raise ValueError(f"exactly one of {_DAY_OF_MONTH} and {_DAY_OF_WEEK} must be ?")
