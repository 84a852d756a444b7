"""How long a user's consent lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


def days_left(ends_on: date, today: date) -> int:
    """The number of days until a consent ends; 0 if it has ended."""
    return max(0, (ends_on - today).days)
