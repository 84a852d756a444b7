"""What a task of Spark does: it begins a month, makes the file of one table, or ends the month.

The driver gives keys and gets keys, sizes and digests. Rows never pass through Spark.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from playlake_contracts.explained import ExplainedError
from playlake_lake.compaction.months import finish_month, make_table, read_inputs
from playlake_lake.compaction.workshop import open_workshop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_compaction.places import Place
    from playlake_lake.compaction.in_force import CompactedFile, Month
    from playlake_lake.compaction.months import Inputs, MonthPlan
    from playlake_lake.compaction.workshop import Workshop

_Result_co = TypeVar("_Result_co", covariant=True)


class Task(Protocol[_Result_co]):
    """A piece of work that can be pickled."""

    def __call__(self) -> _Result_co:
        """Do it.

        Raises:
            ExplainedError: it cannot be done; trying again would not help.
        """


@dataclass(frozen=True, slots=True)
class ReadInputs:
    """Reads the marks of a month."""

    place: Place
    plan: MonthPlan

    def __call__(self) -> Inputs:
        """Read them."""
        with _workshop(self.place) as workshop:
            return read_inputs(workshop, self.plan)


@dataclass(frozen=True, slots=True)
class MakeTable:
    """Makes, verifies and puts the file of a table of a month; None if it has no rows."""

    place: Place
    month: str
    table: str
    inputs: Inputs

    def __call__(self) -> CompactedFile | None:
        """Make it."""
        with _workshop(self.place) as workshop:
            return make_table(workshop, self.month, self.table, self.inputs)


@dataclass(frozen=True, slots=True)
class FinishMonth:
    """Puts the list of the marks of a month, and looks whether they are still the same."""

    place: Place
    plan: MonthPlan
    inputs: str
    made: dict[str, CompactedFile | None]

    def __call__(self) -> Month | None:
        """Finish it; None if a mark of it has changed meanwhile."""
        with _workshop(self.place) as workshop:
            return finish_month(workshop, self.plan, self.inputs, self.made)


def attempt(task: Task[_Result_co]) -> _Result_co | ExplainedError:
    """Do a task; an error that trying again would not mend is given back, for the driver to raise.

    Any other error is Spark's to deal with: it starts the task again.
    """
    try:
        return task()
    except ExplainedError as error:
        return error


@contextmanager
def _workshop(place: Place) -> Iterator[Workshop]:
    lake = place.open()
    with lake.explained(), open_workshop(lake.store) as workshop:
        yield workshop
