"""The outcomes of a playlist in a run. A new outcome is added only here."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Outcome(StrEnum):
    """The outcome of a playlist in a run.

    Attributes:
        meaning: one sentence for a person.
        is_success: whether the lake has the playlist's current snapshot.
    """

    meaning: str
    is_success: bool

    def __new__(cls, value: str, meaning: str, is_success: bool = False) -> Self:  # noqa: FBT002 - members are written as tuples
        """Create a member from its value, its meaning, and whether it is a success."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.is_success = is_success
        return member

    LANDED = "landed", "A snapshot is in one of the run's parts.", True
    UNCHANGED = "unchanged", "The snapshot of an earlier run is still current.", True
    FORBIDDEN = "forbidden", "The source answered 403."
    GONE = "gone", "The source answered 404."
    NOT_READABLE = "not_readable", "The source sent the playlist without its items."
    RATE_LIMITED = (
        "rate_limited",
        "The source, or the run's own budget, allows no more requests for now.",
    )
    TORN = "torn", "The playlist kept changing while it was read."
    FAILED = "failed", "Another failure; `code` and `reason` say which."
