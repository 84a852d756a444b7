"""The sandbox's clock: it stands still until it is set, or its days pass in less than real time.

It never leaves the days of the world: at the end of the last day it stops.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playlake_sandbox.world.history import FIRST_DAY, LAST_DAY

FIRST_MOMENT = datetime.combine(FIRST_DAY, datetime.min.time(), UTC)
LAST_MOMENT = datetime.combine(LAST_DAY, datetime.max.time(), UTC)
STANDING_AT = datetime(2026, 11, 21, 6, tzinfo=UTC)
"""Where a clock starts that stands still, so that two sandboxes give the same responses."""

_DAY_SECONDS = timedelta(days=1).total_seconds()


def within_the_world(moment: datetime) -> datetime:
    """Returns the time in UTC; raises ValueError if the world does not have its day."""
    if not FIRST_MOMENT <= moment <= LAST_MOMENT:
        raise ValueError(f"the time is not between {FIRST_DAY} and {LAST_DAY}: set another time")
    return moment.astimezone(UTC)


class Clock:
    """A clock that is set to a time and runs from there, `pace` times as fast as real time."""

    def __init__(
        self, at: datetime, pace: float = 0, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._pace = pace
        self._seconds = seconds
        self.set(at)

    @classmethod
    def starting(cls, at: datetime | None, day_seconds: float) -> "Clock":
        """Returns a clock whose day takes a number of real seconds; 0: it stands still.

        Without a time to start at, a clock that runs starts now.
        """
        if not day_seconds:
            return cls(at or STANDING_AT)
        now = min(max(datetime.now(UTC), FIRST_MOMENT), LAST_MOMENT)
        return cls(at or now, _DAY_SECONDS / day_seconds)

    @property
    def now(self) -> datetime:
        """The time, in UTC."""
        passed = (self._seconds() - self._set_at) * self._pace
        left = (LAST_MOMENT - self._set_to).total_seconds()
        return self._set_to + timedelta(seconds=passed) if passed < left else LAST_MOMENT

    def set(self, moment: datetime) -> None:
        """Sets the clock, forwards or back; it runs on from there."""
        self._set_to = moment
        self._set_at = self._seconds()

    def real_time(self, simulated: timedelta) -> timedelta:
        """Returns how long a client waits while this time passes here; all of it if none does."""
        return simulated / self._pace if self._pace else simulated
