"""Schedules with a line of the user's crontab, between two comments that mark it.

All other lines of the crontab stay as they are, byte for byte.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from playlake.errors import CommandError
from playlake.schedule.programs import run_checked
from playlake.schedule.scheduler import Scheduled, describe, timing_in
from playlake.schedule.timing import WEEK

if TYPE_CHECKING:
    from playlake.schedule.job import Job
    from playlake.schedule.programs import Completed
    from playlake.schedule.scheduler import Machine
    from playlake.schedule.timing import Timing

_PLACE = "the crontab"
# https://sources.debian.org/src/cron/latest/cron.h/ has MAX_COMMAND 1000.
_MAX_COMMAND_BYTES = 998
_NO_CRONTAB = re.compile(r"no crontab for|No such file or directory")


@dataclass(frozen=True, slots=True)
class Cron:
    """The user's crontab."""

    machine: Machine

    name: ClassVar[str] = "cron"
    notes: ClassVar[tuple[str, ...]] = (
        "cron does not catch up: a run that the machine slept through does not take place.",
        "cron starts a run even if the one before has not ended.",
        "A cron service has to run on this machine; Playlake does not check that.",
    )

    def obstacle(self) -> str | None:
        """Why it cannot be used on this machine; None if it can."""
        if not self.machine.programs.has("crontab"):
            return "crontab is not installed"
        answer = self._list()
        return None if _is_readable(answer) else f"crontab cannot be used ({answer.reason})"

    def texts(self, job: Job, timing: Timing) -> dict[str, str]:
        """The marked line."""
        return {_PLACE: block(job, timing)}

    def install(self, job: Job, timing: Timing) -> list[str]:
        """Install a job in place of an earlier one of its name; says what was done."""
        line = block(job, timing)
        others = _without(self._read(), job.name)
        is_ended = not others or others.endswith("\n")
        self._write(f"{others}{'' if is_ended else chr(10)}{line}")
        return [f"Wrote a line into {_PLACE}; its other lines are unchanged"]

    def find(self, job_name: str) -> Scheduled | None:
        """The schedule of a job, if there is one."""
        if self.obstacle() is not None:
            return None
        found = _marked(job_name).search(self._read())
        return None if found is None else Scheduled(timing_in(found["description"]), _PLACE)

    def remove(self, job_name: str) -> list[str]:
        """Remove a job that is scheduled; says what was done."""
        self._write(_without(self._read(), job_name))
        return [f"Removed the line from {_PLACE}; its other lines are unchanged"]

    def _read(self) -> str:
        answer = self._list()
        if not _is_readable(answer):
            raise CommandError(f"`crontab -l` failed, so nothing was changed: {answer.reason}")
        return "" if answer.status else answer.output

    def _list(self) -> Completed:
        return self.machine.programs.run("crontab", "-l")

    def _write(self, crontab: str) -> None:
        run_checked(self.machine.programs, "crontab", "-", given=crontab)


def block(job: Job, timing: Timing) -> str:
    """The line of a job between its marks.

    Raises:
        CommandError: the line is too long for cron.
    """
    begin, end = _marks(job.name)
    command = _command(job)
    if len(command.encode()) > _MAX_COMMAND_BYTES:
        raise CommandError(
            f"the command is longer than cron takes ({_MAX_COMMAND_BYTES} bytes): use shorter "
            "paths, or another scheduler"
        )
    return f"{begin}{describe(timing)}\n{cron_time(timing)} {command}\n{end}\n"


def cron_time(timing: Timing) -> str:
    """The five fields of crontab(5)."""
    if timing.minutes:
        return f"*/{timing.minutes} * * * *"
    if timing.hours:
        return f"0 */{timing.hours} * * *"
    return f"{timing.at.minute} {timing.at.hour} * * {1 if timing.every == WEEK else '*'}"


def _is_readable(answer: Completed) -> bool:
    """Whether `crontab -l` gave the crontab, or said that there is none yet."""
    return not answer.status or _NO_CRONTAB.search(answer.errors) is not None


def _command(job: Job) -> str:
    environment = (f"{name}={shlex.quote(text)}" for name, text in job.environment.items())
    words = (shlex.quote(word) for word in job.command)
    line = " ".join([*environment, *words, ">>", shlex.quote(str(job.log)), "2>&1"])
    return _escaped(line)


def _escaped(line: str) -> str:
    r"""Escape `%`, with which cron ends a command.

    cron takes `\\` as one escaped backslash, so two quotes that the shell drops part a backslash
    from `\%`.
    """
    return line.replace("\\%", "\\''%").replace("%", "\\%")


def _marks(job_name: str) -> tuple[str, str]:
    return f"# BEGIN {job_name} (by `playlake schedule`) ", f"# END {job_name}"


def _marked(job_name: str) -> re.Pattern[str]:
    begin, end = (re.escape(mark) for mark in _marks(job_name))
    return re.compile(rf"^{begin}(?P<description>.*)\n(?:.*\n)?{end}(?:\n|\Z)", re.MULTILINE)


def _without(crontab: str, job_name: str) -> str:
    others = _marked(job_name).sub("", crontab)
    if any(mark in others for mark in _marks(job_name)):
        raise CommandError(
            f"the marks of {job_name} in the crontab were changed, so nothing is written: delete "
            "its lines with `crontab -e`, and try again"
        )
    return others
