"""What the command knows of a source is one registration."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from playlake.__main__ import run
from playlake.completion import complete_source
from playlake.cost.load import Load
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.project import Project
from playlake.running.environment import playlists_setting
from playlake.sources.registry import DEFAULT, SOURCES, find_source
from playlake_contracts.sources.references import REFERENCES
from playlake_extractor.public import Settings

if TYPE_CHECKING:
    from pathlib import Path

MBID = "2e0af1ac-0f55-4dd3-8bd0-0bd8a3f25f6a"


def said_by(home: Path, *arguments: str) -> str:
    """What a command that fails says."""
    said = io.StringIO()
    project = replace(Project.find({}), home=home)
    assert run(arguments, Invocation(project, Console(quiet=True), Console(file=said, width=400)))
    return said.getvalue()


def test_every_source_that_has_references_is_one_of_the_command() -> None:
    assert set(SOURCES) == set(REFERENCES)
    assert complete_source() == list(SOURCES)
    assert all(name == source.name for name, source in SOURCES.items())


def test_spotify_is_the_default() -> None:
    assert find_source(None) is find_source("spotify") is SOURCES[DEFAULT]


def test_a_source_that_is_none_is_refused_with_those_there_are() -> None:
    with pytest.raises(CommandError, match="there is no source radio: choose spotify"):
        find_source("radio")


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_names_settings_of_the_extractor(name: str) -> None:
    source = SOURCES[name]
    known = {f"PLAYLAKE_{field.upper()}" for field in Settings.model_fields}
    assert {*source.kept, *source.secrets, *source.stand_in.settings(1)} <= known
    assert not set(source.kept) & set(source.secrets)


def test_a_run_of_listenbrainz_needs_a_user_or_a_contact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("USER", "CONTACT"):
        monkeypatch.delenv(f"PLAYLAKE_LISTENBRAINZ_{name}", raising=False)
    said = said_by(tmp_path, "run", "--source", "listenbrainz", "--no-compact")
    assert "needs to know whose playlists to read, and whom to contact: give --user NAME" in said
    assert not (tmp_path / "lakes").exists()


def test_a_user_is_not_for_a_source_with_a_login(tmp_path: Path) -> None:
    said = said_by(tmp_path, "run", "--user", "robin")
    assert "--user is not for Spotify, whose user is the one who logged in: leave it out" in said


def test_a_variable_names_the_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYLAKE_SOURCE", "radio")
    assert "there is no source radio: choose spotify or listenbrainz" in said_by(tmp_path, "run")


def test_a_tier_is_spotifys(tmp_path: Path) -> None:
    arguments = ("demo", "--source", "listenbrainz", "--tier", "newer-dev")
    assert "--tier is for Spotify's apps: leave it out for ListenBrainz" in said_by(
        tmp_path, *arguments
    )


def test_each_source_has_a_file_of_playlists(tmp_path: Path) -> None:
    project = replace(Project.find({}), home=tmp_path)
    ours, theirs = tmp_path / "listenbrainz.playlists.yaml", tmp_path / "playlists.yaml"
    theirs.touch()
    assert playlists_setting([], project, "listenbrainz") == "mine"
    ours.touch()
    assert playlists_setting([], project, "listenbrainz") == str(ours)
    assert playlists_setting([], project) == str(theirs)


def test_playlists_are_named_as_the_source_names_them(tmp_path: Path) -> None:
    project = replace(Project.find({}), home=tmp_path)
    assert playlists_setting([MBID], project, "listenbrainz") == MBID
    with pytest.raises(CommandError, match="is neither a playlist id of 22 letters and digits"):
        playlists_setting([MBID], project)


def test_a_large_playlist_takes_one_request_of_listenbrainz() -> None:
    day = timedelta(days=1)
    spotify, other = (
        Load(150, day, entries=1_000, changed=0.5, source=SOURCES[name].requests)
        for name in ("spotify", "listenbrainz")
    )
    assert spotify.requests == 3 + 75 * 19
    assert other.requests == 2 + 75
