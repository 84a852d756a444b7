"""Stops the polling while AWS fails, because every receive counts against a message.

closed     every poll asks for as many messages as there is room for
open       after several failures in a row: no poll until a pause has passed, which grows
half-open  after the pause, one message is tried; its success closes the breaker

Where nothing is left to try, the breaker closes some minutes after the last failure.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from playlake_transformer.ports import Clock

FAILURES_TO_OPEN: Final = 3
# Short enough that work goes on within a minute after an outage.
LONGEST_PAUSE: Final = timedelta(seconds=30)
# Longer than a call that fails by its timeouts, and a pause.
FORGET_AFTER: Final = timedelta(minutes=5)
_FIRST_PAUSE: Final = timedelta(seconds=2)
# SQS moves a message after 1,000 receives, so one that fails for longer than half an hour comes
# back so seldom that the queue's four days end first.
_OFTEN, _SELDOM = 100, timedelta(minutes=15)


@dataclass(slots=True)
class Breaker:
    """A circuit breaker.

    Attributes:
        clock: the time.
        dice: what the pauses differ by, so that several transformers do not try at once.
    """

    clock: Clock
    dice: random.Random = field(default_factory=random.Random)
    _failures: int = 0
    _opened_at: datetime | None = None
    _failed_at: datetime | None = None

    @property
    def open_since(self) -> datetime | None:
        """When it opened; None while it is closed."""
        if self._failed_at is not None and self.clock.now() - self._failed_at > FORGET_AFTER:
            self.note_success()
        return self._opened_at

    def note_failure(self) -> None:
        """Note that AWS failed."""
        self._failed_at = self.clock.now()
        self._failures += 1
        if self._failures >= FAILURES_TO_OPEN and self._opened_at is None:
            self._opened_at = self._failed_at

    def note_success(self) -> None:
        """Note that a message was processed."""
        self._failures = 0
        self._opened_at = self._failed_at = None

    def pause(self) -> timedelta:
        """The pause before the next poll: none while it is closed."""
        if self.open_since is None:
            return timedelta(0)
        return _jittered(self._failures - FAILURES_TO_OPEN + 1, LONGEST_PAUSE, self.dice)


def backoff(receives: int, dice: random.Random) -> timedelta:
    """How long a message that failed stays away, by how often it has been received."""
    return _jittered(receives, LONGEST_PAUSE if receives <= _OFTEN else _SELDOM, dice)


def _jittered(attempt: int, longest: timedelta, dice: random.Random) -> timedelta:
    """The pause after an attempt that failed, counted from 1: doubled each time, and jittered."""
    doubled: timedelta = _FIRST_PAUSE * 2 ** min(attempt - 1, 10)
    return min(doubled, longest) * dice.uniform(0.5, 1)
