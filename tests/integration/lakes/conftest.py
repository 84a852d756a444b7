"""A local AWS, emptied for every test, and a lake of two days in a folder."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from aws_lakes import aws_lake, empty
from commands import Command
from free_ports import choose_port
from two_days import two_days

from playlake import local_aws as local
from playlake.project import Project
from playlake_aws.erasing import drop_iceberg

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playlake.lakes.aws import AwsLake
    from playlake.local_aws import LocalAws
    from playlake_lake.folder import Folder


@pytest.fixture(scope="session")
def local_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """One local AWS for all tests of the session."""
    project = replace(Project.find(os.environ), home=tmp_path_factory.mktemp("home"))
    with local.local_aws(project, port=choose_port()) as aws:
        yield aws


@pytest.fixture
def on_aws(local_aws: LocalAws) -> Iterator[AwsLake]:
    """The lake of the local AWS, empty."""
    lake = aws_lake(local_aws)
    yield lake
    # Tables whose metadata is gone would be those of a lake that was moved.
    drop_iceberg(lake)
    empty(lake)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """This checkout with a home of the test's own, in which nothing has run yet."""
    return replace(Project.find(os.environ), home=tmp_path / "home")


@pytest.fixture
def full(project: Project) -> Folder:
    """The lake `full` in a folder: two days, committed."""
    return two_days(project.home / "lakes" / "full")


@pytest.fixture
def playlake(project: Project) -> Command:
    """The command."""
    return Command(project)
