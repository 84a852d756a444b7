"""The texts for the schedulers, exactly, and read back as each scheduler reads them."""

from __future__ import annotations

import os
import plistlib
import shlex
import shutil
import subprocess
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from schedulers import AWKWARD

from playlake.errors import CommandError
from playlake.schedule.cron import block
from playlake.schedule.job import Job
from playlake.schedule.launchd import agent_text
from playlake.schedule.systemd import service_text, timer_text
from playlake.schedule.timing import DAY, WEEK, Timing
from playlake.schedule.windows import encoded, task_text

SYSTEMD_ANALYZE = shutil.which("systemd-analyze") or ""
DAILY = Timing(DAY, time(7, 30))
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


def test_the_units_of_systemd(job: Job) -> None:
    assert (
        service_text(job)
        == """[Unit]
Description=Playlake takes a snapshot of your playlists

[Service]
Type=oneshot
Environment="PLAYLAKE_HOME=/srv/robin/lake"
ExecStart=/usr/bin/env "/opt/playlake/bin/playlake" "run"
StandardOutput=append:/srv/robin/lake/logs/schedule.log
StandardError=inherit
SuccessExitStatus=75
"""
    )
    assert (
        timer_text(DAILY)
        == """[Unit]
Description=Playlake: every day at 07:30

[Timer]
OnCalendar=*-*-* 07:30:00
Persistent=true

[Install]
WantedBy=timers.target
"""
    )


def setting(unit: str, name: str) -> str:
    (value,) = [line.partition("=")[2] for line in unit.splitlines() if line.startswith(f"{name}=")]
    return value.replace("%%", "%")


def test_systemd_reads_awkward_paths(awkward_job: Job) -> None:
    unit = service_text(awkward_job)
    assert "$" not in setting(unit, "ExecStart").replace("$$", "")
    env, *command = (word.replace("$$", "$") for word in shlex.split(setting(unit, "ExecStart")))
    assert (env, tuple(command)) == ("/usr/bin/env", awkward_job.command)
    assert shlex.split(setting(unit, "Environment")) == [f"PLAYLAKE_HOME=/srv/{AWKWARD}"]
    assert setting(unit, "StandardOutput") == f"append:{awkward_job.log}"


