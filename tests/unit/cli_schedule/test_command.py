"""`playlake schedule` on computers with one scheduler or another."""

from __future__ import annotations

import plistlib
from typing import TYPE_CHECKING

import pytest
from schedulers import CRONTAB, FAILING, SYSTEMCTL

from playlake.notifying.saved import save
from playlake.schedule.launchd import Launchd
from playlake.schedule.programs import Completed
from playlake.schedule.scheduler import Machine
from playlake.schedule.timing import Timing, parse_timing
from playlake.schedule.windows import TaskScheduler

if TYPE_CHECKING:
    from pathlib import Path

    from schedulers import Computer

    from playlake.schedule.job import Job

OTHERS = b"MAILTO=robin\n# mine \xff\n5 4 * * * backup \\% now\n"


def test_cron_is_used_where_systemd_does_not_run(computer: Computer) -> None:
    computer.has("systemctl", FAILING)
    computer.has("crontab", CRONTAB)
    assert computer("--every", "24h") == 0
    assert computer.notices.getvalue().splitlines()[0] == (
        "Using cron, because systemd does not run for this user (Failed to connect to bus)."
    )
    assert computer.crontab.read_text().splitlines()[1] == (
        f"0 6 * * * PLAYLAKE_HOME='{computer.project.home}' /opt/python/bin/python -m playlake run "
        f">> '{computer.project.logs}/schedule.log' 2>&1"
    )
    assert computer.project.logs.is_dir()
    assert any("does not catch up" in line for line in computer.lines)
    assert "There are no Spotify credentials in" in computer.last_words


