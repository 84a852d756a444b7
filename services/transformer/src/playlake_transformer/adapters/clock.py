"""The system clock."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """The current time, UTC."""
        return datetime.now(UTC)
