"""A lake filled by the real services from the sandbox, shared by the tests of this folder."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from free_ports import choose_port
from raw_truth import RawTruth

from playlake import local_aws as local
from playlake.demo.sandbox import sandbox
from playlake.demo.week import days, extract
from playlake.local_aws.backlog import wait_until_committed
from playlake.project import Project
from playlake.transformer_process import transformer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake.local_aws import LocalAws

DAYS = 3


@pytest.fixture(scope="session")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """A local AWS with three simulated days, extracted and transformed."""
    project = replace(Project.find(os.environ), home=tmp_path_factory.mktemp("lake"))
    logs, week = project.logs, days(DAYS)
    with ExitStack() as running:
        aws = running.enter_context(local.local_aws(project, port=choose_port()))
        spotify = running.enter_context(
            sandbox(os.environ, tier="extended", now=week[0], logs=logs, say=print)
        )
        running.enter_context(transformer(os.environ, aws, logs, say=print))
        playlists = spotify.playlist_ids()
        for day in week:
            extract(os.environ, aws, spotify, playlists, day, logs)
        wait_until_committed(aws)
        yield aws


@pytest.fixture(scope="session")
def truth(lake: LocalAws) -> RawTruth:
    """The contents of the raw bucket of that lake, read without Playlake's decoding."""
    return RawTruth(lake)
