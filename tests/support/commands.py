"""The `playlake` command, run in this process."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from rich.console import Console

from playlake.__main__ import run
from playlake.invocation import Invocation

if TYPE_CHECKING:
    from playlake.project import Project


class Command:
    """Runs `playlake` on a project, joining its local AWS if that runs.

    Attributes:
        output: what the latest run printed.
        notices: what it said beside that.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._saying = io.StringIO()
        self.output = self.notices = ""

    def __call__(self, *arguments: str) -> int:
        """Run it; gives the exit status."""
        output, self._saying = io.StringIO(), io.StringIO()
        invocation = Invocation(self._project, Console(file=output), Console(file=self._saying))
        try:
            return run(arguments, invocation)
        finally:
            self.output, self.notices = output.getvalue(), self.said_so_far

    @property
    def said_so_far(self) -> str:
        """What a run that has not ended yet has said beside its results."""
        return self._saying.getvalue()

    def ask(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a query."""
        assert self("query", sql, "--json") == 0, self.notices
        rows: list[dict[str, Any]] = json.loads(self.output)
        return rows
