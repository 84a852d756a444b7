"""What every scheduler can do, and the machine that it does it on."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol

from playlake.errors import CommandError
from playlake.schedule.programs import InstalledPrograms, Programs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake.schedule.job import Job
    from playlake.schedule.timing import Timing


@dataclass(frozen=True, slots=True)
class Machine:
    """This machine, for one user.

    Attributes:
        platform: as `sys.platform`.
        home: the user's home folder.
        config: the folder of the user's settings, of which systemd reads a part.
        user_id: the user's number; 0 on Windows, which has none.
    """

    platform: str
    home: Path
    config: Path
    user_id: int
    programs: Programs

    @classmethod
    def here(cls, environment: Mapping[str, str]) -> Machine:
        """This machine and this user."""
        home = Path.home()
        config = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
        user_id = os.getuid() if hasattr(os, "getuid") else 0
        return cls(sys.platform, home, config, user_id, InstalledPrograms())


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A schedule that is in force.

    Attributes:
        timing: when it runs, in words.
        place: where it is kept.
        next_run: when it runs next, in the scheduler's words; None if the scheduler does not say.
    """

    timing: str
    place: str
    next_run: str | None = None


class Scheduler(Protocol):
    """A program of the operating system that starts jobs.

    Attributes:
        name: what `--with` takes.
        notes: what a user should know about it, one sentence each.
    """

    name: ClassVar[str]
    notes: ClassVar[tuple[str, ...]]

    def obstacle(self) -> str | None:
        """Why it cannot be used on this machine; None if it can."""

    def texts(self, job: Job, timing: Timing) -> dict[str, str]:
        """The text to install, by the place that it is kept in."""

    def install(self, job: Job, timing: Timing) -> list[str]:
        """Install a job in place of an earlier one of its name; says what was done."""

    def find(self, job_name: str) -> Scheduled | None:
        """The schedule of a job, if there is one."""

    def remove(self, job_name: str) -> list[str]:
        """Remove a job that is scheduled; says what was done."""


def describe(timing: Timing) -> str:
    """The description of a job; `timing_in` reads it back."""
    return f"Playlake: {timing}"


def timing_in(description: str) -> str:
    """The timing in a description."""
    return description.removeprefix("Playlake: ")


def write_file(path: Path, contents: str) -> str:
    """Write a file and its folder; says so.

    Raises:
        CommandError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(contents, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}") from error
    return f"Wrote {path}"


def delete_file(path: Path) -> str:
    """Delete a file if it exists; says so.

    Raises:
        CommandError: it cannot be deleted.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise CommandError(f"{path} cannot be deleted: {error.strerror}") from error
    return f"Deleted {path}"
