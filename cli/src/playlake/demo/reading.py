"""The commands that read the demonstration's lake, as they can be typed where it was started."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from playlake.demo.report import heading
from playlake.errors import CommandError
from playlake.lakes.folder import FolderLake
from playlake.project import Project

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from playlake.invocation import Invocation
    from playlake.lakes.lake import Lake

_PROGRAM = "playlake"
# What a shell obeys inside double quotes.
_SPECIAL = frozenset('"$`\\!')
_BUSIEST = """
SELECT coalesce(max_by(shown.name, shown.fetched_at), daily.playlist_id) AS name
FROM playlist_daily AS daily
JOIN playlists AS shown
    ON shown.playlist_id = daily.playlist_id AND shown.run_id = daily.contents_run_id
GROUP BY daily.playlist_id
ORDER BY sum(coalesce(entries_added, 0) + coalesce(entries_removed, 0)) DESC, daily.playlist_id
LIMIT 1
"""


def show_reading(here: Invocation, lake: Path, first: date, example: str) -> None:
    """Look back at the busiest playlist in front of the person, and print other commands.

    Args:
        here: the invocation.
        lake: the folder of the demonstration's lake.
        first: the day of its first run.
        example: the name of a playlist in it.

    Raises:
        CommandError: a command failed.
    """
    place = named_lake(here.project, lake)
    busiest = busiest_playlist(FolderLake.open(lake, here.project.logs))
    ago = (datetime.now(UTC).date() - first).days
    commands = looking_back(place, busiest, ago)
    started = time.perf_counter()
    for command in commands:
        heading(here, typed(command))
        here.output.file.flush()
        status = subprocess.run([own_program(), *command], check=False).returncode  # noqa: S603
        if status:
            raise CommandError(f"the lake in {lake} cannot be read (status {status})")
    took = time.perf_counter() - started
    here.say(
        f"\nThose {len(commands)} commands took {took:.1f} s: the lake is plain files, and no "
        "service runs any more."
    )
    here.say(f"It is kept in {lake}, its music is invented. Ask it more:")
    for command in reading_commands(place, example):
        here.say(f"  {typed(command)}")
    here.say(f"Look at it in the browser: {typed(['up', '--lake', place])}")


def busiest_playlist(lake: Lake) -> str:
    """The name of the playlist with the most entries added and removed, else its id."""
    ((name,),) = lake.query(_BUSIEST).rows
    return str(name)


def looking_back(lake: str, playlist: str, days: int) -> list[list[str]]:
    """The arguments of commands that look back at a playlist.

    Args:
        lake: the lake as `--lake` names it.
        playlist: the playlist, as a person names it.
        days: how many days ago the first run was.
    """
    return [
        ["diff", playlist, _days_ago(days), "--limit", "14", "--lake", lake],
        ["history", playlist, "--limit", "4", "--lake", lake],
        ["show", playlist, "--at", _days_ago(min(days, 3)), "--limit", "5", "--lake", lake],
    ]


def reading_commands(lake: str, example: str) -> list[list[str]]:
    """The arguments of other commands that read a lake, as `--lake` names it, and a playlist."""
    newest = "SELECT snapshot_date, name, total FROM playlists ORDER BY 1 DESC, 3 DESC LIMIT 5"
    return [
        ["show", example, "--urls", "--lake", lake],
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
    return " ".join(map(_quoted, [_PROGRAM if is_found else _short(own), *arguments]))


def own_program() -> Path:
    """The path of this very program."""
    return Path(sys.executable).with_name(_PROGRAM)


def _days_ago(days: int) -> str:
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


def _quoted(word: str) -> str:
    """A word for a shell, in double quotes where a shell would take it apart."""
    quoted = shlex.quote(word)
    return quoted if quoted == word or _SPECIAL.intersection(word) else f'"{word}"'


def _short(path: Path) -> str:
    """A path from the working folder if it is below it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
