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
from playlake.demo.sandbox import sandbox
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
            sandbox(
                os.environ, tier="extended", now=WEEK[0], logs=project.logs, say=print
            ) as spotify,
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


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of the tests that kill; only known where this folder is named to pytest."""
    parser.addoption("--kills", type=int, default=3, help="how often the extractor is killed")
    parser.addoption("--playlists", type=int, default=20, help="playlists of each of its runs")
    parser.addoption("--parts", type=int, default=40, help="parts that transformers are given")
    parser.addoption("--strikes", type=int, default=4, help="how often one of them is killed")
    parser.addoption("--poison", type=int, default=19, help="what they can never process")
    parser.addoption("--stops", type=int, default=2, help="how often they are asked to stop")
    parser.addoption("--outage", type=int, default=20, help="seconds for which S3 fails")
    parser.addoption("--minutes", type=float, default=1, help="how long the soak lasts")
    parser.addoption("--seed", type=int, help="what the moments follow from; printed by each run")