def test_settings_of_notices_that_no_scheduled_run_would_know_are_said(
    computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    computer.has("crontab", CRONTAB)
    monkeypatch.setenv("PLAYLAKE_NOTIFY_WEBHOOK", "https://example.org/secret")
    assert computer("--every", "24h", "--with", "cron") == 0
    assert computer.last_words.endswith("of this shell: run `playlake notify --save`.")
    assert "secret" not in computer.crontab.read_text()
    save(computer.project, {"PLAYLAKE_NOTIFY_WEBHOOK": "https://example.org/secret"})
    assert computer("--every", "24h", "--with", "cron") == 0
    assert "notify --save" not in computer.last_words


def test_a_source_without_a_login_is_scheduled_with_its_user_and_without_its_secrets(
    computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    computer.has("crontab", CRONTAB)
    monkeypatch.setenv("PLAYLAKE_SOURCE", "listenbrainz")
    monkeypatch.setenv("PLAYLAKE_LISTENBRAINZ_USER", "robin")
    monkeypatch.setenv("PLAYLAKE_LISTENBRAINZ_TOKEN", "synthetic")
    assert computer("--every", "24h", "--with", "cron") == 0
    written = computer.crontab.read_text()
    assert "PLAYLAKE_SOURCE=listenbrainz PLAYLAKE_LISTENBRAINZ_USER=robin" in written
    assert "synthetic" not in written
    assert "Spotify" not in computer.notices.getvalue()
    assert computer.last_words == (
        "A schedule keeps no secrets, so its runs do not have PLAYLAKE_LISTENBRAINZ_TOKEN."
    )


@pytest.mark.parametrize("others", [OTHERS, OTHERS[:-1], b""])
def test_other_lines_of_the_crontab_are_never_touched(computer: Computer, others: bytes) -> None:
    computer.has("crontab", CRONTAB)
    computer.crontab.write_bytes(others)
    assert computer("--every", "6h", "--with", "cron") == 0
    assert computer("--every", "30m", "--with", "cron") == 0
    written = computer.crontab.read_bytes()
    assert written.startswith(others)
    assert written.count(b"playlake run >>") == 1
    assert b"*/30 * * * * " in written
    assert computer("--remove") == 0
    assert computer.crontab.read_bytes().rstrip(b"\n") == others.rstrip(b"\n")
    assert computer.lines == ["Removed the line from the crontab; its other lines are unchanged."]


def test_the_schedules_of_two_homes_stand_side_by_side(computer: Computer) -> None:
    computer.has("crontab", CRONTAB)
    computer("--every", "6h")
    first = computer.crontab.read_text()
    computer.project = type(computer.project)(computer.bin / "other")
    computer("--every", "24h")
    assert computer.crontab.read_text().startswith(first)
    assert computer("--remove") == 0
    assert computer.crontab.read_text() == first


def test_a_crontab_that_cannot_be_read_is_not_written(computer: Computer) -> None:
    computer.has("crontab", FAILING)
    assert computer("--every", "24h", "--with", "cron") == 1
    assert computer.last_words == (
        "playlake: crontab cannot be used (Failed to connect to bus): leave out --with, or use "
        "--print with it"
    )


def test_a_user_who_may_not_use_cron_can_use_systemd(computer: Computer) -> None:
    computer.has("crontab", FAILING)
    computer.has("systemctl", SYSTEMCTL)
    assert computer("--every", "24h") == 0
    assert computer() == 0
    assert computer("--remove") == 0


def test_a_crontab_that_fails_at_the_last_moment_is_not_written(computer: Computer) -> None:
    computer.has("crontab", CRONTAB)
    computer("--every", "24h")
    before = computer.crontab.read_text()
    # The third listing fails: the first two see whether cron works, and find the line.
    failing = "echo x >> {calls}\n[ $(/usr/bin/wc -l < {calls}) -lt 3 ] || exit 1\n"
    computer.has("crontab", CRONTAB.replace("case", f"{failing}case", 1))
    assert computer("--remove") == 1
    assert "`crontab -l` failed, so nothing was changed" in computer.last_words
    assert computer.crontab.read_text() == before


def test_marks_that_somebody_changed_are_reported_and_nothing_is_written(
    computer: Computer,
) -> None:
    computer.has("crontab", CRONTAB)
    computer("--every", "24h")
    damaged = computer.crontab.read_text().replace("# END", "# end")
    computer.crontab.write_text(damaged)
    assert computer("--every", "6h") == 1
    assert "were changed, so nothing is written" in computer.last_words
    assert computer.crontab.read_text() == damaged


def test_systemd_comes_first_and_takes_the_place_of_cron(computer: Computer) -> None:
    computer.has("crontab", CRONTAB)
    computer("--every", "24h", "--with", "cron")
    computer.has("systemctl", SYSTEMCTL)
    assert computer("--every", "24h", "--at", "07:30") == 0
    assert computer.notices.getvalue().splitlines()[0] == "Using systemd, which works here."
    assert computer.crontab.read_text() == ""
    units = computer.config / "systemd" / "user"
    timer, service = (units / f"{computer.name}.{kind}" for kind in ("timer", "service"))
    assert "OnCalendar=*-*-* 07:30:00" in timer.read_text()
    assert "SuccessExitStatus=75" in service.read_text()
    assert computer.calls.read_text().splitlines() == [
        "--user show-environment",
        "--user daemon-reload",
        f"--user enable {computer.name}.timer",
        f"--user restart {computer.name}.timer",
    ]
    assert computer("--remove") == 0
    assert list(units.iterdir()) == []
    assert computer.calls.read_text().splitlines()[-2:] == [
        f"--user disable --now {computer.name}.timer",
        "--user daemon-reload",
    ]


def test_without_options_the_schedule_the_next_run_and_the_log_are_shown(
    computer: Computer,
) -> None:
    computer.has("systemctl", SYSTEMCTL)
    computer("--every", "24h")
    (computer.project.logs / "schedule.log").write_text(
        "".join(f"line {number} \x1b[2J\n" for number in range(20))
    )
    assert computer() == 0
    timer = computer.config / "systemd" / "user" / f"{computer.name}.timer"
    assert computer.lines[:2] == [
        f"`playlake run` runs every day at 06:00, by systemd: {timer}.",
        "Next run: Mon 2026-11-30 06:00:00 UTC.",
    ]
    assert computer.lines[3:] == [f"  line {number} \\x1b[2J" for number in range(10, 20)]


def test_without_a_schedule_that_is_said(computer: Computer) -> None:
    assert computer() == 0
    assert computer.lines[0].startswith("Nothing is scheduled: `playlake schedule --every 24h`")
    assert computer("--remove") == 0
    assert computer.lines == [f"Nothing was scheduled for {computer.project.home}."]


def test_print_installs_nothing(computer: Computer) -> None:
    assert computer("--every", "6h", "--print", "--with", "launchd") == 0
    assert plistlib.loads(computer.output.getvalue().encode())["Label"] == computer.name
    assert sorted(path.name for path in computer.bin.parent.iterdir()) == ["bin", "calls"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["--every", "24h"],
            "no scheduler can be used here, because systemctl is not installed and crontab is not",
        ),
        (["--every", "24h", "--with", "launchd"], "launchd is only on macOS: leave out --with"),
        (["--every", "24h", "--with", "windows"], "the Windows Task Scheduler is only on Windows"),
        (["--with", "cron"], "--with needs a time: add --every 24h"),
        (["--remove", "--every", "24h"], "--remove goes without other options"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    computer: Computer, arguments: list[str], sentence: str
) -> None:
    assert computer(*arguments) == 1
    assert computer.last_words.startswith(f"playlake: {sentence}")


def test_a_place_that_cannot_be_written_is_one_sentence(computer: Computer) -> None:
    computer.has("systemctl", SYSTEMCTL)
    computer.config.write_text("a file in the place of the folder")
    assert computer("--every", "24h") == 1
    assert computer.last_words.endswith("cannot be written: Not a directory")


def test_a_program_that_fails_is_named_with_its_reason(computer: Computer) -> None:
    refuses = SYSTEMCTL + '[ "$2" != enable ] || { echo "Access denied" >&2; exit 4; }\n'
    computer.has("systemctl", refuses.replace("{ echo", "{{ echo").replace("; }", "; }}"))
    assert computer("--every", "24h") == 1
    assert computer.last_words == (
        f"playlake: `systemctl --user enable {computer.name}.timer` failed: Access denied"
    )


class Recorder:
    """Programs that succeed, and what they were asked."""

    def __init__(self, answers: dict[str, Completed] | None = None) -> None:
        self.calls: list[str] = []
        self._answers = answers or {}

    def has(self, name: str) -> bool:
        return bool(name)

    def run(self, *command: str, given: str = "") -> Completed:
        assert not given
        self.calls.append(" ".join(command))
        return self._answers.get(command[1], Completed(0, "", ""))


def machine(platform: str, folder: Path, programs: Recorder) -> Machine:
    return Machine(platform, folder, folder, 501, programs)


@pytest.mark.parametrize("every", ["30m", "60m", "6h", "24h", "7d"])
def test_launchd_is_told_and_asked(job: Job, tmp_path: Path, every: str) -> None:
    programs = Recorder()
    launchd = Launchd(machine("darwin", tmp_path, programs))
    timing = parse_timing(every, None)
    launchd.install(job, timing)
    agent = tmp_path / "Library" / "LaunchAgents" / "playlake-1.plist"
    assert programs.calls == [
        "launchctl print gui/501/playlake-1",
        "launchctl bootout gui/501/playlake-1",
        f"launchctl bootstrap gui/501 {agent}",
    ]
    found = launchd.find(job.name)
    assert found is not None
    assert (found.timing, found.place) == (str(timing), str(agent))
    launchd.remove(job.name)
    assert launchd.find(job.name) is None


def test_an_agent_that_is_not_loaded_is_not_unloaded(job: Job, tmp_path: Path) -> None:
    programs = Recorder({"print": Completed(113, "", "Could not find service")})
    Launchd(machine("darwin", tmp_path, programs)).install(job, Timing())
    assert [call.split()[1] for call in programs.calls] == ["print", "bootstrap"]


def test_schtasks_is_told_and_asked(job: Job, tmp_path: Path) -> None:
    shown = "<Description>Playlake: every day at 06:00</Description>"
    programs = Recorder({"/Query": Completed(0, f'{shown}\n"\\x","11/30/2026 6:00","Ready"\n', "")})
    tasks = TaskScheduler(machine("win32", tmp_path, programs))
    tasks.install(job, Timing())
    created = programs.calls[0]
    assert created.startswith("schtasks /Create /TN playlake-1 /XML ")
    assert created.endswith("playlake-1.xml /F")
    found = tasks.find(job.name)
    assert found is not None
    assert (found.timing, found.next_run) == ("every day at 06:00", "11/30/2026 6:00")
    tasks.remove(job.name)
    assert programs.calls[-1] == "schtasks /Delete /TN playlake-1 /F"


def test_a_task_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    programs = Recorder({"/Query": Completed(1, "", "ERROR: The system cannot find the file")})
    assert TaskScheduler(machine("win32", tmp_path, programs)).find("playlake-1") is None
