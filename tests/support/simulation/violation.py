"""A promise that a history broke."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that a history broke.

    Attributes:
        kind: the promise, in the words of the report.
        what: what broke it.
    """

    kind: str
    what: str
