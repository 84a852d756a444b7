"""Combines a burst of events into one action: after a quiet time, or at the latest a longer one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from playlake_transformer.ports import Clock


@dataclass(slots=True)
class Debounce:
    """Combines a burst of events into one action.

    Attributes:
        quiet: time after the last event at which the action is due.
        at_latest: time after the first event at which the action is due even if events go on.
    """

    quiet: timedelta
    at_latest: timedelta
    _first: datetime | None = None
    _last: datetime | None = None

    def note(self, at: datetime) -> None:
        """Note an event."""
        self._first = self._first or at
        self._last = at

    def due_at(self) -> datetime | None:
        """When the action is due; None if there was no event."""
        if self._first is None or self._last is None:
            return None
        return min(self._last + self.quiet, self._first + self.at_latest)

    def clear(self) -> None:
        """Forget the events, because the action was taken."""
        self._first = self._last = None


async def until_due(debounce: Debounce, clock: Clock, not_before: datetime | None) -> None:
    """Wait until the action is due, and not before a time; events meanwhile make it due later."""
    while (due_at := debounce.due_at()) is not None:
        wait = (max(due_at, not_before or due_at) - clock.now()).total_seconds()
        if wait <= 0:
            return
        await asyncio.sleep(wait)
