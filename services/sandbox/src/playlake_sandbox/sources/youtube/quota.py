"""The units of a day. Each list costs one; the day begins at midnight Pacific time."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from playlake_sandbox.sources.youtube.errors import quota_exceeded

UNITS_A_DAY: Final = 10_000
_PACIFIC: Final = "America/Los_Angeles"


class Quota:
    """Counts the units of each day by the sandbox's clock."""

    def __init__(self, now: Callable[[], datetime], units_a_day: int = UNITS_A_DAY) -> None:
        self._now = now
        self._units_a_day = units_a_day
        self._spent: Counter[date] = Counter()

    def spend(self) -> None:
        """Spends a unit; raises `YoutubeError` if those of the day are spent."""
        day = self._now().astimezone(ZoneInfo(_PACIFIC)).date()
        if self._spent[day] >= self._units_a_day:
            raise quota_exceeded()
        self._spent[day] += 1
