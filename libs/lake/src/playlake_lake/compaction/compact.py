"""Compacts a lake: months of closed days, then the history of these months, then old files.

Each step ends with a swap of what is in force, so a lake is readable after any of them, and a
compaction that was stopped is gone on with by the next one.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from playlake_lake.compaction.closed import MARGIN
from playlake_lake.compaction.history_months import make_history
from playlake_lake.compaction.in_force import InForce, read_in_force
from playlake_lake.compaction.months import make_month, plan_months
from playlake_lake.compaction.swapping import retiring, swap, sweep
from playlake_lake.compaction.workshop import open_workshop

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Sequence
    from datetime import datetime

    from playlake_lake.compaction.in_force import Month
    from playlake_lake.compaction.months import MonthPlan
    from playlake_lake.compaction.store import Store

    Makes = Callable[
        ["Compaction", Sequence[MonthPlan]], Generator[tuple[MonthPlan, Month | None], None, None]
    ]

# No query takes as long.
GRACE: Final = timedelta(days=1)


def go_on() -> None:
    """Go on with the next step."""


def make_here(
    compaction: Compaction, plans: Sequence[MonthPlan]
) -> Generator[tuple[MonthPlan, Month | None], None, None]:
    """Make months in this process, one after the other."""
    for plan in plans:
        compaction.between()
        made = None
        if plan.marks:
            with open_workshop(compaction.store) as workshop:
                made = make_month(workshop, plan, compaction.tables)
        yield plan, made


@dataclass(frozen=True, slots=True)
class Compaction:
    """A compaction of a lake.

    Attributes:
        store: the lake.
        tables: the tables that it holds.
        now: the time, UTC.
        margin: how long a day must be over.
        grace: how long files stay that are no longer in force.
        between: is called before each step: a month, a month of the history, and the removal of old
            files. It ends the compaction by raising an error.
        publish: tells a catalog what is in force, before files are removed that it may still name.
        make: makes the files of months, and gives each when it is made, in any order; None if a
            mark of it has changed meanwhile, or if it has no marks.
    """

    store: Store
    tables: Collection[str]
    now: datetime
    margin: timedelta = MARGIN
    grace: timedelta = GRACE
    between: Callable[[], None] = go_on
    publish: Callable[[], None] = lambda: None
    make: Makes = make_here

    def plans(self) -> list[MonthPlan]:
        """The months that are to be made, in order."""
        return self._plans(read_in_force(self.store))

    def run(self, done: Callable[[MonthPlan, Month | None], None]) -> Sequence[str]:
        """Compact the lake.

        Args:
            done: is told of each month that is made: what is in force now, None if the month was
                left to a later compaction because it changed meanwhile.

        Returns:
            the months of the history that were made, in order.

        Raises:
            LakeError: the lake cannot be read, or does not take the files. What was compacted
                before stays in force.
            Exception: what `publish` raises. Then nothing is removed.
        """
        before = read_in_force(self.store)
        with closing(self.make(self, self._plans(before))) as months:
            for plan, month in months:
                done(plan, self._swap(plan, before.months.get(plan.month), month))
        made = self._make_history()
        self.publish()
        self.between()
        sweep(self.store, self.now, self.grace)
        return made

    def _plans(self, in_force: InForce) -> list[MonthPlan]:
        return plan_months(self.store, in_force, self.tables, self.now, self.margin)

    def _swap(self, plan: MonthPlan, before: Month | None, made: Month | None) -> Month | None:
        """Bring a month into force that was made, or take one out that has no marks."""
        if made is None and plan.marks:
            return None

        def with_month(now: InForce) -> InForce | None:
            if now.months.get(plan.month) != before:  # another compaction was faster
                return None
            months = {name: each for name, each in now.months.items() if name != plan.month}
            if made is not None:
                months[plan.month] = made
            return retiring(now, replace(now, months=months), self.now)

        return None if swap(self.store, with_month) is None else made

    def _make_history(self) -> list[str]:
        in_force = read_in_force(self.store)
        made = make_history(self.store, in_force.months, in_force.history, self.between)

        def with_history(now: InForce) -> InForce | None:
            if (now.months, now.history) != (in_force.months, in_force.history):
                return None
            return retiring(now, replace(now, history=made), self.now)

        new = [name for name, each in made.items() if in_force.history.get(name) != each]
        return [] if swap(self.store, with_history) is None else new
