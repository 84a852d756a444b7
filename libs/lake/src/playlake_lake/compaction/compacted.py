"""What became of a month that was to be compacted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from playlake_lake.compaction.in_force import Month

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_lake.compaction.in_force import CompactedFile
    from playlake_lake.compaction.months import MonthPlan


class Compacted(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a month.

    Attributes:
        month: such as `2026-11`.
        days: the number of its days that were to be compacted.
        parts: the number of its parts; 0 if it was to go out of force.
        why: why it was to be made, in a few words.
        made: what is in force; None if it was only planned, taken out, or left to a later one.
    """

    month: str
    days: int
    parts: int
    why: str
    made: Month | None

    @classmethod
    def of(cls, plan: MonthPlan, made: Month | None) -> Compacted:
        """What became of a plan."""
        return cls(
            month=plan.month, days=len(plan.days), parts=len(plan.marks), why=plan.why, made=made
        )

    @property
    def rows(self) -> int | None:
        """The number of rows in its files; None if there are none."""
        return None if self.made is None else sum(file.rows for file in self._files())

    @property
    def size(self) -> int | None:
        """The size of its files in bytes; None if there are none."""
        return None if self.made is None else sum(file.size for file in self._files())

    def sentence(self) -> str:
        """What became of it, for a person."""
        if self.made is not None:
            return f"Compacted {self.month}."
        if not self.parts:
            return f"{self.month} has no commits any more and was taken out."
        return f"{self.month} has changed meanwhile and is left to the next compaction."

    def _files(self) -> Iterator[CompactedFile]:
        files = () if self.made is None else self.made.tables.values()
        return (file for file in files if file is not None)
