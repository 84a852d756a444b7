"""Notices on this machine: their settings, `playlake notify`, and what a run does with them."""

from __future__ import annotations

import io
import json
import os
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from commands import Command
from free_ports import choose_port
from historical_lakes import commit_run, read
from hooks import Hook, hook
from landed import entry
from mailboxes import HOST, mailbox
from rich.console import Console
from web_lakes import CRATE

from playlake.doctor.findings import Findings, Verdict
from playlake.doctor.notices import look_at_notices
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.lakes.folder import FolderLake
from playlake.notifying.runs import tell_run
from playlake.notifying.saved import save, saved_file
from playlake.notifying.settings import VARIABLES, read_notice_settings
from playlake.project import Project
from playlake.running.extractor import Ended
from playlake_contracts.keys import NOTICES_KEY
from playlake_contracts.runs import RunId
from playlake_lake.identity import make_lake
from playlake_web.notices.mail import Mail
from playlake_web.notices.webhook import Webhook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOOK = "PLAYLAKE_NOTIFY_WEBHOOK"
WELL = Ended(0, None)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return replace(Project.find(os.environ), home=tmp_path / "home")


@pytest.fixture
def now() -> datetime:
    """The present second: a run of long ago is no news."""
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def served() -> Iterator[Hook]:
    with hook() as found:
        yield found


@pytest.fixture
def lake(tmp_path: Path) -> FolderLake:
    folder, _ = make_lake(tmp_path / "lake")
    return FolderLake.open(folder.root, tmp_path / "logs")


def test_without_a_setting_nobody_is_told(project: Project) -> None:
    assert read_notice_settings(project).channels() == []
    playlake = Command(project)
    assert playlake("notify") == 0
    assert playlake.output.startswith("Notices of runs are sent nowhere: set PLAYLAKE_NOTIFY_WEB")
    assert playlake("notify", "--test") == 1


def test_all_settings_are_read(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        HOOK: "https://example.org/hook",
        f"{HOOK}_SECRET": "signs",
        "PLAYLAKE_NOTIFY_MAIL_TO": "a@example.org, b@example.org",
        "PLAYLAKE_NOTIFY_SMTP": "smtps://mail.example.org",
        "PLAYLAKE_NOTIFY_SMTP_USER": "ada",
        "PLAYLAKE_NOTIFY_SMTP_PASSWORD": "secret",
    }
    for name, text in given.items():
        monkeypatch.setenv(name, text)
    posts, *mails = read_notice_settings(project).channels()
    assert isinstance(posts, Webhook)
    assert (posts.address, posts.secret) == ("https://example.org/hook", "signs")
    found = [each for each in mails if isinstance(each, Mail)]
    assert [each.to for each in found] == ["a@example.org", "b@example.org"]
    assert {(each.sender, each.user, each.password) for each in found} == {
        ("a@example.org", "ada", "secret")
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({HOOK: "http://example.org/SECRET"}, f"^{HOOK}: it is neither an address such as"),
        ({f"{HOOK}_SECRET": "SECRET"}, f"{HOOK}_SECRET needs {HOOK}: set that"),
        ({HOOK: "https://e.org", f"{HOOK}_SECRET": "whsec_SECRET!"}, f"^{HOOK}_SECRET: what stan"),
        ({"PLAYLAKE_NOTIFY_MAIL_TO": "SECRET"}, "^PLAYLAKE_NOTIFY_MAIL_TO: .* is no mail address"),
        ({"PLAYLAKE_NOTIFY_MAIL_TO": "a@b.example"}, "needs PLAYLAKE_NOTIFY_SMTP: set that as"),
        ({"PLAYLAKE_NOTIFY_MAIL_FROM": "a@b.c,d@e.f"}, "^PLAYLAKE_NOTIFY_MAIL_FROM: it has sever"),
        ({"PLAYLAKE_NOTIFY_SMTP": "smtp.example"}, "^PLAYLAKE_NOTIFY_SMTP: it is no address such"),
        ({f"{HOOK}S": "x"}, f"^{HOOK}S is no setting of notices: did you mean {HOOK}\\?"),
    ],
)
def test_nonsense_is_refused_in_one_sentence(
    project: Project, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], said: str
) -> None:
    for name, text in given.items():
        monkeypatch.setenv(name, text)
    with pytest.raises(CommandError, match=said) as refused:
        read_notice_settings(project)
    assert f"{HOOK}_SECRET" in given or "SECRET" not in str(refused.value).replace("'SECRET'", "")


def test_what_was_saved_is_for_runs_without_a_shell(
    project: Project, monkeypatch: pytest.MonkeyPatch, served: Hook
) -> None:
    playlake = Command(project)
    assert playlake("notify", "--save") == 1
    assert "set those to keep first" in playlake.notices
    monkeypatch.setenv(HOOK, served.address)
    assert playlake("notify", "--save") == 0
    assert stat.S_IMODE(saved_file(project).stat().st_mode) == 0o600
    monkeypatch.delenv(HOOK)
    assert playlake("notify", "--test") == 0
    ((_, body),) = served.requests
    assert json.loads(body)["subject"] == "Playlake: this is a test"
    assert "secret-path" not in playlake.output + playlake.notices
    monkeypatch.setenv(HOOK, "https://example.org/other")
    assert playlake("notify") == 0
    assert "the webhook at example.org" in playlake.output
    monkeypatch.delenv(HOOK)
    assert playlake("notify", "--forget") == 0
    assert playlake("notify", "--forget") == 0
    assert playlake.output.startswith("There is no ")
    assert read_notice_settings(project).channels() == []


