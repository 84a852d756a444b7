"""Values of rows, wherever the lake is."""

from __future__ import annotations

from datetime import UTC, date, datetime

from playlake_contracts.outcomes import Outcome


def aware(moment: datetime) -> datetime:
    """A time of a row, which is UTC and may not say so."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def aware_or_none(moment: datetime | None) -> datetime | None:
    """A time of a row that may be null."""
    return None if moment is None else aware(moment)


def day_of(value: date | str) -> date:
    """A day of a row, which is a date or a text such as `2026-11-21`."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def outcome_of(value: str) -> Outcome:
    """An outcome of a row."""
    return Outcome(value)  # type: ignore[call-arg]  # its members are made from more than a value
