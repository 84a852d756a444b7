"""A lake filled by the real services from the sandbox, shared by the tests of this folder."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from compacting import LATER
from free_ports import choose_port
from raw_truth import RawTruth

from playlake import local_aws as local
from playlake.demo.extractor import extractor
from playlake.demo.sandbox import Played, sandbox
from playlake.demo.week import days, extract
from playlake.lakes.aws import AwsLake
from playlake.local_aws.backlog import wait_until_committed
from playlake.local_aws.deployment import LOCAL
from playlake.local_aws.transformer import transformer
from playlake.project import Project
from playlake_contracts.tables import TABLES
from playlake_lake.compaction.compact import Compaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake.local_aws import LocalAws

WEEK = days(3, datetime(2026, 11, 21, 12, tzinfo=UTC))


@pytest.fixture(scope="session")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """A local AWS with three simulated days, extracted and transformed."""
    project = replace(Project.find(os.environ), home=tmp_path_factory.mktemp("lake"))
    logs = project.logs
    with ExitStack() as running:
        aws = running.enter_context(local.local_aws(project, port=choose_port()))
        spotify = running.enter_context(
            sandbox(os.environ, Played(), now=WEEK[0], logs=logs, say=print)
        )
        running.enter_context(transformer(os.environ, aws, logs, say=print))
        runs = running.enter_context(extractor(os.environ, logs))
        playlists = spotify.playlist_ids()
        for day in WEEK:
            extract(runs, aws, spotify, playlists, day)
        wait_until_committed(aws)
        yield aws


@pytest.fixture(scope="session")
def compacted(lake: LocalAws) -> AwsLake:
    """The same lake after a compaction of all of its days."""
    found = AwsLake(LOCAL, lake)
    Compaction(found.store, list(TABLES), LATER).run(lambda _plan, _made: None)
    return found


@pytest.fixture(scope="session")
def truth(lake: LocalAws) -> RawTruth:
    """The contents of the raw bucket of that lake, read without Playlake's decoding."""
    return RawTruth(lake)
