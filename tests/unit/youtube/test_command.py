"""What `playlake` knows of YouTube: a run needs a key, and `doctor` says what is wrong with it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from tests.unit.youtube.conftest import KEY, refusal_of
from youtube_responses import listed, playlists

from playlake.doctor.findings import Findings, Verdict
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.project import Project
from playlake.sources.registered import Given, Looking
from playlake.sources.youtube import YOUTUBE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.youtube.conftest import Youtube

CHANNEL = "UCsynthetic0000000000001"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, youtube: Youtube) -> None:
    for name in ("PLAYLAKE_YOUTUBE_API_KEY", "PLAYLAKE_YOUTUBE_CHANNEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PLAYLAKE_YOUTUBE_API_URL", youtube.url)


@pytest.fixture
def here(tmp_path: Path) -> Invocation:
    return Invocation(Project(tmp_path))


def found(tmp_path: Path) -> list[tuple[str, Verdict, str]]:
    """What `doctor` finds."""
    findings = Findings()
    looking = Looking(Project(tmp_path), datetime(2026, 11, 21, tzinfo=UTC), None, "", "")
    YOUTUBE.look(findings, looking)
    return [(one.thing, one.verdict, one.text) for one in findings.all]


def test_a_run_needs_a_key(here: Invocation, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="set PLAYLAKE_YOUTUBE_API_KEY"):
        YOUTUBE.run_settings(here, Given("mine"))
    monkeypatch.setenv("PLAYLAKE_YOUTUBE_API_KEY", KEY)
    assert YOUTUBE.run_settings(here, Given("mine")) == {}


def test_the_user_is_a_channel(here: Invocation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYLAKE_YOUTUBE_API_KEY", KEY)
    settings = YOUTUBE.run_settings(here, Given("mine", user=CHANNEL))
    assert settings == {"PLAYLAKE_YOUTUBE_CHANNEL": CHANNEL}


def test_doctor_asks_for_a_key(tmp_path: Path, youtube: Youtube) -> None:
    [(thing, verdict, text)] = found(tmp_path)
    assert (thing, verdict) == ("key", Verdict.PROBLEM)
    assert "set PLAYLAKE_YOUTUBE_API_KEY" in text
    assert youtube.asked == []


def test_doctor_does_not_try_a_key_without_a_channel(
    tmp_path: Path, youtube: Youtube, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYLAKE_YOUTUBE_API_KEY", KEY)
    [(thing, verdict, text)] = found(tmp_path)
    assert (thing, verdict) == ("key", Verdict.WARNING)
    assert KEY not in text
    assert youtube.asked == []


def test_doctor_counts_the_playlists_of_the_channel(
    tmp_path: Path, youtube: Youtube, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYLAKE_YOUTUBE_API_KEY", KEY)
    monkeypatch.setenv("PLAYLAKE_YOUTUBE_CHANNEL", CHANNEL)
    youtube.lists(playlists(listed()))
    assert found(tmp_path) == [("playlists", Verdict.OK, f"1 of {CHANNEL}")]
    youtube.lists(refusal_of(400, "keyInvalid"))
    [(thing, verdict, text)] = found(tmp_path)
    assert (thing, verdict) == ("playlists", Verdict.PROBLEM)
    assert "create another key" in text
