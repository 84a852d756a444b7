"""The commands that read the demonstration's lake, as they can be typed where it was started."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from playlake.demo.report import heading
from playlake.errors import CommandError
from playlake.project import Project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake.invocation import Invocation

_PROGRAM = "playlake"


def show_reading(here: Invocation, lake: Path) -> None:
    """Run one of the commands in front of the person, say how long it took, and print others.

    Raises:
        CommandError: the command failed.
    """
    query, *others = reading_commands(named_lake(here.project, lake))
    heading(here, typed(query))
    here.output.file.flush()
    started = time.perf_counter()
    status = subprocess.run([own_program(), *query], check=False).returncode  # noqa: S603
    took = time.perf_counter() - started
    if status:
        raise CommandError(f"the lake in {lake} cannot be read (status {status})")
    here.say(f"That took {took:.1f} s: the lake is plain files, and no service runs any more.")
    here.say(f"It is kept in {lake}, its music is invented. Ask it more:")
    for command in others:
        here.say(f"  {typed(command)}")


def reading_commands(lake: str) -> list[list[str]]:
    """The arguments of commands that read a lake, as `--lake` names it; the first shows little."""
    newest = "SELECT snapshot_date, name, total FROM playlists ORDER BY 1 DESC, 3 DESC LIMIT 5"
    return [
        ["query", "--lake", lake, newest],
        ["query", "--lake", lake, "--name", "playlist_changes"],
        ["runs", "--lake", lake],
        ["tables", "--lake", lake],
        ["query", "--list"],
    ]


def named_lake(project: Project, lake: Path) -> str:
    """How `--lake` names a lake in the next command: by its name if that is found, or by its path.

    The home of this command is that of the next one only if no variable has chosen it.
    """
    return lake.name if project.home == Project.find({}).home else _short(lake)


def typed(arguments: Sequence[str]) -> str:
    """A command line of this program, as it is typed here."""
    found = shutil.which(_PROGRAM)
    own = own_program()
    is_found = found is not None and Path(found).resolve() == own.resolve()
    return shlex.join([_PROGRAM if is_found else _short(own), *arguments])


def own_program() -> Path:
    """The path of this very program."""
    return Path(sys.executable).with_name(_PROGRAM)


def _short(path: Path) -> str:
    """A path from the working folder if it is below it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
