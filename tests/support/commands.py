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
        self.output = self.notices = ""

    def __call__(self, *arguments: str) -> int:
        """Run it; gives the exit status."""
        output, notices = io.StringIO(), io.StringIO()
        invocation = Invocation(self._project, Console(file=output), Console(file=notices))
        status = run(arguments, invocation)
        self.output, self.notices = output.getvalue(), notices.getvalue()
        return status

    def ask(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a query."""
        assert self("query", sql, "--json") == 0, self.notices
        rows: list[dict[str, Any]] = json.loads(self.output)
        return rows
