"""The delivery of what is landed: finds what was left, and what was rejected, and goes on with it.

`playlake reconcile`, `replay`, `dlq` and `redrive` are these, wherever the lake is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from playlake_contracts.backlog import missing_parts
from playlake_contracts.selection import ALL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from playlake_contracts.keys import RawKey
    from playlake_contracts.selection import Selection

# What `--code` calls the letters that SQS itself moved, which have no code.
NO_CODE: Final = "none"


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a comparison of raw objects with commit marks has found, and what was done.

    Attributes:
        waiting: raw objects that were neither committed nor rejected.
        resumed: those of them that are transformed now, or were announced again.
        missing: parts that a manifest names and nobody landed: the manifest's key and the part's.
    """

    waiting: int
    resumed: int
    missing: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A raw object, or a message that names none, that was rejected.

    Attributes:
        key: the key of the raw object, or what names the message.
        code: the error code; None if SQS moved the message after too many receives.
        reason: one sentence.
        rejected_at: when, UTC.
    """

    key: str
    code: str | None
    reason: str
    rejected_at: datetime


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which rejected objects are meant; without code and key all of them."""

    code: str | None = None
    key: str | None = None

    def of(self, rejected: Iterable[Rejected]) -> list[Rejected]:
        """The chosen ones among some."""
        return [each for each in rejected if self._has(each)]

    def _has(self, rejected: Rejected) -> bool:
        has_code = self.code in {None, rejected.code or NO_CODE}
        return has_code and self.key in {None, rejected.key}


class Delivery(Protocol):
    """The delivery of a lake; every method may raise a `CommandError`."""

    @property
    def replayed(self) -> str:
        """What a replay has done to raw objects when it returns, in a few words."""

    def reconcile(self, dates: Sequence[str] | None) -> Reconciled:
        """Go on with what was left on some days; None is every day."""

    def replay(self, selection: Selection, *, overwrite: bool) -> int:
        """Transform raw objects again, committed or not; return the number of them."""

    def rejects(self) -> list[Rejected]:
        """What is rejected, in the order of keys."""

    def redrive(self, chosen: Chosen) -> int:
        """Process what was rejected anew; return the number of objects and messages."""


def recent_dates(days: int, now: datetime) -> list[str]:
    """The days up to today in UTC, the newest first."""
    return [(now - timedelta(days=ago)).date().isoformat() for ago in range(days)]


def parts_nobody_landed(
    raw: Sequence[RawKey], marks: Iterable[str], read: Callable[[str], bytes]
) -> list[tuple[str, str]]:
    """The parts that manifests name and that are neither landed nor committed.

    Args:
        raw: the raw objects of whole days, manifests among them.
        marks: the keys of the commit marks of these days.
        read: gives the bytes of a manifest.
    """
    known = {*map(str, raw), *marks}
    manifests = [str(key) for key in raw if key.is_manifest]
    return [(key, part) for key in manifests for part in missing_parts(read(key), known)]


def nothing_selected(selection: Selection) -> str:
    """The sentence for a selection that no raw object meets."""
    if str(selection) == ALL:
        return "there is no raw object in the lake: `playlake run` lands some"
    return (
        f"the lake has no raw object of {selection}: `playlake runs` lists runs, and --json of one "
        "has the keys of its parts"
    )