def test_options_go_alone_and_a_damaged_file_is_said(project: Project) -> None:
    playlake = Command(project)
    assert playlake("notify", "--test", "--save") == 1
    save(project, {})
    saved_file(project).write_text("[]")
    assert playlake("notify") == 1
    assert "holds no settings of notices" in playlake.notices


def test_a_test_that_fails_somewhere_is_sent_elsewhere(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    playlake = Command(project)
    monkeypatch.setenv(HOOK, f"http://127.0.0.1:{choose_port()}/")
    monkeypatch.setattr("playlake_web.notices.webhook._PAUSES_SECONDS", ())
    monkeypatch.setenv("PLAYLAKE_NOTIFY_MAIL_TO", "ada@example.org")
    with mailbox() as box:
        monkeypatch.setenv("PLAYLAKE_NOTIFY_SMTP", f"smtp://{HOST}:{box.port}")
        assert playlake("notify", "--test") == 1
        assert [each["subject"] for each in box.messages] == ["Playlake: this is a test"]
    assert "did not answer" in playlake.notices
    assert "to mail to ada@example.org through" in playlake.output


def test_doctor_says_where_notices_go_and_who_may_read_it(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings = Findings()
    look_at_notices(findings, project)
    assert "are sent nowhere" in findings.all[-1].text
    save(project, {HOOK: "https://example.org/hook"})
    saved_file(project).chmod(0o644)
    look_at_notices(findings, project)
    assert [each.verdict for each in findings.all] == [Verdict.OK, Verdict.OK, Verdict.PROBLEM]
    assert "are sent to the webhook at example.org" in findings.all[1].text
    monkeypatch.setenv(HOOK, "nonsense")
    with findings.looking_at("notices"):
        look_at_notices(findings, project)
    assert findings.all[-1].verdict is Verdict.PROBLEM


def told(project: Project, lake: FolderLake, run_id: str, ended: Ended = WELL) -> str:
    """What is said when a run is told."""
    notices = Console(file=io.StringIO(), width=200)
    tell_run(Invocation(project, notices=notices), lake, RunId.parse(run_id), "spotify", ended)
    assert isinstance(notices.file, io.StringIO)
    return notices.file.getvalue()


def commit(lake: FolderLake, at: datetime, songs: int) -> str:
    return commit_run(lake.folder, at, [read(CRATE, [entry(each) for each in range(songs)])])


def test_a_run_is_told_and_one_that_is_not_sent_is_tried_again(
    project: Project,
    lake: FolderLake,
    monkeypatch: pytest.MonkeyPatch,
    served: Hook,
    now: datetime,
) -> None:
    first = commit(lake, now - timedelta(hours=2), 1)
    assert told(project, lake, first) == ""
    assert lake.folder.read(NOTICES_KEY) is None
    monkeypatch.setenv(HOOK, served.address)
    served.answers = [404]
    second = commit(lake, now - timedelta(hours=1), 2)
    assert told(project, lake, second) == (
        f"The notice of run {second} was not sent: the webhook at 127.0.0.1:{served.port} answered "
        "404; the next run tries again.\n"
    )
    third = commit(lake, now, 4)
    said = told(project, lake, third)
    assert said.splitlines() == [
        f"Told: Playlake: Playlist {CRATE}: 1 added.",
        f"Told: Playlake: Playlist {CRATE}: 2 added.",
    ]
    ids = [json.loads(body)["run_id"] for _, body in served.requests]
    assert ids == [second, second, third]


def test_a_refused_login_is_told_and_a_pause_is_not(
    project: Project,
    lake: FolderLake,
    monkeypatch: pytest.MonkeyPatch,
    served: Hook,
    now: datetime,
) -> None:
    monkeypatch.setenv(HOOK, served.address)
    ids = [str(RunId.derive("spotify", now - timedelta(hours=hours))) for hours in (2, 1)]
    assert told(project, lake, ids[0], Ended(75, "later", "stopped_early", "later")) == ""
    refused = Ended(77, "…", "authorisation_needed", "Spotify refused: run `playlake login`")
    assert "the run stopped (authorisation_needed)" in told(project, lake, ids[1], refused)
    ((_, body),) = served.requests
    assert json.loads(body)["stopped"]["reason"] == "Spotify refused: run `playlake login`"


def test_whatever_fails_is_one_sentence(
    project: Project, lake: FolderLake, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setenv(HOOK, "nonsense")
    said = told(project, lake, commit(lake, now, 1))
    assert said.startswith(f"Nobody was told of the run ({HOOK}: it is neither")
    assert said.count("\n") == 1