@pytest.mark.skipif(not SYSTEMD_ANALYZE, reason="systemd is not installed")
def test_systemd_itself_finds_no_fault(awkward_job: Job, tmp_path: Path) -> None:
    service, timer = tmp_path / "playlake-1.service", tmp_path / "playlake-1.timer"
    service.write_text(service_text(awkward_job))
    timer.write_text(timer_text(DAILY))
    verified = subprocess.run(
        [SYSTEMD_ANALYZE, "verify", "--user", str(service), str(timer)],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (verified.returncode, verified.stderr) == (0, "")


def test_the_line_of_cron(job: Job) -> None:
    assert block(job, DAILY) == (
        "# BEGIN playlake-1 (by `playlake schedule`) Playlake: every day at 07:30\n"
        "30 7 * * * PLAYLAKE_HOME=/srv/robin/lake /opt/playlake/bin/playlake run "
        ">> /srv/robin/lake/logs/schedule.log 2>&1\n"
        "# END playlake-1\n"
    )


def as_cron_reads(command: str) -> str:
    """What cron passes to the shell: up to the first `%` that no backslash escapes."""
    read, is_escaped = "", False
    for character in command:
        if is_escaped and character == "%":
            read = read[:-1]
        elif character == "%":
            break
        read += character
        is_escaped = character == "\\" and not is_escaped
    return read


def test_cron_runs_a_command_at_awkward_paths(tmp_path: Path) -> None:
    folder = tmp_path / AWKWARD.replace("/", "")
    folder.mkdir()
    program, log = folder / "playlake", folder / "log"
    program.write_text('#!/bin/sh\necho "$PLAYLAKE_HOME|$@"\necho problem >&2\nexit 75\n')
    program.chmod(0o755)
    job = Job("playlake-1", (str(program), "run"), {"PLAYLAKE_HOME": str(folder)}, log)
    line = block(job, DAILY).splitlines()[1]
    command = as_cron_reads(line.split(" ", 5)[5])
    for _ in range(2):
        assert subprocess.run(["/bin/sh", "-c", command], check=False).returncode == 75
    assert log.read_text().splitlines() == [f"{folder}|run", "problem"] * 2


def test_a_command_that_cron_would_cut_off_is_refused(job: Job) -> None:
    with pytest.raises(CommandError, match="longer than cron takes"):
        block(replace(job, log=Path("/" + "x" * 990)), DAILY)


def test_the_agent_of_launchd(awkward_job: Job) -> None:
    text = agent_text(awkward_job, Timing(WEEK))
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC')
    assert plistlib.loads(text.encode()) == {
        "Label": "playlake-1",
        "ProgramArguments": list(awkward_job.command),
        "EnvironmentVariables": awkward_job.environment,
        "StartCalendarInterval": [{"Weekday": 1, "Hour": 6, "Minute": 0}],
        "StandardOutPath": str(awkward_job.log),
        "StandardErrorPath": str(awkward_job.log),
        "ProcessType": "Background",
    }


def windows_job() -> Job:
    folder = "C:\\Lakes\\Zoë & 'Jö' <x> ^!"
    command = (f"{folder}\\playlake.exe", "run")
    return Job("playlake-1", command, {"PLAYLAKE_HOME": folder}, Path(f"{folder}\\schedule.log"))


def test_the_task_of_windows() -> None:
    xml = encoded(task_text(windows_job(), DAILY))
    assert xml.startswith(b"\xff\xfe<\x00?\x00x\x00")
    task = ET.fromstring(xml)  # noqa: S314 - our own text
    assert task.tag == f"{TASK}Task"
    assert task.findtext(f".//{TASK}Description") == "Playlake: every day at 07:30"
    assert task.findtext(f".//{TASK}StartWhenAvailable") == "true"
    assert task.findtext(f".//{TASK}MultipleInstancesPolicy") == "IgnoreNew"
    assert task.findtext(f".//{TASK}Command") == "cmd.exe"
    folder = "C:\\Lakes\\Zoë & 'Jö' <x> ^!"
    assert task.findtext(f".//{TASK}Arguments") == (
        f'/d /s /v:off /c "set "PLAYLAKE_HOME={folder}" && '
        f'"{folder}\\playlake.exe" "run" >> "{folder}\\schedule.log" 2>&1"'
    )


@pytest.mark.parametrize(
    ("timing", "trigger"),
    [
        (
            DAILY,
            [
                ("StartBoundary", "2024-01-01T07:30:00"),
                ("ScheduleByDay", ""),
                ("DaysInterval", "1"),
            ],
        ),
        (
            Timing(WEEK),
            [
                ("StartBoundary", "2024-01-01T06:00:00"),
                ("ScheduleByWeek", ""),
                ("WeeksInterval", "1"),
                ("DaysOfWeek", ""),
                ("Monday", ""),
            ],
        ),
        (
            Timing(timedelta(minutes=30)),
            [
                ("StartBoundary", "2024-01-01T00:00:00"),
                ("Repetition", ""),
                ("Interval", "PT30M"),
                ("Duration", "P1D"),
                ("ScheduleByDay", ""),
                ("DaysInterval", "1"),
            ],
        ),
        (
            Timing(timedelta(hours=6)),
            [
                ("StartBoundary", "2024-01-01T00:00:00"),
                ("Repetition", ""),
                ("Interval", "PT6H"),
                ("Duration", "P1D"),
                ("ScheduleByDay", ""),
                ("DaysInterval", "1"),
            ],
        ),
    ],
)
def test_the_trigger_of_windows_has_the_order_of_its_schema(
    timing: Timing, trigger: list[tuple[str, str]]
) -> None:
    task = ET.fromstring(encoded(task_text(windows_job(), timing)))  # noqa: S314 - our own text
    elements = task.find(f".//{TASK}CalendarTrigger")
    assert elements is not None
    found = [(one.tag.removeprefix(TASK), (one.text or "").strip()) for one in elements.iter()]
    assert found[1:] == trigger


@pytest.mark.parametrize("home", ["C:\\%TEMP%\\lake", 'C:\\a" & del x'])
def test_what_the_command_interpreter_of_windows_would_expand_is_refused(home: str) -> None:
    job = replace(windows_job(), environment={"PLAYLAKE_HOME": home})
    with pytest.raises(CommandError, match="which the Windows command interpreter would expand"):
        task_text(job, DAILY)
