"""A finding: a thing that was looked at, how it is, and how bad that is."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from playlake_contracts.explained import ExplainedError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Verdict(StrEnum):
    """How bad it is; a problem keeps Playlake from working, a warning may come to that."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and unless all is well what to do."""

    thing: str
    verdict: Verdict
    text: str


class Findings:
    """What was found so far."""

    def __init__(self) -> None:
        self.all: list[Finding] = []

    def ok(self, thing: str, text: str) -> None:
        """Tell of something that is as it should be."""
        self.all.append(Finding(thing, Verdict.OK, text))

    def warn(self, thing: str, text: str) -> None:
        """Tell of something that needs attention."""
        self.all.append(Finding(thing, Verdict.WARNING, text))

    def problem(self, thing: str, text: str) -> None:
        """Tell of something that does not work."""
        self.all.append(Finding(thing, Verdict.PROBLEM, text))

    def count(self, verdict: Verdict) -> int:
        """How many findings have a verdict."""
        return sum(finding.verdict is verdict for finding in self.all)

    @contextmanager
    def looking_at(self, thing: str) -> Iterator[None]:
        """Make a problem of the error that ends the block, and go on after it."""
        try:
            yield
        except ExplainedError as error:
            self.problem(thing, str(error))
