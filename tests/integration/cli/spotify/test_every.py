"""`playlake up --every` as a process: it runs, tells, shows, and ends by Ctrl-C at any moment."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from free_ports import choose_port
from hooks import hook
from started import playlake as started

from playlake.project import Project

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from tests.integration.cli.spotify.conftest import Spotify

FIRST, SECOND = "7xBbv1TvNeENuaVdwcrJh7", "2hr7yDm4N3OlxpO9OkhRri"
TOKEN = "r" * 32
RUNNING = ("up", "--every", "24h", "--no-open")


@pytest.fixture
def project(
    tmp_path: Path,
    spotify: Spotify,
    store_credentials: Callable[..., object],
    monkeypatch: pytest.MonkeyPatch,
) -> Project:
    """A home in which two playlists are chosen, and somebody has logged in at the stand-in."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "playlists.yaml").write_text(f"playlists:\n  - {FIRST}\n  - {SECOND}\n")
    store_credentials(home / "spotify.json")
    for name, text in {
        "PLAYLAKE_SPOTIFY_API_URL": f"{spotify.url}/v1/",
        "PLAYLAKE_SPOTIFY_TOKEN_URL": f"{spotify.url}/api/token",
        "PLAYLAKE_REQUESTS_PER_SECOND": "100",
        "PLAYLAKE_TOKENS": f"read:{TOKEN}",
    }.items():
        monkeypatch.setenv(name, text)
    return replace(Project.find(os.environ), home=home)


def until(process: subprocess.Popen[str], words: str) -> str:
    """What a process says beside its results, up to a line with some words."""
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if words in line:
            return said
    raise AssertionError(f"it never said {words!r}: {said}")


def interrupted(process: subprocess.Popen[str]) -> str:
    """What it says when Ctrl-C ends it."""
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    return said


def test_it_runs_tells_and_says_when_the_next_run_is_due(
    project: Project, spotify: Spotify, monkeypatch: pytest.MonkeyPatch
) -> None:
    spotify.arm({"kind": "status", "status": 404, "path": f"/v1/playlists/{SECOND}"})
    port = choose_port()
    with hook() as served:
        monkeypatch.setenv("PLAYLAKE_NOTIFY_WEBHOOK", served.address)
        with started(project, *RUNNING, "--page-port", str(port)) as process:
            said = until(process, "The next run is due on ")
            assert "A run is due, and begins now." in said
            shown = {"authorization": f"Bearer {TOKEN}"}
            status = httpx.get(f"http://127.0.0.1:{port}/status", headers=shown).json()
            assert status["schedule"]["every_seconds"] == 86_400
            assert status["schedule"]["next_run_at"] is not None
            page = {**shown, "accept": "text/html"}
            assert "Next run" in httpx.get(f"http://127.0.0.1:{port}/", headers=page).text
            assert "what was landed is kept" in interrupted(process)
        ((_, body),) = served.requests
        assert json.loads(body)["subject"] == "Playlake: 1 playlist not read"
        with started(project, *RUNNING, "--page-port", str(port)) as process:
            assert "A run is due" not in until(process, "The next run is due on ")
            interrupted(process)
        assert len(served.requests) == 1


def test_ctrl_c_in_the_middle_of_a_run_leaves_no_process(
    project: Project, spotify: Spotify
) -> None:
    spotify.arm({"kind": "status", "status": 503, "path": f"/v1/playlists/{FIRST}", "times": 50})
    with started(project, *RUNNING, "--page-port", str(choose_port())) as process:
        until(process, "Waiting ")
        children = _children(process.pid)
        assert children
        interrupted(process)
    assert [pid for pid in children if _is_alive(pid)] == []


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(each) for each in found]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
