"""A raw bucket full of landed parts, and nobody yet who transforms them."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from free_ports import choose_port
from landed_lake import Landed

from playlake import local_aws as local
from playlake.demo.extractor import extractor
from playlake.demo.sandbox import Played, sandbox
from playlake.demo.week import days, extract
from playlake.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playlake.local_aws import LocalAws

WEEK = days(2, datetime(2026, 11, 21, 12, tzinfo=UTC))


@pytest.fixture
def landed(tmp_path: Path) -> Iterator[Landed]:
    """Three simulated days, extracted but not transformed."""
    project = replace(Project.find(os.environ), home=tmp_path)
    with ExitStack() as running:
        aws = running.enter_context(local.local_aws(project, port=choose_port()))
        with (
            sandbox(os.environ, Played(), now=WEEK[0], logs=project.logs, say=print) as spotify,
            extractor(os.environ, project.logs) as runs,
        ):
            playlists = spotify.playlist_ids()
            for day in WEEK:
                extract(runs, aws, spotify, playlists, day)
        yield Landed(aws, project.logs)


@pytest.fixture
def aws(tmp_path: Path) -> Iterator[LocalAws]:
    """A local AWS of the test's own, in which nothing has been landed yet."""
    project = replace(Project.find(os.environ), home=tmp_path)
    with local.local_aws(project, port=choose_port()) as running:
        yield running
