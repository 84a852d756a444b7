"""Runs a backfill as a process of its own, and reads what it reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.lakes.engine_program import EngineProgram
from playlake_backfill.arguments import to_arguments
from playlake_backfill.done import Report

if TYPE_CHECKING:
    from pathlib import Path

    from playlake.lakes.lake import Lake
    from playlake.project import Project
    from playlake_backfill.wanted import Wanted


@dataclass(frozen=True, slots=True)
class Backfilling:
    """Runs backfills.

    Attributes:
        project: says where logs are kept, and which Python has Spark.
        lake: the lake.
    """

    project: Project
    lake: Lake

    @property
    def log(self) -> Path:
        """The log of the backfill, and of Spark."""
        return self._program.log

    def run(self, wanted: Wanted) -> Report:
        """Run a backfill to its end.

        Raises:
            CommandError: it could not start, or ended early; what it committed stays.
        """
        found = self._program.run(wanted.engine, lambda file: to_arguments(wanted, file), Report)
        if found.error is not None:
            raise CommandError(found.error.replace("its log", str(self.log)))
        return found

    @property
    def _program(self) -> EngineProgram:
        return EngineProgram(self.project, self.lake, "backfill")
