"""Decides whether and when a request is retried, within the budget of a run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

_FIRST_PAUSE = timedelta(seconds=0.5)


@dataclass(frozen=True, slots=True)
class RetryBudget:
    """The limits on retries, waits and requests of a run.

    Attributes:
        tries: most times that a request is sent.
        longest_wait: longest single wait; a request that needs a longer one is not retried.
        waits_in_all: longest sum of all waits of a run.
        request_budget: most requests of a run.
    """

    tries: int = 4
    longest_wait: timedelta = timedelta(seconds=60)
    waits_in_all: timedelta = timedelta(minutes=10)
    request_budget: int = 10_000

    def pause(self, tried: int, asked: timedelta | None, chance: float) -> timedelta | None:
        """Time to wait before a request is retried; None if it is not retried.

        Args:
            tried: how often the request was sent.
            asked: the wait that the source asked for, if any; it is never shortened.
            chance: jitter from 0 to 1, so that clients that failed together do not retry together.
        """
        if tried >= self.tries or (asked is not None and asked > self.longest_wait):
            return None
        if asked is not None:
            return asked + _FIRST_PAUSE * chance
        doubled: timedelta = _FIRST_PAUSE * 2 ** (tried - 1) * (1 + chance)
        return min(doubled, self.longest_wait)
