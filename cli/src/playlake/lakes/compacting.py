"""Compaction of a lake, wherever it is: in this process, or on Spark as one of its own."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.lakes.engine_program import EngineProgram
from playlake.lakes.folder import explained
from playlake_compaction.arguments import Wanted, to_arguments
from playlake_compaction.places import Compactable, FolderPlace
from playlake_compaction.report import Report
from playlake_engines.engine import Engine
from playlake_lake.compaction.compacted import Compacted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import timedelta

    from playlake.lakes.aws import AwsLake
    from playlake.lakes.lake import Lake
    from playlake.project import Project
    from playlake_lake.compaction.compact import Compaction
    from playlake_lake.compaction.in_force import Month
    from playlake_lake.compaction.months import MonthPlan
    from playlake_lake.folder import Folder


@dataclass(frozen=True, slots=True)
class CompactableLake:
    """A lake that is compacted in this process.

    Attributes:
        lake: the lake.
    """

    lake: Compactable

    @classmethod
    def of_folder(cls, folder: Folder) -> CompactableLake:
        """A lake in a folder.

        Raises:
            CommandError: the lake cannot be read.
        """
        with explained():
            return cls(FolderPlace(folder).open())

    @classmethod
    def on_aws(cls, lake: AwsLake) -> CompactableLake:
        """A lake on AWS."""
        from playlake_compaction.on_s3 import compactable  # noqa: PLC0415 - loads boto3

        return cls(compactable(lake))

    def plans(self, margin: timedelta) -> list[Compacted]:
        """What a compaction would make.

        Raises:
            CommandError: the lake cannot be read.
        """
        with self._explained():
            return [Compacted.of(plan, None) for plan in self._compaction(margin).plans()]

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
            found.append(Compacted.of(plan, month))
            say(found[-1].sentence())

        with self._explained():
            history = self._compaction(margin).run(done)
        return found, history

    @contextmanager
    def _explained(self) -> Iterator[None]:
        with explained(), self.lake.explained():
            yield

    def _compaction(self, margin: timedelta) -> Compaction:
        return self.lake.compaction(datetime.now(UTC), margin)


@dataclass(frozen=True, slots=True)
class CompactingOnSpark:
    """Compacts a lake on Spark, in a process whose log is kept.

    Attributes:
        project: says where logs are kept, and which Python has Spark.
        lake: the lake.
    """

    project: Project
    lake: Lake

    def compact(
        self, margin: timedelta, master: str | None, say: Callable[[str], None]
    ) -> tuple[list[Compacted], Sequence[str]]:
        """Compact the lake; see `CompactableLake.compact`.

        Args:
            margin: how long a day must be over.
            master: the master of Spark.
            say: takes a sentence for a person.
        """
        program = EngineProgram(self.project, self.lake, "compaction")
        wanted = Wanted(self.lake.place, margin, master)
        report = program.run(Engine.SPARK, lambda file: to_arguments(wanted, file), Report)
        for each in report.months:
            say(each.sentence())
        if report.error is not None:
            raise CommandError(report.error.replace("its log", str(program.log)))
        return sorted(report.months, key=lambda each: each.month), report.history
