"""Which raw objects a backfill means: those of some days, of some runs and of some sources."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from playlake_backfill.errors import BackfillError, NothingChosenError
from playlake_contracts.keys import source_prefix
from playlake_contracts.runs import RunId
from playlake_lake.days import EVERY_DAY, Days

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from playlake_contracts.keys import RawKey
    from playlake_contracts.s3_events import StoredObject

# Beyond so many days one list of all is cheaper than a list of each.
_DAYS_LISTED: Final = 400


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which raw objects are meant: those that meet all three.

    Attributes:
        days: the days of their runs, in UTC.
        runs: their runs; none is every run.
        sources: their sources; none is every source.
    """

    days: Days = EVERY_DAY
    runs: frozenset[RunId] = frozenset()
    sources: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, days: str | None, runs: Collection[str], sources: Collection[str]) -> Chosen:
        """Parse the texts of days, run ids and sources.

        Raises:
            BackfillError: one of them is none; the message is one sentence.
        """
        try:
            # What is wrong with days is said with what to write instead.
            wanted = EVERY_DAY if days is None else Days.parse(days)
        except ValueError as error:
            raise BackfillError(str(error)) from error
        try:
            return cls(wanted, frozenset(map(RunId.parse, runs)), frozenset(map(_source, sources)))
        except ValueError as error:
            raise BackfillError(f"{error}: correct it") from error

    def __contains__(self, key: RawKey) -> bool:
        return (
            key.run_id.snapshot_date in self.days
            and (not self.runs or key.run_id in self.runs)
            and (not self.sources or key.source in self.sources)
        )

    def __str__(self) -> str:
        texts = [self.days_text] if self.days_text else []
        texts += [f"run {run}" for run in sorted(self.runs)]
        texts += [f"source {source}" for source in sorted(self.sources)]
        return ", ".join(texts)

    @property
    def days_text(self) -> str:
        """The days as `parse` takes them; empty for every day."""
        if self.days.first == self.days.last:
            return self.days.first or ""
        return f"{self.days.first or ''}..{self.days.last or ''}"

    @property
    def dates(self) -> list[str] | None:
        """The only days that may have such objects; None if they are not to be listed one by one.

        A run is of one day. A range without an end, or of years, is listed as a whole.
        """
        if self.runs:
            found = {run.snapshot_date for run in self.runs}
            return sorted(each for each in found if each in self.days)
        if self.days.first is None or self.days.last is None:
            return None
        first, last = date.fromisoformat(self.days.first), date.fromisoformat(self.days.last)
        count = (last - first).days + 1
        if count > _DAYS_LISTED:
            return None
        return [(first + timedelta(days=number)).isoformat() for number in range(count)]

    def of(self, landed: Sequence[StoredObject]) -> list[StoredObject]:
        """The chosen ones among raw objects, in the given order.

        Raises:
            NothingChosenError: there are none, or none of a run that is named.
        """
        found = [each for each in landed if each.key in self]
        unknown = self.runs.difference(each.key.run_id for each in found)
        if unknown and found:
            raise NothingChosenError(_nothing(f"run {min(unknown)} that is asked for"))
        if not found:
            if not str(self):
                raise NothingChosenError(
                    "there is no raw object in the lake: `playlake run` lands some"
                )
            raise NothingChosenError(_nothing(str(self)))
        return found


def _nothing(what: str) -> str:
    return f"the lake has no raw object of {what}: `playlake runs` lists its runs"


def _source(text: str) -> str:
    source_prefix(text)  # refuses what is no source
    return text
