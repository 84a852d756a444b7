"""Compaction of a lake, wherever it is."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from playlake.lakes.folder import explained
from playlake_contracts.table_names import TABLE_NAMES
from playlake_lake.compaction.compact import Compaction
from playlake_lake.marks import held_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import timedelta

    from playlake.lakes.aws import AwsLake
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
        explained: turns the errors of the store's client into an `ExplainedError`.
        publish: tells a catalog what is in force; see `Compaction`.
    """

    store: Store
    tables: Collection[str]
    explained: Callable[[], AbstractContextManager[None]] = nullcontext
    publish: Callable[[], None] = lambda: None

    @classmethod
    def of_folder(cls, folder: Folder) -> CompactableLake:
        """A lake in a folder.

        Raises:
            CommandError: the lake cannot be read.
        """
        with explained():
            return cls(folder, held_tables(folder))

    @classmethod
    def on_aws(cls, lake: AwsLake) -> CompactableLake:
        """A lake on AWS."""
        from playlake.lakes.aws_catalog import publish  # noqa: PLC0415 - loads boto3
        from playlake_aws import errors  # noqa: PLC0415 - likewise

        explained_there = partial(errors.explained, lake.place)
        return cls(lake.store, TABLE_NAMES, explained_there, partial(publish, lake))

    def plans(self, margin: timedelta) -> list[Compacted]:
        """What a compaction would make.

        Raises:
            CommandError: the lake cannot be read.
        """
        with self._explained():
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

        with self._explained():
            history = self._compaction(margin).run(done)
        return found, history

    @contextmanager
    def _explained(self) -> Iterator[None]:
        with explained(), self.explained():
            yield

    def _compaction(self, margin: timedelta) -> Compaction:
        now = datetime.now(UTC)
        return Compaction(self.store, self.tables, now, margin, publish=self.publish)


def _left(plan: MonthPlan) -> str:
    if not plan.marks:
        return f"{plan.month} has no commits any more and was taken out."
    return f"{plan.month} has changed meanwhile and is left to the next compaction."
