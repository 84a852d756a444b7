"""Schedules with a task of the Windows Task Scheduler, which catches up on a missed run.

The format: https://learn.microsoft.com/en-us/windows/win32/taskschd/task-scheduler-schema
"""

from __future__ import annotations

import csv
import html
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from xml.etree import ElementTree as ET

from playlake.errors import CommandError
from playlake.schedule.programs import run_checked
from playlake.schedule.scheduler import Scheduled, describe, timing_in
from playlake.schedule.timing import DAY, WEEK

if TYPE_CHECKING:
    from playlake.schedule.job import Job
    from playlake.schedule.scheduler import Machine
    from playlake.schedule.timing import Timing

_NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
# A Monday in the past, so that the first run is the next one.
_FIRST_DAY = "2024-01-01"
_DESCRIPTION = re.compile(r"<Description>(.*?)</Description>")
_SETTINGS = {
    "MultipleInstancesPolicy": "IgnoreNew",
    "DisallowStartIfOnBatteries": "false",
    "StopIfGoingOnBatteries": "false",
    "StartWhenAvailable": "true",
    "ExecutionTimeLimit": "PT0S",  # none
}


@dataclass(frozen=True, slots=True)
class TaskScheduler:
    """The user's tasks of the Windows Task Scheduler."""

    machine: Machine

    name: ClassVar[str] = "windows"
    notes: ClassVar[tuple[str, ...]] = (
        "A run that was missed starts as soon as the machine is available.",
        "Runs start while you are logged in.",
    )

    def obstacle(self) -> str | None:
        """Why it cannot be used on this machine; None if it can."""
        if self.machine.platform != "win32":
            return "the Windows Task Scheduler is only on Windows"
        return None if self.machine.programs.has("schtasks") else "schtasks is not installed"

    def texts(self, job: Job, timing: Timing) -> dict[str, str]:
        """The task's XML."""
        return {f"task {job.name}": task_text(job, timing)}

    def install(self, job: Job, timing: Timing) -> list[str]:
        """Install a job in place of an earlier one of its name; says what was done."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"{job.name}.xml"
            file.write_bytes(encoded(task_text(job, timing)))
            self._schtasks("/Create", "/TN", job.name, "/XML", str(file), "/F")
        return [f"Created the task {job.name} with schtasks"]

    def find(self, job_name: str) -> Scheduled | None:
        """The schedule of a job, if there is one."""
        if self.obstacle() is not None:
            return None
        query = ("schtasks", "/Query", "/TN", job_name)
        answer = self.machine.programs.run(*query, "/XML")
        if answer.status:
            return None
        described = _DESCRIPTION.search(answer.output)
        timing = timing_in(html.unescape(described[1])) if described else "at unknown times"
        shown = self._schtasks(*query[1:], "/FO", "CSV", "/NH")
        return Scheduled(timing, f"the task {job_name}", _next_run(shown))

    def remove(self, job_name: str) -> list[str]:
        """Remove a job that is scheduled; says what was done."""
        self._schtasks("/Delete", "/TN", job_name, "/F")
        return [f"Deleted the task {job_name} with schtasks"]

    def _schtasks(self, *arguments: str) -> str:
        return run_checked(self.machine.programs, "schtasks", *arguments)


def task_text(job: Job, timing: Timing) -> str:
    """The XML of a job's task.

    Raises:
        CommandError: the command interpreter would expand a text of the job.
    """
    task = ET.Element("Task", {"version": "1.2", "xmlns": _NAMESPACE})
    ET.SubElement(ET.SubElement(task, "RegistrationInfo"), "Description").text = describe(timing)
    _add_trigger(ET.SubElement(task, "Triggers"), timing)
    settings = ET.SubElement(task, "Settings")
    for name, text in _SETTINGS.items():
        ET.SubElement(settings, name).text = text
    action = ET.SubElement(ET.SubElement(task, "Actions"), "Exec")
    ET.SubElement(action, "Command").text = "cmd.exe"
    ET.SubElement(action, "Arguments").text = _arguments(job)
    ET.indent(task)
    return f'<?xml version="1.0" encoding="UTF-16"?>\n{ET.tostring(task, encoding="unicode")}\n'


def encoded(xml: str) -> bytes:
    """XML in UTF-16 with a byte order mark, as schtasks reads it."""
    return b"\xff\xfe" + xml.encode("utf-16-le")


def _add_trigger(triggers: ET.Element, timing: Timing) -> None:
    trigger = ET.SubElement(triggers, "CalendarTrigger")
    begin = "00:00" if timing.every < DAY else f"{timing.at:%H:%M}"
    ET.SubElement(trigger, "StartBoundary").text = f"{_FIRST_DAY}T{begin}:00"
    if timing.every < DAY:
        repetition = ET.SubElement(trigger, "Repetition")
        step = f"{timing.minutes}M" if timing.minutes else f"{timing.hours}H"
        ET.SubElement(repetition, "Interval").text = f"PT{step}"
        ET.SubElement(repetition, "Duration").text = "P1D"
    if timing.every == WEEK:
        by_week = ET.SubElement(trigger, "ScheduleByWeek")
        ET.SubElement(by_week, "WeeksInterval").text = "1"
        ET.SubElement(ET.SubElement(by_week, "DaysOfWeek"), "Monday")
    else:
        by_day = ET.SubElement(trigger, "ScheduleByDay")
        ET.SubElement(by_day, "DaysInterval").text = "1"


def _arguments(job: Job) -> str:
    """The arguments of cmd.exe: set the variables, run the command, append to the log."""
    sets = [f"set {_quoted(f'{name}={text}')}" for name, text in job.environment.items()]
    command = " ".join(_quoted(word) for word in job.command)
    line = " && ".join([*sets, f"{command} >> {_quoted(str(job.log))} 2>&1"])
    return f'/d /s /v:off /c "{line}"'


def _quoted(text: str) -> str:
    if "%" in text or '"' in text:
        raise CommandError(
            f"{text} has a % or a quotation mark, which the Windows command interpreter would "
            "expand: rename the folder, or move it with PLAYLAKE_HOME"
        )
    return f'"{text}"'


def _next_run(shown: str) -> str | None:
    """The second field of `schtasks /Query /FO CSV /NH`; its first is the task's name."""
    rows = [row for row in csv.reader(shown.splitlines()) if len(row) > 1]
    return rows[0][1] if rows else None
