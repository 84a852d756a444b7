"""The demonstration's lake takes the place of the earlier one, and of nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from playlake.demo.home import DemoHome, demo_home
from playlake.errors import CommandError
from playlake.project import Project
from playlake_lake.identity import make_lake

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "home")


def make(root: Path, content: str, *, synthetic: bool = True) -> None:
    """A lake with one object."""
    folder, _ = make_lake(root, synthetic=synthetic)
    folder.put_new("raw/note", content.encode())


def content(root: Path) -> str:
    return (root / "raw" / "note").read_text()


def test_a_new_lake_takes_the_place_of_the_earlier_one(project: Project) -> None:
    for made in ("first", "second"):
        with demo_home(project) as home:
            make(home.new_lake, made)
            home.put_in_place()
    assert content(project.lakes / "demo") == "second"
    assert [found.name for found in (project.home / "demo").iterdir()] == ["lock"]


def test_a_demonstration_that_fails_leaves_the_earlier_lake(project: Project) -> None:
    make(project.lakes / "demo", "earlier")

    def fail() -> None:
        with demo_home(project) as home:
            make(home.new_lake, "half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert content(project.lakes / "demo") == "earlier"
    assert not DemoHome.of(project).new_lake.exists()


@pytest.mark.parametrize("killed", ["before", "between", "after"])
def test_one_that_was_killed_leaves_one_complete_lake(project: Project, killed: str) -> None:
    home = DemoHome.of(project)
    make(home.lake, "earlier")
    make(home.new_lake, "new")
    if killed != "before":
        home.lake.rename(home.earlier_lake)
    if killed == "after":
        home.new_lake.rename(home.lake)

    with demo_home(project):
        assert content(home.lake) == ("new" if killed == "after" else "earlier")
        assert not home.new_lake.exists()
        assert not home.earlier_lake.exists()


def test_what_a_killed_one_left_of_its_local_aws_is_removed(project: Project) -> None:
    home = DemoHome.of(project)
    left = home.project.aws / "s3" / "half"
    left.parent.mkdir(parents=True)
    left.touch()
    with demo_home(project):
        assert not left.exists()


def test_a_persons_own_lake_of_that_name_is_not_touched(project: Project) -> None:
    make(project.lakes / "demo", "mine", synthetic=False)
    with (
        pytest.raises(CommandError, match="lakes/demo was not made by the demonstration"),
        demo_home(project),
    ):
        pytest.fail("it began")
    assert content(project.lakes / "demo") == "mine"


def test_a_folder_that_is_no_lake_is_not_touched(project: Project) -> None:
    (project.lakes / "demo").mkdir(parents=True)
    (project.lakes / "demo" / "thesis.txt").write_text("mine")
    with pytest.raises(CommandError, match="has other files and is no lake"), demo_home(project):
        pytest.fail("it began")
    assert (project.lakes / "demo" / "thesis.txt").exists()


def test_a_link_to_a_lake_elsewhere_is_not_followed(project: Project, tmp_path: Path) -> None:
    make(tmp_path / "elsewhere", "synthetic, and elsewhere")
    project.lakes.mkdir(parents=True)
    (project.lakes / "demo").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CommandError, match="was not made by the demonstration"), demo_home(project):
        pytest.fail("it began")
    assert (project.lakes / "demo").is_symlink()


def test_an_empty_folder_is_replaced(project: Project) -> None:
    (project.lakes / "demo").mkdir(parents=True)
    with demo_home(project) as home:
        make(home.new_lake, "new")
        home.put_in_place()
    assert content(project.lakes / "demo") == "new"


def test_two_demonstrations_at_once_are_refused(project: Project) -> None:
    home = DemoHome.of(project)
    home.project.home.mkdir(parents=True)
    with (
        FileLock(home.project.home / "lock", thread_local=False),
        pytest.raises(CommandError, match="a demonstration already runs"),
        demo_home(project),
    ):
        pytest.fail("it began")
