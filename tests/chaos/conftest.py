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


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of the tests that kill; only known where this folder is named to pytest."""
    parser.addoption("--kills", type=int, default=3, help="how often the extractor is killed")
    parser.addoption("--playlists", type=int, default=20, help="playlists of each of its runs")
    parser.addoption("--seed", type=int, help="what the moments follow from; printed by each run")
