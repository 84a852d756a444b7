"""A clock that stands still until a test sets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(slots=True)
class SetClock:
    """A clock that says what it is set to."""

    now: datetime

    def __call__(self) -> datetime:
        """The time that it is set to."""
        return self.now
