"""Runs a backfill as a process of its own, whose log is kept, and reads what it reports."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import msgspec

from playlake.errors import CommandError
from playlake.services.processes import service_environment, start, stop
from playlake_backfill.arguments import to_arguments
from playlake_backfill.done import Report
from playlake_backfill.wanted import Engine

if TYPE_CHECKING:
    from playlake.lakes.lake import Lake
    from playlake.project import Project
    from playlake_backfill.wanted import Wanted

_PROGRAM: Final = "playlake_backfill"


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
        return self.project.logs / "backfill.log"

    def run(self, wanted: Wanted) -> Report:
        """Run a backfill to its end.

        Raises:
            CommandError: it could not start, or ended early; what it committed stays.
        """
        with TemporaryDirectory(prefix="playlake-backfill-") as folder:
            file = Path(folder) / "report.json"
            status = self._run([*self._program(wanted), *to_arguments(wanted, file)])
            if not file.exists():
                raise CommandError(
                    f"the backfill ended with status {status}: see {self.log}; what it committed "
                    "stays, and the same `playlake backfill` goes on"
                )
            report = msgspec.json.decode(file.read_bytes(), type=Report)
        if report.error is not None:
            raise CommandError(report.error.replace("its log", str(self.log)))
        return report

    def _program(self, wanted: Wanted) -> list[str]:
        python = self.project.spark_python if wanted.engine is Engine.SPARK else None
        return [str(python or sys.executable), "-m", _PROGRAM]

    def _run(self, command: list[str]) -> int:
        environment = service_environment(os.environ, self.lake.settings())
        process = start(command, environment, self.log)
        try:
            return process.wait()
        finally:
            stop(process)
