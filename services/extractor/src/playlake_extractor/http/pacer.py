"""Paces requests evenly, because sources limit them over windows that they may not publish."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta


class Pacer:
    """Allows one request in each interval, and a few at once after a pause.

    Args:
        interval: the mean time between two requests.
        burst: most requests that are sent at once.
        clock: monotonic seconds.
        sleep: waits for a number of seconds.
    """

    def __init__(
        self,
        interval: timedelta,
        burst: int = 1,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._interval = interval.total_seconds()
        self._credit = self._interval * (burst - 1)
        self._clock = clock
        self._sleep = sleep
        self._next_at = clock() - self._credit

    def wait(self) -> None:
        """Wait until the next request may be sent."""
        early = self._next_at - self._clock()
        if early > 0:
            self._sleep(early)
        self._next_at = max(self._next_at, self._clock() - self._credit) + self._interval
