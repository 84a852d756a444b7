"""The command with the real services, and a stand-in for ListenBrainz."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from playlake.__main__ import run
from playlake.invocation import Invocation
from playlake.project import Project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.listenbrainz.conftest import ListenBrainz


@pytest.fixture
def home(listenbrainz: ListenBrainz, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own; settings lead to the stand-in, and name its user."""
    address = f"{str(listenbrainz.control.base_url).rstrip('/')}/listenbrainz/1/"
    monkeypatch.setenv("PLAYLAKE_LISTENBRAINZ_API_URL", address)
    monkeypatch.setenv("PLAYLAKE_LISTENBRAINZ_USER", "robin")
    monkeypatch.setenv("PLAYLAKE_REQUESTS_PER_SECOND", "100")
    monkeypatch.delenv("PLAYLAKE_LISTENBRAINZ_TOKEN", raising=False)
    return tmp_path / "home"


def playlake(home: Path, *arguments: str) -> tuple[int, str]:
    """The exit status of a command, and what it prints and says."""
    said = io.StringIO()
    console = Console(file=said, width=200)
    here = Invocation(replace(Project.find({}), home=home), console, console)
    return run(arguments, here), said.getvalue()


@pytest.mark.slow
def test_a_run_lands_and_transforms_the_playlists_of_a_user(home: Path) -> None:
    status, said = playlake(home, "run", "--source", "listenbrainz", "--no-compact")
    assert status == 0, said
    assert "5 playlists: 5 landed. 6 requests, 0 of them retries" in said
    assert "0 in quarantine" in said
    status, said = playlake(home, "show", "road songs", "--csv")
    assert status == 0, said
    assert "https://musicbrainz.org/recording/" in said


def test_a_doctor_asks_for_the_users_playlists(home: Path) -> None:
    _, said = playlake(home, "doctor", "--source", "listenbrainz")
    assert "5 of robin" in said
    assert "PLAYLAKE_LISTENBRAINZ_TOKEN is optional" in said
    assert "Spotify" not in said


def test_a_doctor_says_what_is_wrong(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYLAKE_LISTENBRAINZ_USER", "nobody")
    status, said = playlake(home, "doctor", "--source", "listenbrainz")
    assert status == 1
    assert "knows no user 'nobody'" in said
