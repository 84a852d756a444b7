"""Compaction of a lake, wherever it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from playlake.lakes.folder import explained
from playlake_lake.compaction.compact import Compaction
from playlake_lake.marks import held_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import timedelta

    from playlake_lake.compaction.in_force import Month
    from playlake_lake.compaction.months import MonthPlan
    from playlake_lake.compaction.store import Store
    from playlake_lake.folder import Folder


@dataclass(frozen=True, slots=True)
class Compacted:
    """What became of a month.

    Attributes:
        plan: what was to be made.
        month: what is in force; None if it was only planned, or left to a later compaction.
    """

    plan: MonthPlan
    month: Month | None

    @property
    def rows(self) -> int | None:
        """The number of rows in its files."""
        files = None if self.month is None else self.month.tables.values()
        return None if files is None else sum(file.rows for file in files if file is not None)

    @property
    def size(self) -> int | None:
        """The size of its files in bytes."""
        files = None if self.month is None else self.month.tables.values()
        return None if files is None else sum(file.size for file in files if file is not None)


@dataclass(frozen=True, slots=True)
class CompactableLake:
    """A lake that can be compacted.

    Attributes:
        store: its objects.
        tables: the tables that it holds.
    """

    store: Store
    tables: Collection[str]

    @classmethod
    def of_folder(cls, folder: Folder) -> CompactableLake:
        """A lake in a folder.

        Raises:
            CommandError: the lake cannot be read.
        """
        with explained():
            return cls(folder, held_tables(folder))

    def plans(self, margin: timedelta) -> list[Compacted]:
        """What a compaction would make.

        Raises:
            CommandError: the lake cannot be read.
        """
        with explained():
            return [Compacted(plan, None) for plan in self._compaction(margin).plans()]

    def compact(
        self, margin: timedelta, say: Callable[[str], None]
    ) -> tuple[list[Compacted], Sequence[str]]:
        """Compact the lake.

        Args:
            margin: how long a day must be over.
            say: takes a sentence for a person.

        Returns:
            what became of each month, and the months of the history that were made.

        Raises:
            CommandError: the lake cannot be read, or does not take the files; what was compacted
                before stays in force.
        """
        found: list[Compacted] = []

        def done(plan: MonthPlan, month: Month | None) -> None:
            found.append(Compacted(plan, month))
            say(f"Compacted {plan.month}." if month else _left(plan))

        with explained():
            history = self._compaction(margin).run(done)
        return found, history

    def _compaction(self, margin: timedelta) -> Compaction:
        return Compaction(self.store, self.tables, datetime.now(UTC), margin)


def _left(plan: MonthPlan) -> str:
    if not plan.marks:
        return f"{plan.month} has no commits any more and was taken out."
    return f"{plan.month} has changed meanwhile and is left to the next compaction."
