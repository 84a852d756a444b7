"""Requests leave at an even pace: Spotify counts them over a window it does not publish."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta


class Pacer:
    """Lets one request pass in each interval; the first passes at once.

    Args:
        interval: the least time between two requests.
        clock: monotonic seconds.
        sleep: waits for a number of seconds.
    """

    def __init__(
        self,
        interval: timedelta,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._interval = interval.total_seconds()
        self._clock = clock
        self._sleep = sleep
        self._next_at = clock()

    def wait(self) -> None:
        """Wait until the next request may be sent."""
        early = self._next_at - self._clock()
        if early > 0:
            self._sleep(early)
        self._next_at = max(self._next_at, self._clock()) + self._interval
