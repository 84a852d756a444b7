"""What is no lake, has nothing, or half of a run, is told or left out by the reading commands."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from commands import Command
from historical_lakes import commit_run
from kept_playlists import STARRED, day, playlist, song

from playlake.project import Project
from playlake_contracts.tables import TABLES
from playlake_lake.identity import make_lake

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = ("show", "diff", "history")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a lake that is to be made."""
    monkeypatch.setenv("PLAYLAKE_LAKE", str(tmp_path / "lake"))
    return tmp_path / "lake"


@pytest.mark.parametrize("command", COMMANDS)
def test_an_empty_lake_says_so(command: str, root: Path, tmp_path: Path) -> None:
    make_lake(root)
    playlake = Command(Project(tmp_path))
    assert playlake(command, "Starred") == 1
    assert playlake.notices == (
        f"playlake: the lake in {root} is empty: `playlake run` takes a snapshot\n"
    )


def test_a_lake_without_the_tables_of_entries_names_those_that_it_has(
    root: Path, tmp_path: Path
) -> None:
    folder, _ = make_lake(root, tables=["playlists", "run_outcomes"])
    commit_run(folder, day(1), [playlist(STARRED, "Starred", [song(1)])])
    playlake = Command(Project(tmp_path))
    assert playlake("show", "Starred") == 1
    assert "pull playlist_items as well" in playlake.notices


def test_a_part_without_its_commit_mark_is_not_seen(root: Path, tmp_path: Path) -> None:
    folder, _ = make_lake(root)
    commit_run(folder, day(1), [playlist(STARRED, "Starred", [song(1)])])
    later = day(1) + timedelta(hours=1)
    commit_run(folder, later, [playlist(STARRED, "Starred", [song(2)])], has_marks=False)
    playlake = Command(Project(tmp_path))
    assert playlake("diff", "Starred") == 0
    assert playlake.output.endswith("No run has seen it change.\n")
    assert playlake("show", "Starred", "--urls") == 0
    assert playlake.output == f"https://open.spotify.com/track/{1:022}\n"


@pytest.mark.parametrize("arguments", [["show", "Starred"], ["diff", "Starred"]])
def test_what_is_older_than_the_answer_is_not_read(
    arguments: list[str], root: Path, tmp_path: Path
) -> None:
    folder, _ = make_lake(root)
    for number in range(1, 31):
        commit_run(folder, day(number), [playlist(STARRED, "Starred", [song(number)])])
    for table in TABLES:
        for path in root.glob(f"curated/{table}/day=2024-01-1*/*.parquet"):
            path.write_bytes(b"damaged")
    playlake = Command(Project(tmp_path))
    assert playlake(*arguments) == 0, playlake.notices
    assert "Song 30" in playlake.output
    assert playlake("history", "Starred") == 1
    assert len(playlake.notices.splitlines()) == 1
