"""Runs a program of an engine as a process of its own, whose log is kept, and reads its report."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeVar

import msgspec

from playlake.errors import CommandError
from playlake.services.processes import service_environment, start, stop
from playlake_engines.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from playlake.lakes.lake import Lake
    from playlake.project import Project

_Report = TypeVar("_Report")


@dataclass(frozen=True, slots=True)
class EngineProgram:
    """The program `playlake_<name>`.

    Attributes:
        project: says where logs are kept, and which Python has Spark.
        lake: the lake that it works on.
        name: such as `backfill`.
    """

    project: Project
    lake: Lake
    name: str

    @property
    def log(self) -> Path:
        """The log of the program, and of Spark."""
        return self.project.logs / f"{self.name}.log"

    def run(
        self,
        engine: Engine,
        arguments: Callable[[Path], Sequence[str]],
        report: type[_Report],
    ) -> _Report:
        """Run the program to its end; return its report.

        Args:
            engine: what it works on.
            arguments: gives its arguments, with the file for its report.
            report: the type of the report.

        Raises:
            CommandError: it ended without a report; what it did stays.
        """
        with TemporaryDirectory(prefix=f"playlake-{self.name}-") as folder:
            file = Path(folder) / "report.json"
            status = self._run([*self._program(engine), *arguments(file)])
            if not file.exists():
                raise CommandError(
                    f"the {self.name} ended with status {status}: see {self.log}; what it did "
                    "stays, and the same command goes on"
                )
            return msgspec.json.decode(file.read_bytes(), type=report)

    def _program(self, engine: Engine) -> list[str]:
        python = self.project.spark_python if engine is Engine.SPARK else None
        return [str(python or sys.executable), "-m", f"playlake_{self.name}"]

    def _run(self, command: list[str]) -> int:
        environment = service_environment(os.environ, self.lake.settings())
        process = start(command, environment, self.log)
        try:
            return process.wait()
        finally:
            stop(process)
