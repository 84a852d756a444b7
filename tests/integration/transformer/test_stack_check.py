"""`playlake check --stack` on the local AWS, with and without a transformer. All synthetic."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from aws_lakes import aws_lake
from commands import Command

from playlake.checking import stack as checking
from playlake.checking.stack import StackCheck, Step
from playlake.errors import CommandError
from playlake.local_aws.environments import aws_settings
from playlake.project import Project
from playlake_aws.partitions import GluePartitions
from playlake_contracts.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.integration.transformer.conftest import Transformer

    from playlake.lakes.aws import AwsLake
    from playlake.local_aws import LocalAws

    Start = Callable[..., AbstractContextManager[Transformer]]

DAY = "1970-01-01"
LONG = timedelta(seconds=60)


@pytest.fixture
def lake(aws: LocalAws) -> AwsLake:
    return aws_lake(aws)


@pytest.fixture
def playlake(aws: LocalAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command, with the credentials of the local AWS."""
    for name, text in aws_settings(aws).items():
        monkeypatch.setenv(name, text)
    return Command(replace(Project.find(os.environ), home=tmp_path / "home"))


def left(lake: AwsLake) -> list[str]:
    """The keys of all versions of objects of the day, and the tables that have a partition."""
    found = []
    for bucket in (lake.deployment.raw_bucket, lake.deployment.curated_bucket):
        pages = lake.aws.s3.get_paginator("list_object_versions").paginate(Bucket=bucket)
        versions = (
            each
            for page in pages
            for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
        )
        found += [each["Key"] for each in versions if DAY in each["Key"]]
    partitions = GluePartitions(lake.aws.glue, lake.deployment.names.glue_database)
    return [*found, *(table for table in TABLES if DAY in partitions.days(table))]


def test_a_part_is_followed_to_its_rows_and_nothing_is_left(
    lake: AwsLake, start: Start, playlake: Command
) -> None:
    with start():
        assert playlake("check", "--stack", "playlake", "--wait", "60", "--json") == 0, (
            playlake.notices
        )
    steps = {row["step"]: row["found"] for row in json.loads(playlake.output)}
    assert list(steps) == ["land", "commit", "query", "clean up"]
    assert steps["query"] == "2 rows of 2"
    assert int(steps["clean up"].split()[0]) == int(steps["commit"].split()[0]) + 1
    assert left(lake) == []


def test_without_a_transformer_it_says_so_and_nothing_is_left(
    lake: AwsLake, playlake: Command
) -> None:
    assert playlake("check", "--stack", "playlake", "--wait", "1") == 1
    assert "was not committed within 1 s: see whether a transformer runs" in playlake.notices
    assert left(lake) == []


def test_a_part_that_is_rejected_is_a_failure_with_its_reason(
    lake: AwsLake, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "_body", lambda _: b"synthetic junk")
    steps: list[Step] = []
    with start(), pytest.raises(CommandError, match=r"the part was rejected \(corrupt"):
        StackCheck.of(lake, LONG).run(steps.append)
    assert [each.name for each in steps] == ["land"]
    assert left(lake) == []


def test_rows_that_athena_does_not_see_are_a_failure(
    lake: AwsLake, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = StackCheck.of(lake, timedelta(seconds=10))
    body = checking._body(check.key)
    monkeypatch.setattr(checking, "_body", lambda _: body)
    monkeypatch.setattr(checking, "_ENTRIES", 3)
    with start(), pytest.raises(CommandError, match="Athena does not see the 3 rows"):
        check.run(lambda _: None)
    assert left(lake) == []


def test_the_lake_is_named_once_and_a_region_is_needed(
    playlake: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert playlake("check", "--stack", "playlake", "--lake", "x") == 1
    assert "leave out --lake" in playlake.notices
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    assert playlake("check", "--stack", "playlake") == 1
    assert "there is no AWS region" in playlake.notices
