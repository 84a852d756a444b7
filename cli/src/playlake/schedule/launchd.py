"""Schedules with a launchd agent of macOS, which catches up on a run after sleep.

The format is described in launchd.plist(5).
"""

from __future__ import annotations

import plistlib
from dataclasses import dataclass
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from playlake.schedule.programs import run_checked
from playlake.schedule.scheduler import Scheduled, delete_file, write_file
from playlake.schedule.timing import DAY, WEEK, Timing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from playlake.schedule.job import Job
    from playlake.schedule.scheduler import Machine

_MONDAY = 1


@dataclass(frozen=True, slots=True)
class Launchd:
    """The user's agents of launchd."""

    machine: Machine

    name: ClassVar[str] = "launchd"
    notes: ClassVar[tuple[str, ...]] = (
        "A run that the Mac slept through starts when it wakes; one while it was off does not.",
        "Runs start while you are logged in.",
    )

    def obstacle(self) -> str | None:
        """Why it cannot be used on this machine; None if it can."""
        if self.machine.platform != "darwin":
            return "launchd is only on macOS"
        return None if self.machine.programs.has("launchctl") else "launchctl is not installed"

    def texts(self, job: Job, timing: Timing) -> dict[str, str]:
        """The agent, by path."""
        return {str(self._path(job.name)): agent_text(job, timing)}

    def install(self, job: Job, timing: Timing) -> list[str]:
        """Install a job in place of an earlier one of its name; says what was done."""
        path = self._path(job.name)
        return [
            *self._unload(job.name),
            write_file(path, agent_text(job, timing)),
            self._launchctl("bootstrap", self._domain, str(path)),
        ]

    def find(self, job_name: str) -> Scheduled | None:
        """The schedule of a job, if there is one."""
        path = self._path(job_name)
        if not path.exists():
            return None
        agent = plistlib.loads(path.read_bytes())
        return Scheduled(str(_timing(agent["StartCalendarInterval"])), str(path))

    def remove(self, job_name: str) -> list[str]:
        """Remove a job that is scheduled; says what was done."""
        return [*self._unload(job_name), delete_file(self._path(job_name))]

    @property
    def _domain(self) -> str:
        return f"gui/{self.machine.user_id}"

    def _path(self, job_name: str) -> Path:
        return self.machine.home / "Library" / "LaunchAgents" / f"{job_name}.plist"

    def _unload(self, job_name: str) -> list[str]:
        target = f"{self._domain}/{job_name}"
        is_loaded = not self.machine.programs.run("launchctl", "print", target).status
        return [self._launchctl("bootout", target)] if is_loaded else []

    def _launchctl(self, *arguments: str) -> str:
        run_checked(self.machine.programs, "launchctl", *arguments)
        return f"Ran launchctl {' '.join(arguments)}"


def agent_text(job: Job, timing: Timing) -> str:
    """The property list of a job."""
    agent = {
        "Label": job.name,
        "ProgramArguments": list(job.command),
        "EnvironmentVariables": dict(job.environment),
        "StartCalendarInterval": calendar_intervals(timing),
        "StandardOutPath": str(job.log),
        "StandardErrorPath": str(job.log),
        "ProcessType": "Background",
    }
    return plistlib.dumps(agent, sort_keys=False).decode()


def calendar_intervals(timing: Timing) -> list[dict[str, int]]:
    """The times of a timing; launchd takes a field that is missing as any."""
    if timing.minutes:
        return [{"Minute": minute} for minute in range(0, 60, timing.minutes)]
    if timing.hours:
        return [{"Hour": hour, "Minute": 0} for hour in range(0, 24, timing.hours)]
    of_day = {"Hour": timing.at.hour, "Minute": timing.at.minute}
    return [{"Weekday": _MONDAY, **of_day} if timing.every == WEEK else of_day]


def _timing(intervals: Sequence[dict[str, Any]]) -> Timing:
    """The timing of `calendar_intervals`."""
    first, count = intervals[0], len(intervals)
    if "Hour" not in first:
        return Timing(timedelta(hours=1) / count)
    if count > 1:
        return Timing(DAY / count)
    return Timing(WEEK if "Weekday" in first else DAY, time(first["Hour"], first["Minute"]))
