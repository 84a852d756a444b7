"""When the scheduled runs take place: every so many minutes, hours or days, in local time.

An interval must divide an hour, a day or a week, because calendars of all schedulers have these.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from playlake.errors import CommandError
from playlake_extractor.public import parse_interval

DAY = timedelta(days=1)
WEEK = timedelta(days=7)

_HOUR = timedelta(hours=1)
_SHORTEST = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Timing:
    """The times of the scheduled runs.

    Attributes:
        every: an interval for which `is_regular` holds.
        at: the time of day for an interval of whole days; shorter intervals start at midnight.
    """

    every: timedelta = DAY
    at: time = time(6)

    @property
    def minutes(self) -> int:
        """The interval in minutes if it is shorter than an hour, else 0."""
        return self.every // timedelta(minutes=1) if self.every < _HOUR else 0

    @property
    def hours(self) -> int:
        """The interval in hours if it is an hour or more and shorter than a day, else 0."""
        return self.every // _HOUR if _HOUR <= self.every < DAY else 0

    def __str__(self) -> str:
        if self.minutes:
            return f"every {self.minutes} minutes"
        if self.hours:
            return "every hour" if self.hours == 1 else f"every {self.hours} hours"
        return f"every {'Monday' if self.every == WEEK else 'day'} at {self.at:%H:%M}"


def parse_timing(every: str | None, at: str | None) -> Timing:
    """Read the options `--every` and `--at`; the default is every day at 06:00.

    Raises:
        CommandError: one of them cannot be read, or they do not go together.
    """
    interval = DAY if every is None else _interval(every)
    if at is None:
        return Timing(interval)
    if interval < DAY:
        raise CommandError(f"--at needs whole days, and --every is {every}: leave out one of them")
    return Timing(interval, _time_of_day(at))


def is_regular(interval: timedelta) -> bool:
    """Whether an interval is 5 minutes or more, and divides an hour or a day or is a week."""
    if interval < _HOUR:
        return interval >= _SHORTEST and not _HOUR % interval
    return interval == WEEK or (not interval % _HOUR and not DAY % interval)


def _interval(text: str) -> timedelta:
    try:
        interval = parse_interval(text)
    except ValueError as error:
        raise CommandError(f"--every: {error}") from None
    if not is_regular(interval):
        raise CommandError(
            f"--every {text} is not possible: choose minutes that divide an hour, from 5m on, "
            "hours that divide a day, 1d or 7d"
        )
    return interval


def _time_of_day(text: str) -> time:
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a local time of every day
    except ValueError:
        raise CommandError(f"--at {text!r} is not a time of day: write 06:00") from None
