"""Schedules with a systemd user timer, which catches up on a run that the machine slept through.

https://www.freedesktop.org/software/systemd/man/latest/systemd.timer.html
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from playlake.schedule.programs import run_checked
from playlake.schedule.scheduler import (
    Scheduled,
    delete_file,
    describe,
    timing_in,
    write_file,
)
from playlake.schedule.timing import WEEK
from playlake_contracts.errors import ErrorCode

if TYPE_CHECKING:
    from playlake.schedule.job import Job
    from playlake.schedule.scheduler import Machine
    from playlake.schedule.timing import Timing

_DESCRIPTION = "Description="
# A run that leaves playlists to the next run has not failed.
_LEFT_TO_NEXT_RUN = ErrorCode.STOPPED_EARLY.info.exit_status


@dataclass(frozen=True, slots=True)
class Systemd:
    """The user's own systemd."""

    machine: Machine

    name: ClassVar[str] = "systemd"
    notes: ClassVar[tuple[str, ...]] = (
        "A run that the machine slept through, or was off for, starts at the next chance.",
        "Runs start while you are logged in; `loginctl enable-linger` lets them start always.",
    )

    def obstacle(self) -> str | None:
        """Why it cannot be used on this machine; None if it can."""
        if not self.machine.programs.has("systemctl"):
            return "systemctl is not installed"
        answer = self.machine.programs.run("systemctl", "--user", "show-environment")
        return f"systemd does not run for this user ({answer.reason})" if answer.status else None

    def texts(self, job: Job, timing: Timing) -> dict[str, str]:
        """The service and the timer, by path."""
        timer, service = self._paths(job.name)
        return {str(service): service_text(job), str(timer): timer_text(timing)}

    def install(self, job: Job, timing: Timing) -> list[str]:
        """Install a job in place of an earlier one of its name; says what was done."""
        return [
            *(write_file(Path(path), text) for path, text in self.texts(job, timing).items()),
            self._systemctl("daemon-reload"),
            self._systemctl("enable", f"{job.name}.timer"),
            self._systemctl("restart", f"{job.name}.timer"),  # an earlier timing may be in force
        ]

    def find(self, job_name: str) -> Scheduled | None:
        """The schedule of a job, if there is one."""
        timer, _ = self._paths(job_name)
        if not timer.exists():
            return None
        lines = timer.read_text(encoding="utf-8").splitlines()
        described = next((line for line in lines if line.startswith(_DESCRIPTION)), "")
        timing = timing_in(described.removeprefix(_DESCRIPTION))
        return Scheduled(timing, str(timer), self._next_run(job_name))

    def remove(self, job_name: str) -> list[str]:
        """Remove a job that is scheduled; says what was done."""
        return [
            self._systemctl("disable", "--now", f"{job_name}.timer"),
            *(delete_file(path) for path in self._paths(job_name)),
            self._systemctl("daemon-reload"),
        ]

    def _paths(self, job_name: str) -> tuple[Path, Path]:
        """The paths of the timer and the service."""
        units = self.machine.config / "systemd" / "user"
        return units / f"{job_name}.timer", units / f"{job_name}.service"

    def _systemctl(self, *arguments: str) -> str:
        run_checked(self.machine.programs, "systemctl", "--user", *arguments)
        return f"Ran systemctl --user {' '.join(arguments)}"

    def _next_run(self, job_name: str) -> str | None:
        if self.obstacle() is not None:
            return None
        wanted = ("--property=NextElapseUSecRealtime", "--value")
        shown = self.machine.programs.run(
            "systemctl", "--user", "show", f"{job_name}.timer", *wanted
        )
        return shown.output.strip() or None


def service_text(job: Job) -> str:
    """The unit that runs a job.

    The program is an argument of env, because systemd expands `$` in arguments only.
    """
    command = " ".join(_quoted(word).replace("$", "$$") for word in job.command)
    environment = "".join(
        f"Environment={_quoted(f'{name}={text}')}\n" for name, text in job.environment.items()
    )
    return (
        "[Unit]\n"
        "Description=Playlake takes a snapshot of your playlists\n"
        "\n"
        "[Service]\n"
        "Type=oneshot\n"
        f"{environment}"
        f"ExecStart=/usr/bin/env {command}\n"
        f"StandardOutput=append:{_without_specifiers(str(job.log))}\n"  # this takes no quotes
        "StandardError=inherit\n"
        f"SuccessExitStatus={_LEFT_TO_NEXT_RUN}\n"
    )


def timer_text(timing: Timing) -> str:
    """The unit that starts the service at its times."""
    return (
        "[Unit]\n"
        f"{_DESCRIPTION}{describe(timing)}\n"
        "\n"
        "[Timer]\n"
        f"OnCalendar={on_calendar(timing)}\n"
        "Persistent=true\n"
        "\n"
        "[Install]\n"
        "WantedBy=timers.target\n"
    )


def on_calendar(timing: Timing) -> str:
    """A timing as systemd.time(7) writes it."""
    if timing.minutes:
        return f"*-*-* *:00/{timing.minutes}:00"
    if timing.hours:
        return f"*-*-* 00/{timing.hours}:00:00"
    return f"{'Mon ' if timing.every == WEEK else ''}*-*-* {timing.at:%H:%M}:00"


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_without_specifiers(escaped)}"'


def _without_specifiers(text: str) -> str:
    return text.replace("%", "%%")
