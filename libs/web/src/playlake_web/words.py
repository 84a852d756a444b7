"""How the page writes days, numbers and states."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from playlake_contracts.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime


class OutcomeWords(NamedTuple):
    """An outcome for a person.

    Attributes:
        word: the outcome as a word.
        state: the shape that it is shown with; see `.state` of the stylesheet.
        advice: what to do.
    """

    word: str
    state: str
    advice: str


OUTCOMES: Final[Mapping[Outcome, OutcomeWords]] = {
    Outcome.LANDED: OutcomeWords("Landed", "well", "Nothing to do."),
    Outcome.UNCHANGED: OutcomeWords(
        "Unchanged", "idle", "Nothing to do: an earlier snapshot is still in force."
    ),
    Outcome.FORBIDDEN: OutcomeWords(
        "Forbidden", "lost", "Follow it, let its owner invite you, or take it off the list."
    ),
    Outcome.GONE: OutcomeWords(
        "Gone", "lost", "It was deleted, or made private. Take it off the list if that stays so."
    ),
    Outcome.NOT_READABLE: OutcomeWords(
        "Not readable",
        "lost",
        "Its owner's app alone may read its songs. Keep it for its name, or take it off the list.",
    ),
    Outcome.RATE_LIMITED: OutcomeWords(
        "Rate limited", "warn", "Nothing to do: the next run reads it."
    ),
    Outcome.TORN: OutcomeWords(
        "Torn", "warn", "Nothing to do: it changed while it was read, and the next run reads it."
    ),
    Outcome.FAILED: OutcomeWords(
        "Failed", "bad", "Nothing to do yet: the next run tries again. Report it if that stays so."
    ),
}


def day_words(day: date, *, year: bool = False) -> str:
    """A day such as `21 November`, or `21 November 2026`."""
    return f"{day.day} {day:%B}{f' {day.year}' if year else ''}"


def short_day(day: date) -> str:
    """A day such as `21 Nov`."""
    return f"{day.day} {day:%b}"


def time_words(moment: datetime) -> str:
    """A time in UTC, such as `06:00`."""
    return f"{moment:%H:%M}"


def age_words(age: timedelta) -> str:
    """A time that has passed, such as `47 min`, `3 h` or `5 days`."""
    minutes = int(age / timedelta(minutes=1))
    if minutes < 1:
        return "under 1 min"
    if minutes < 60:  # noqa: PLR2004 - of an hour
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"  # noqa: PLR2004 - two days


def why_words(outcome: Outcome, reason: str | None) -> str:
    """Why a playlist has an outcome, as one sentence."""
    return f"{(reason or outcome.meaning).rstrip('.')}."


def count_of(number: int, one: str, many: str | None = None) -> str:
    """A number of things, such as `1 song` or `1,200 songs`."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def bytes_words(size: int) -> str:
    """A number of bytes, such as `12 kB` or `1.4 MB`."""
    for unit, factor in (("GB", 1_000_000_000), ("MB", 1_000_000)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{round(size / 1_000):,} kB"
