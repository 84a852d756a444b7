"""Ranges of days, written as `2026-11-01..2026-11-30`, with open ends, or as one day."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Final

_TO: Final = ".."
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Days:
    """The days from the first to the last, both included.

    Attributes:
        first: such as `2026-11-01`; None is no limit.
        last: likewise.
    """

    first: str | None = None
    last: str | None = None

    @classmethod
    def parse(cls, text: str) -> Days:
        """Parse a day, `A..B`, `A..` or `..B`.

        Raises:
            ValueError: the text is no range of days; the message is one sentence.
        """
        first, to, last = text.partition(_TO)
        days = cls(_day(first, text), _day(last if to else first, text))
        if days == EVERY_DAY:
            raise ValueError(_sentence(text))
        if days.first is not None and days.last is not None and days.first > days.last:
            raise ValueError(f"{text} ends before it begins: give {days.last}{_TO}{days.first}")
        return days

    def __contains__(self, day: str) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


EVERY_DAY: Final = Days()

# Days of a lake: a range of them, or a set.
SomeDays = Days | AbstractSet[str]


def _day(day: str, text: str) -> str | None:
    if not day:
        return None
    try:
        if _DAY.fullmatch(day) is not None:
            return date.fromisoformat(day).isoformat()
    except ValueError as error:
        raise ValueError(f"{day} is not a day of the calendar: correct {text}") from error
    raise ValueError(_sentence(text))


def _sentence(text: str) -> str:
    return (
        f"{text[:80]!r} is no range of days: give a day such as 2026-11-21, or "
        "2026-11-01..2026-11-30, of which either end can be left out"
    )
