"""A lake that version 0.1 made in the folder of its local AWS is taken over at first use.

`tests/golden/lake-0.1.0` has the objects of its buckets: two runs of three synthetic playlists.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from commands import Command

from playlake.lakes.takeover import TAKEN_OVER
from playlake.project import Project

FORMER = Path(__file__).parents[2] / "golden" / "lake-0.1.0" / "raw-bucket"
BUCKET = "aws/s3/000000000000/playlake-raw-000000000000-us-east-1"
OBJECTS = sorted(path.relative_to(FORMER) for path in FORMER.rglob("*") if path.is_file())


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A home in which version 0.1 left a lake: each object with a file about it beside it."""
    for key in OBJECTS:
        path = tmp_path / BUCKET / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((FORMER / key).read_bytes())
        path.with_name(f"{path.name}.meta.json").write_text("{}")
    return replace(Project.find(os.environ), home=tmp_path)


def test_everything_in_it_is_in_the_new_lake(project: Project) -> None:
    playlake = Command(project)
    found = playlake.ask("SELECT day, count(*) AS items FROM playlist_items GROUP BY 1 ORDER BY 1")
    assert [row["day"] for row in found] == ["2026-11-20", "2026-11-21"]
    assert "The lake of version 0.1 is taken over" in playlake.notices
    lake = project.lakes / "default"
    assert [key for key in OBJECTS if not (lake / key).is_file()] == []
    assert not list(lake.rglob("*.meta.json"))
    assert (project.home / TAKEN_OVER).is_dir()

    assert playlake.ask("SELECT count(DISTINCT run_id) AS runs FROM run_outcomes") == [{"runs": 2}]
    assert "taken over" not in playlake.notices


def test_an_earlier_takeover_is_not_in_the_way(project: Project) -> None:
    (project.home / TAKEN_OVER / "s3").mkdir(parents=True)
    playlake = Command(project)
    assert playlake("tables") == 0, playlake.notices
    assert (project.home / f"{TAKEN_OVER}-2" / "s3").is_dir()


def test_the_demonstrations_lake_becomes_one_of_its_own(project: Project) -> None:
    (project.home / "aws" / "invented").touch()
    playlake = Command(project)
    assert playlake("tables") == 1
    assert "there is no lake in" in playlake.notices
    assert playlake("tables", "--lake", "demo") == 0, playlake.notices


def test_a_takeover_that_broke_off_is_completed(project: Project) -> None:
    playlake = Command(project)
    unreadable = project.home / BUCKET / OBJECTS[-1]
    contents = unreadable.read_bytes()
    unreadable.unlink()
    unreadable.symlink_to(unreadable)
    assert playlake("tables") == 1
    assert "the lake of version 0.1 in" in playlake.notices
    unreadable.unlink()
    unreadable.write_bytes(contents)
    assert playlake("tables") == 0, playlake.notices
    lake = project.lakes / "default"
    assert [key for key in OBJECTS if not (lake / key).is_file()] == []
