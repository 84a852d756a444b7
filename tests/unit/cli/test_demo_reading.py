"""The commands that the demonstration prints can be typed where it was started."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

import pytest

from playlake.demo.reading import named_lake, own_program, reading_commands, typed
from playlake.project import Project

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with the command in its environment, which is the working folder."""
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "playlake").touch(mode=0o755)
    monkeypatch.setattr(sys, "executable", str(programs / "python"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_in_a_clone_paths_lead_to_the_command_and_the_lake(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    project = Project(clone / ".playlake")
    lake = named_lake(project, project.lakes / "demo")
    assert typed(["runs", "--lake", lake]) == (
        ".venv/bin/playlake runs --lake .playlake/lakes/demo"
    )


def test_installed_the_names_are_enough(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = clone / "local" / "bin"
    installed.mkdir(parents=True)
    (installed / "playlake").symlink_to(own_program())
    monkeypatch.setenv("PATH", str(installed))
    project = Project.find({})
    assert typed(["runs", "--lake", named_lake(project, project.lakes / "demo")]) == (
        "playlake runs --lake demo"
    )


def test_another_command_of_that_name_is_not_meant(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = clone / "other"
    other.mkdir()
    (other / "playlake").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(other))
    monkeypatch.chdir(other)
    assert typed(["runs"]) == f"{clone}/.venv/bin/playlake runs"


def test_every_command_survives_a_shell(clone: Path) -> None:
    for command in reading_commands(str(clone / "a lake's place")):
        assert shlex.split(typed(command))[1:] == command
