"""The commands that the demonstration prints can be typed where it was started."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, cast

import duckdb
import pytest

from playlake.demo.reading import (
    busiest_playlist,
    looking_back,
    named_lake,
    own_program,
    reading_commands,
    typed,
)
from playlake.project import Project
from playlake_lake.results import Result

if TYPE_CHECKING:
    from pathlib import Path

    from playlake.lakes.lake import Lake


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


@pytest.mark.parametrize(
    "playlist", ["Stranger's crate", "it's $HOME `now`", 'a "b"', "Für später"]
)
def test_every_command_survives_a_shell(playlist: str, clone: Path) -> None:
    lake = str(clone / "a lake's place")
    for command in (*reading_commands(lake, playlist), *looking_back(lake, playlist, 6)):
        assert shlex.split(typed(command))[1:] == command


def test_an_apostrophe_can_be_read(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert clone.is_dir()
    assert typed(["show", "Stranger's crate"]) == '.venv/bin/playlake show "Stranger\'s crate"'


@pytest.mark.parametrize(
    ("days", "whens"),
    [
        (6, ["6 days ago", "3 days ago"]),
        (2, ["2 days ago", "2 days ago"]),
        (1, ["yesterday", "yesterday"]),
        (0, ["today", "today"]),
    ],
)
def test_looking_back_stays_within_the_days_of_the_lake(days: int, whens: list[str]) -> None:
    diff, _, show = looking_back("demo", "Starred", days)
    assert [diff[2], show[3]] == whens


class _Tables:
    """Two tables of a lake; all data is synthetic."""

    def query(self, sql: str) -> Result:
        tables = """
            playlist_daily(playlist_id, contents_run_id, entries_added, entries_removed) AS (
                VALUES ('a', 'r1', NULL, NULL), ('a', 'r2', 9, 0), ('b', 'r1', 5, 5),
                    ('b', 'r2', NULL, NULL), ('c', 'r1', 0, 0)
            ), playlists(playlist_id, run_id, fetched_at, name) AS (
                VALUES ('a', 'r1', 1, 'Calm'), ('a', 'r2', 2, 'Calm'), ('b', 'r1', 1, 'Old'),
                    ('b', 'r2', 2, 'Busy'), ('c', 'r1', 1, 'Still')
            )"""
        with duckdb.connect() as duck:
            return Result((), duck.execute(f"WITH {tables} {sql}").fetchall())


def test_the_busiest_playlist_is_the_one_that_changed_most() -> None:
    assert busiest_playlist(cast("Lake", _Tables())) == "Busy"
