"""When to act on a burst of events: once it is quiet, and at the latest after a while."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta


@dataclass(slots=True)
class Debounce:
    """Coalesces events into one action.

    Attributes:
        quiet: how long after the last event the action is due.
        at_latest: how long after the first event the action is due in any case.
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
        """When the action is due; None when nothing has happened."""
        if self._first is None or self._last is None:
            return None
        return min(self._last + self.quiet, self._first + self.at_latest)

    def clear(self) -> None:
        """Forget the events: the action has been taken."""
        self._first = self._last = None
