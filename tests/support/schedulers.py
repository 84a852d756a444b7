"""A computer with fake programs that keep schedules, and paths that are awkward for them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console

from playlake.__main__ import run
from playlake.invocation import Invocation
from playlake.project import Project
from playlake.schedule.job import job_name
from playlake.shipped import Shipped

if TYPE_CHECKING:
    from pathlib import Path

# Every character that one of the formats treats in a way of its own.
AWKWARD = "a b%c $HOME \"q\" 'r' \\%d\\ <&> ü`x`;#!"

CRONTAB = """#!/bin/sh
case "$1" in
-l) if [ -f {tab} ]; then /bin/cat {tab}; else echo "no crontab for somebody" >&2; exit 1; fi ;;
-) /bin/cat > {tab} ;;
esac
"""
SYSTEMCTL = """#!/bin/sh
echo "$@" >> {calls}
case "$2" in
show) echo "Mon 2026-11-30 06:00:00 UTC" ;;
esac
"""
FAILING = """#!/bin/sh
echo "Failed to connect to bus" >&2
exit 1
"""


class Computer:
    """Runs `playlake` for a user of a computer that has the given programs only."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.crontab = folder / "crontab"
        self.calls = folder / "calls"
        self.config = folder / "config"
        self.project = Project(folder / "lake home", Shipped.in_clone(folder))
        self.name = job_name(self.project.home)
        self.output = io.StringIO()
        self.notices = io.StringIO()
        self.bin.mkdir()
        self.calls.touch()

    def has(self, name: str, script: str) -> None:
        """Install a program."""
        program = self.bin / name
        program.write_text(script.format(tab=self.crontab, calls=self.calls))
        program.chmod(0o755)

    def __call__(self, *arguments: str) -> int:
        self.output, self.notices = io.StringIO(), io.StringIO()
        output, notices = (Console(file=file, width=500) for file in (self.output, self.notices))
        return run(["schedule", *arguments], Invocation(self.project, output, notices))

    @property
    def lines(self) -> list[str]:
        """The lines of the last command's output."""
        return self.output.getvalue().splitlines()

    @property
    def last_words(self) -> str:
        """The last notice of the last command."""
        return self.notices.getvalue().splitlines()[-1]
