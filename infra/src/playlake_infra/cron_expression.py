"""Cron expressions of EventBridge Scheduler: what each field accepts, and the dates that match.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_DAY_OF_MONTH, _DAY_OF_WEEK = "day of month", "day of week"
_FIRST_YEAR: Final = 1970


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a cron expression: its range, its names and its special values."""

    name: str
    first: int
    last: int
    names: tuple[str, ...] = ()
    special: str = ""

    def parse(self, text: str) -> frozenset[int] | str:
        """The values of a field, or its special value such as `L` or `6#3`.

        Raises:
            ValueError: EventBridge Scheduler would refuse the field.
        """
        if self.special and re.fullmatch(self.special, text):
            return text
        return frozenset(value for item in text.split(",") for value in self._values(item))

    def _values(self, item: str) -> range:
        start, slash, step_text = item.partition("/")
        step = self._number(step_text, item, 1, self.last) if slash else 1
        if start == "*":
            return range(self.first, self.last + 1, step)
        low_text, dash, high_text = start.partition("-")
        low = self._value(low_text, item)
        high = self._value(high_text, item) if dash else low
        if high < low:
            raise ValueError(
                f"{item!r} as {self.name} ends before it starts: write its parts, with a comma"
            )
        return range(low, (self.last if slash and not dash else high) + 1, step)

    def _value(self, text: str, item: str) -> int:
        if text.upper() in self.names:
            return self.first + self.names.index(text.upper())
        return self._number(text, item, self.first, self.last)

    def _number(self, text: str, item: str, first: int, last: int) -> int:
        if not (text.isascii() and text.isdecimal() and first <= int(text) <= last):
            raise ValueError(f"{item!r} is not valid as {self.name} of a cron expression")
        return int(text)


_FIELDS = (
    _Field("minutes", 0, 59),
    _Field("hours", 0, 23),
    _Field(_DAY_OF_MONTH, 1, 31, special=r"\?|L|LW|([1-9]|[12][0-9]|3[01])W"),
    _Field("month", 1, 12, names=_MONTHS),
    _Field(_DAY_OF_WEEK, 1, 7, names=_WEEKDAYS, special=r"\?|L|[1-7]L|[1-7]#[1-5]"),
    _Field("year", _FIRST_YEAR, 2199),
)


def check_cron(text: str) -> None:
    """Check the fields of a cron expression.

    Raises:
        ValueError: EventBridge Scheduler would refuse it, or no date ever matches it.
    """
    values = text.split()
    if len(values) != len(_FIELDS):
        names = ", ".join(field.name for field in _FIELDS)
        raise ValueError(f"cron() has {len(values)} fields and needs {len(_FIELDS)}: {names}")
    for field, value in zip(_FIELDS, values, strict=True):
        field.parse(value)
    if [values[2], values[4]].count("?") != 1:
        raise ValueError(f"exactly one of {_DAY_OF_MONTH} and {_DAY_OF_WEEK} must be ?")
    if next_date(text, date(_FIRST_YEAR, 1, 1)) is None:
        raise ValueError("its months and years have no such date, so it never runs")


def next_date(text: str, start: date) -> date | None:
    """The first date from `start` on that the fields of a cron expression match.

    The nearest weekday of a `W` counts as the day itself.
    """
    _, _, days, months, weekdays, years = (
        field.parse(value) for field, value in zip(_FIELDS, text.split(), strict=True)
    )
    for year in sorted(int(year) for year in years if int(year) >= start.year):
        for month in sorted(map(int, months)):
            for day in _days(year, month, days, weekdays):
                if day >= start:
                    return day
    return None


def _days(
    year: int, month: int, days: frozenset[int] | str, weekdays: frozenset[int] | str
) -> Iterator[date]:
    length = calendar.monthrange(year, month)[1]
    for number in range(1, length + 1):
        day = date(year, month, number)
        if _matches_day(day, length, days) and _matches_weekday(day, length, weekdays):
            yield day


def _matches_day(day: date, length: int, days: frozenset[int] | str) -> bool:
    if isinstance(days, frozenset):
        return day.day in days
    if days.startswith("L"):
        return day.day == length
    return days == "?" or day.day == int(days.rstrip("W"))


def _matches_weekday(day: date, length: int, weekdays: frozenset[int] | str) -> bool:
    weekday = day.isoweekday() % 7 + 1
    if isinstance(weekdays, frozenset):
        return weekday in weekdays
    wanted, hash_sign, number = weekdays.partition("#")
    if hash_sign:
        return weekday == int(wanted) and (day.day - 1) // 7 + 1 == int(number)
    if weekdays in ("?", "L"):
        return weekdays == "?" or weekday == len(_WEEKDAYS)
    return weekday == int(wanted.rstrip("L")) and day.day > length - len(_WEEKDAYS)
