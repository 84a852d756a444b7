"""A lake of sixty parts, landed and as `playlake transform` leaves it. All synthetic."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aws_lakes import aws_lake
from commands import Command
from compared_lakes import cells_of, landed_only
from free_ports import choose_port
from growing_lakes import Growth, grow
from landed import part_key

from playlake import local_aws as local
from playlake.local_aws.environments import aws_settings
from playlake.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compared_lakes import Cells

    from playlake.lakes.aws import AwsLake
    from playlake_contracts.keys import RawKey
    from playlake_lake.folder import Folder

ROOT = Path(__file__).resolve().parents[2]
# Sixty runs: a part and a manifest each.
GROWTH = Growth(days=60, playlists=6, entries=60)
POISON = part_key(7)


@pytest.fixture
def project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Project:
    """This checkout with a home of the test's own; what Spark starts has it in its environment."""
    home = tmp_path / "home"
    (home / "tmp").mkdir(parents=True)
    monkeypatch.setenv("TMPDIR", str(home / "tmp"))
    project = replace(Project.find(os.environ), home=home)
    chosen = ROOT / request.config.getoption("--spark")
    assert (chosen / "stamp").is_file(), f"make {chosen.name}/stamp"
    monkeypatch.setattr(Project, "spark_python", chosen / "bin" / "python")
    return project


@pytest.fixture
def playlake(project: Project) -> Command:
    """The command."""
    return Command(project)


@pytest.fixture
def on_aws(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsLake]:
    """The lake of a local AWS, empty, with the variables that lead to it."""
    with local.local_aws(project, port=choose_port()) as aws:
        for name, text in aws_settings(aws).items():
            monkeypatch.setenv(name, text)
        yield aws_lake(aws)


@pytest.fixture(scope="session")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The lake, landed only; one of its parts cannot be read."""
    root = tmp_path_factory.mktemp("lakes")
    folder = landed_only(root / "landed", grow(root / "grown", GROWTH))
    folder.put_new(str(POISON), b"synthetic poison")
    return folder


@pytest.fixture
def lake(tmp_path: Path, landed: Folder) -> Folder:
    """A copy of the lake."""
    return landed_only(tmp_path / "lake", landed)


@pytest.fixture(scope="session")
def truth(tmp_path_factory: pytest.TempPathFactory, landed: Folder) -> dict[str, Cells]:
    """Every cell that `playlake transform` makes of the lake."""
    root = tmp_path_factory.mktemp("truth")
    folder = landed_only(root / "lake", landed)
    playlake = Command(replace(Project.find(os.environ), home=root / "home"))
    place = ("--lake", str(folder.root), "--no-compact")
    assert playlake("transform", *place) == 0, playlake.notices
    return cells_of(folder)


@pytest.fixture
def poison() -> RawKey:
    """The part that cannot be read."""
    return POISON
