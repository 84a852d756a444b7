"""The delivery of what is landed: finds what was left, and what was rejected, and goes on with it.

`playlake reconcile`, `replay`, `dlq`, `redrive` and `dismiss` are these, wherever the lake is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final, Protocol

from playlake_contracts.accounts import is_run_of
from playlake_contracts.backlog import missing_parts
from playlake_contracts.manifest import decode_manifest
from playlake_contracts.selection import ALL

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import date, datetime

    from playlake_contracts.keys import RawKey
    from playlake_contracts.rejects import Dismissal, Reject
    from playlake_contracts.runs import RunId
    from playlake_contracts.selection import Selection

# What `--code` calls the letters that SQS itself moved, which have no code.
NO_CODE: Final = "none"
# Imports have no login, and may have landed the newest manifests.
_MANIFESTS_LOOKED_AT: Final = 10


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

    @property
    def sentence(self) -> str:
        """What was found and done; what is missing is not in it."""
        if not self.waiting:
            return "Every raw object is committed or rejected."
        left = self.waiting - self.resumed
        on_the_way = f" The events of {left:,} are taken to be on their way." if left else ""
        return (
            f"Raw objects that were neither committed nor rejected: {self.waiting:,}. Resumed: "
            f"{self.resumed:,}.{on_the_way}"
        )


@dataclass(frozen=True, slots=True)
class Waiting:
    """A raw object that is neither committed nor rejected.

    Attributes:
        key: its key.
        landed_at: when it was landed, UTC.
    """

    key: RawKey
    landed_at: datetime


@dataclass(frozen=True, slots=True)
class Rejected:
    """A raw object, or a message that names none, that was rejected.

    Attributes:
        key: the key of the raw object, or what names the message.
        code: the error code; None if SQS moved the message after too many receives.
        reason: one sentence.
        rejected_at: when, UTC.
        dismissed: who dismissed it, if somebody did.
    """

    key: str
    code: str | None
    reason: str
    rejected_at: datetime
    dismissed: Dismissal | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which rejected objects are meant; without code and keys all that are not dismissed."""

    code: str | None = None
    keys: Collection[str] | None = None

    def of(self, rejected: Iterable[Rejected]) -> list[Rejected]:
        """The chosen ones among some."""
        return [each for each in rejected if self._has(each)]

    def _has(self, rejected: Rejected) -> bool:
        has_code = self.code in {None, rejected.code or NO_CODE}
        if self.keys is None:
            return has_code and rejected.dismissed is None
        return has_code and rejected.key in self.keys


class Delivery(Protocol):
    """The delivery of a lake; every method may raise an `ExplainedError`."""

    @property
    def replayed(self) -> str:
        """What a replay has done to raw objects when it returns, in a few words."""

    def waiting(self, dates: Sequence[str] | None) -> list[Waiting]:
        """What was landed on some days and is neither committed nor rejected; None is every day."""

    def raw_keys(self, selection: Selection) -> Iterator[RawKey]:
        """The keys of raw objects among which are all that a selection means."""

    def reconcile(self, dates: Sequence[str] | None) -> Reconciled:
        """Go on with what was left on some days; None is every day."""

    def replay(self, selection: Selection, *, overwrite: bool) -> int:
        """Transform raw objects again, committed or not; return the number of them."""

    def rejects(self) -> list[Rejected]:
        """What is rejected, in the order of keys. On AWS this receives every dead letter."""

    def recorded(self) -> list[Rejected]:
        """What is rejected as far as records say it, which moves nothing."""

    def dismissed(self) -> list[Rejected]:
        """What was dismissed, in the order of keys; the two lists above are without it."""

    def consent_ends_on(self, dates: Sequence[str] | None) -> date | None:
        """When the first login of the runs of some days ends; None if no run says it."""

    def redrive(self, chosen: Chosen) -> int:
        """Process what was rejected anew; return the number of objects and messages."""

    def dismiss(self, chosen: Chosen, dismissal: Dismissal) -> int:
        """Let what was rejected count no more; return the number of objects and messages.

        Raw objects stay in the lake. A redrive or replay takes it back.
        """


def rejected_of(reject: Reject) -> Rejected:
    """What a record is about."""
    return Rejected(reject.name, reject.code, reject.reason, reject.rejected_at, reject.dismissed)


def counting(rejects: Iterable[Rejected]) -> list[Rejected]:
    """Those that nobody has dismissed."""
    return [each for each in rejects if each.dismissed is None]


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


def end_of_consent(raw: Iterable[RawKey], read: Callable[[str], bytes]) -> date | None:
    """The first day on which a login ends, by the newest run of each account; None if none says it.

    Args:
        raw: raw objects, manifests among them.
        read: gives the bytes of a manifest.
    """
    ends: dict[tuple[str, str | None], date | None] = {}
    newest = sorted((key for key in raw if key.is_manifest), key=_run, reverse=True)
    # Of an account that is known no more is read: its runs must not hide those of another one.
    unknown = (key for key in newest if not any(_is_of(account, key) for account in ends))
    for key in islice(unknown, _MANIFESTS_LOOKED_AT):
        try:
            manifest = decode_manifest(read(str(key)))
        except ValueError:  # transforming it rejects it
            continue
        if manifest.trigger == "schedule":
            ends.setdefault((key.source, manifest.account), manifest.consent_ends_on)
    return min(filter(None, ends.values()), default=None)


def _run(key: RawKey) -> RunId:
    return key.run_id


def _is_of(account: tuple[str, str | None], key: RawKey) -> bool:
    source, name = account
    return key.source == source and is_run_of(source, name, key.run_id)


def nothing_selected(selection: Selection) -> str:
    """The sentence for a selection that no raw object meets."""
    if str(selection) == ALL:
        return "there is no raw object in the lake: `playlake run` lands some"
    return (
        f"the lake has no raw object of {selection}: `playlake runs` lists runs, and --json of one "
        "has the keys of its parts"
    )
