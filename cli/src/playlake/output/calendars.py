"""Pictures of a history in text: a calendar of changes, and a sparkline of the size.

Each symbol tells its number by its shape, so that nothing is lost without colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from playlake.output.layout import sentence_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from playlake.output.grid import Line

_WEEK: Final = timedelta(days=7)
_DAY_NAMES: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LABEL: Final = 5
_CELL: Final = 2
_MOST_WEEKS: Final = 53
_NO_RUN: Final = (" ", "")
_GONE: Final = ("x", "bold red")
# From how many changes a day each symbol counts.
_SHADES: Final = ((30, "█", "bold green"), (10, "▓", "green"), (4, "▒", "green"), (1, "░", "green"))
_NO_CHANGE: Final = ("·", "dim")
_BARS: Final = "▁▂▃▄▅▆▇█"
_FLAT: Final = 3
_MOST_BARS: Final = 60


@dataclass(frozen=True, slots=True)
class Calendar:
    """The changes of each day, with weeks as columns; the newest weeks that fit.

    Attributes:
        changes: the number of changes of each day on which a run asserted something, not empty.
        gone: the days at whose end the playlist was gone.
    """

    changes: Mapping[date, int]
    gone: frozenset[date]

    def lines(self, width: int | None) -> Iterator[Line]:
        """The months, a line for each day of the week, and what the symbols mean."""
        mondays = self._mondays(width)
        yield [(f"{'':{_LABEL}}{_months(mondays)}".rstrip(), "dim")]
        for number, name in enumerate(_DAY_NAMES):
            days = [monday + timedelta(days=number) for monday in mondays]
            yield _trimmed([(f"{name:{_LABEL}}", "dim"), *_spread(map(self._symbol, days))])
        yield from sentence_lines(_legend(), width)

    def _mondays(self, width: int | None) -> list[date]:
        first, last = min(self.changes), max(self.changes)
        newest = last - timedelta(days=last.weekday())
        count = (newest - (first - timedelta(days=first.weekday()))).days // _WEEK.days + 1
        room = _MOST_WEEKS if width is None else max((width - _LABEL) // _CELL, 1)
        kept = min(count, room, _MOST_WEEKS)
        return [newest - ago * _WEEK for ago in reversed(range(kept))]

    def _symbol(self, day: date) -> tuple[str, str]:
        if day not in self.changes:
            return _NO_RUN
        if day in self.gone:
            return _GONE
        count = self.changes[day]
        shades = ((symbol, style) for least, symbol, style in _SHADES if count >= least)
        return next(shades, _NO_CHANGE)


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A number over time, as bars between its least and its largest.

    Attributes:
        name: what it is.
        values: at least one, in order; of those that share a bar the last counts.
    """

    name: str
    values: Sequence[int]

    def lines(self, width: int | None) -> Iterator[Line]:
        """One line: the name, the first value, the bars, the last value."""
        first, last = f"{self.values[0]:,}", f"{self.values[-1]:,}"
        around = len(self.name) + len(first) + len(last) + 3
        room = _MOST_BARS if width is None else max(min(width - around, _MOST_BARS), 1)
        yield [
            (f"{self.name} {first} ", ""),
            (_bars(_shared(self.values, room)), "green"),
            (f" {last}", ""),
        ]


def _bars(values: Sequence[int]) -> str:
    least, span = min(values), max(values) - min(values)
    if not span:
        return _BARS[_FLAT] * len(values)
    return "".join(_BARS[(value - least) * (len(_BARS) - 1) // span] for value in values)


def _shared(values: Sequence[int], room: int) -> list[int]:
    """At most so many values, each the last of an equal share of the time."""
    count = min(len(values), room)
    return [values[(place + 1) * len(values) // count - 1] for place in range(count)]


def _months(mondays: Sequence[date]) -> str:
    """The names of months, each above the first week that begins in it, or as near as it fits."""
    line = ""
    month = None
    for place, monday in enumerate(mondays):
        if monday.month != month:
            line = f"{line:{place * _CELL}}{monday:%b} "
            month = monday.month
    return line


def _spread(symbols: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for symbol, style in symbols:
        yield symbol, style
        yield " " * (_CELL - 1), ""


def _trimmed(line: Line) -> Line:
    while line and not line[-1][0].strip():
        line.pop()
    if line:
        line[-1] = (line[-1][0].rstrip(), line[-1][1])
    return line


def _legend() -> str:
    shades = ", ".join(f"{symbol} {least}+" for least, symbol, _ in reversed(_SHADES))
    nothing, gone = _NO_CHANGE[0], _GONE[0]
    return f"changes a day: {nothing} none, {shades}, {gone} gone; blank: no run"
