"""What a task of Spark does: it makes the file of one table of a month, or ends the month.

The driver gives keys and gets keys, sizes and digests. Rows never pass through Spark.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from playlake_contracts.explained import ExplainedError
from playlake_lake.compaction.months import finish_month, make_table, read_inputs
from playlake_lake.compaction.workshop import open_workshop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_compaction.places import Place
    from playlake_lake.compaction.in_force import CompactedFile, Month
    from playlake_lake.compaction.months import MonthPlan
    from playlake_lake.compaction.workshop import Workshop

_Result_co = TypeVar("_Result_co", covariant=True)


class Task(Protocol[_Result_co]):
    """A piece of work that can be pickled."""

    def __call__(self) -> _Result_co:
        """Do it.

        Raises:
            ExplainedError: it cannot be done; trying again would not help.
        """


class MadeTable(NamedTuple):
    """The file of a table.

    Attributes:
        table: its name.
        inputs: the digest of the marks that it was made from.
        file: the file; None if the table has no rows.
    """

    table: str
    inputs: str
    file: CompactedFile | None


@dataclass(frozen=True, slots=True)
class MakeTable:
    """Makes, verifies and puts the file of a table of a month."""

    place: Place
    plan: MonthPlan
    table: str

    def __call__(self) -> MadeTable:
        """Make it."""
        with _workshop(self.place) as workshop:
            inputs = read_inputs(workshop, self.plan)
            file = make_table(workshop, self.plan, self.table, inputs)
        return MadeTable(self.table, inputs.digest, file)


@dataclass(frozen=True, slots=True)
class FinishMonth:
    """Puts the list of the marks of a month, and looks whether they are still the same."""

    place: Place
    plan: MonthPlan
    made: tuple[MadeTable, ...]

    def __call__(self) -> Month | None:
        """Finish it; None if a mark of it has changed meanwhile."""
        inputs = {each.inputs for each in self.made}
        if len(inputs) > 1:
            return None
        with _workshop(self.place) as workshop:
            files = {each.table: each.file for each in self.made}
            return finish_month(workshop, self.plan, inputs.pop(), files)


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
