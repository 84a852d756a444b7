"""`playlake retention` and its task, on a folder and on the local AWS. All data is synthetic."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from aws_lakes import bucket_of, upload
from historical_lakes import commit_run, read
from landed import entry
from rich.console import Console

from playlake.invocation import Invocation
from playlake.lakes.folder import FolderLake
from playlake.lakes.retaining_itself import check_retention, retain_itself
from playlake.local_aws.environments import aws_settings
from playlake.services.processes import service_environment
from playlake_aws.partitions import GluePartitions
from playlake_contracts.keys import RETENTION_KEY, table_prefix
from playlake_contracts.tables import TABLES
from playlake_lake.identity import make_lake
from playlake_lake.retention.record import Record, read_record, write_record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from commands import Command

    from playlake.lakes.aws import AwsLake
    from playlake.local_aws import LocalAws
    from playlake.project import Project
    from playlake_lake.folder import Folder

AGES = (20, 16, 12, 8, 4)
KEPT = "spotify=12"


def today() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=1, second=0, microsecond=0)


def day(age: int) -> str:
    return f"{today() - timedelta(days=age):%Y-%m-%d}"


@pytest.fixture
def aged(tmp_path: Path) -> Folder:
    """A lake with a run on each of five days, four days apart, the last one four days ago."""
    folder, _ = make_lake(tmp_path / "aged")
    for age in AGES:
        commit_run(folder, today() - timedelta(days=age), [read("p", [entry(age)])])
    return folder


@pytest.fixture
def here(project: Project) -> Invocation:
    """An invocation of the command."""
    return Invocation(project, Console(file=StringIO()), Console(file=StringIO()))


def days_of(playlake: Command, folder: Folder) -> list[str]:
    sql = "SELECT DISTINCT snapshot_date AS day FROM playlist_items ORDER BY 1"
    assert playlake("query", sql, "--json", "--lake", str(folder.root)) == 0, playlake.notices
    return [row["day"] for row in json.loads(playlake.output)]


def shown(playlake: Command, *arguments: str) -> dict[str, dict[str, Any]]:
    """What `playlake retention` shows, by source."""
    assert playlake("retention", "--json", *arguments) == 0, playlake.notices
    return {row["source"]: row for row in json.loads(playlake.output)}


def test_what_is_kept_is_shown_and_set(playlake: Command, aged: Folder) -> None:
    place = ("--lake", str(aged.root))
    before = list(aged.keys(""))
    found = shown(playlake, *place)
    assert {name: row["days_kept"] for name, row in found.items()} == {
        "spotify": "forever",
        "listenbrainz": "forever",
        "youtube": "28",
    }
    found = shown(playlake, "--keep", KEPT, *place)
    assert found["spotify"] == {
        "source": "spotify",
        "days_kept": "12",
        "kept_since": day(11),
        "oldest_day": day(20),
        "days_held": 5,
        "days_expired": 3,
    }
    # It is said of one source, and the others stay as they were.
    assert shown(playlake, "--keep", "youtube=forever", *place)["spotify"]["days_kept"] == "12"
    assert shown(playlake, *place)["youtube"]["days_kept"] == "forever"
    assert [key for key in aged.keys("") if key != RETENTION_KEY] == before


def test_what_has_expired_is_removed_when_told(playlake: Command, aged: Folder) -> None:
    place = ("--lake", str(aged.root))
    assert playlake("retention", "--keep", KEPT, *place) == 0
    assert "Days that have expired: 3." in playlake.output
    assert "in the tables" in playlake.output
    assert playlake("retention", "--apply", *place) == 0
    assert "files left" in playlake.output
    assert days_of(playlake, aged) == [day(8), day(4)]
    assert playlake("retention", "--apply", *place) == 0
    assert playlake.output.endswith("Nothing has expired.\n")
    assert not [key for key in aged.keys("") if day(12) in key or day(20) in key]
    assert playlake("lake", "check", str(aged.root)) == 0, playlake.output


@pytest.mark.parametrize(
    ("keep", "sentence"),
    [
        ("spotfy=30", "spotfy is no source: choose among spotify, listenbrainz, youtube"),
        ("spotify=30d", "'spotify=30d' is not like spotify=400 or spotify=forever"),
        ("spotify=0", "spotify=0 is not between 1 and 36500 days"),
        ("spotify=11", "11 days are too short for spotify: up to 11 days can pass until a"),
    ],
)
def test_days_that_cannot_be_kept_are_refused(
    playlake: Command, aged: Folder, keep: str, sentence: str
) -> None:
    assert playlake("retention", "--keep", keep, "--lake", str(aged.root)) != 0
    assert sentence in playlake.notices
    assert aged.size(RETENTION_KEY) is None


def test_runs_that_land_seldom_need_snapshots_that_are_kept_longer(
    playlake: Command, aged: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ("--lake", str(aged.root))
    monkeypatch.setenv("PLAYLAKE_REFRESH_AFTER_DAYS", "30")
    assert playlake("retention", "--keep", KEPT, *place) == 1
    assert "keep 35 days at least" in playlake.notices
    monkeypatch.setenv("PLAYLAKE_REFRESH_AFTER_DAYS", "7")
    assert playlake("retention", "--keep", KEPT, *place) == 0
    lake = FolderLake.open(aged.root, aged.root)
    check_retention(lake, "spotify")
    monkeypatch.setenv("PLAYLAKE_REFRESH_AFTER_DAYS", "30")
    with pytest.raises(Exception, match="12 days are too short for spotify: up to 31 days"):
        check_retention(lake, "spotify")
    # A run of YouTube lands every playlist.
    check_retention(lake, "youtube")
    monkeypatch.setenv("PLAYLAKE_REFRESH_AFTER_DAYS", "often")
    assert playlake("retention", "--keep", KEPT, *place) == 1
    assert "correct PLAYLAKE_REFRESH_AFTER_DAYS" in playlake.notices


def test_a_run_lets_go_of_what_has_expired_once_a_day(
    playlake: Command, aged: Folder, here: Invocation
) -> None:
    write_record(aged, Record(KEPT))
    lake = FolderLake.open(aged.root, aged.root)
    retain_itself(here, lake)
    assert days_of(playlake, aged) == [day(8), day(4)]
    files = [key for key in aged.keys("") if day(20) in key]
    assert files
    retain_itself(here, lake)
    assert [key for key in aged.keys("") if day(20) in key] == files
    write_record(aged, Record(KEPT, datetime.now(UTC) - timedelta(hours=21)))
    retain_itself(here, lake)
    assert not [key for key in aged.keys("") if day(20) in key]


def test_a_damaged_record_is_named_and_nothing_is_removed(
    playlake: Command, aged: Folder, here: Invocation
) -> None:
    aged.put_new(RETENTION_KEY, b"synthetic junk")
    before = list(aged.keys(""))
    assert playlake("retention", "--apply", "--lake", str(aged.root)) == 1
    assert f"{RETENTION_KEY} cannot be read" in playlake.notices
    retain_itself(here, FolderLake.open(aged.root, aged.root))
    assert list(aged.keys("")) == before


def test_an_import_of_what_is_kept_no_more_is_refused(
    playlake: Command, aged: Folder, tmp_path: Path
) -> None:
    write_record(aged, Record(KEPT))
    saved = tmp_path / "saved.json"
    page = {"items": [entry(1)], "offset": 0, "total": 1, "next": None}
    playlist = {"id": "37i9dQZF1DXcBWIGoYBM5M", "name": "Synthetic", "type": "playlist"}
    saved.write_text(json.dumps({**playlist, "items": page}))
    arguments = ("import", str(saved), "--lake", str(aged.root), "--at")
    before = list(aged.keys(""))
    assert playlake(*arguments, day(13)) != 0
    assert f"is of {day(13)}, and this lake keeps spotify for 12 days" in playlake.notices
    assert list(aged.keys("")) == before
    assert playlake(*arguments, day(11)) == 0, playlake.notices


@pytest.fixture
def environment(
    on_aws: AwsLake, local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """What the task sees, for the lake on the local AWS; the command has its credentials."""
    for name, text in aws_settings(local_aws).items():
        monkeypatch.setenv(name, text)
    own = {
        **aws_settings(local_aws),
        "PLAYLAKE_RAW_BUCKET": on_aws.deployment.raw_bucket,
        "PLAYLAKE_CURATED_BUCKET": on_aws.deployment.curated_bucket,
        "PLAYLAKE_GLUE_DATABASE": on_aws.deployment.names.glue_database,
        "PLAYLAKE_KEEP_DAYS": KEPT,
    }
    return service_environment(os.environ, own)


def look(environment: dict[str, str]) -> tuple[int, list[dict[str, Any]], str]:
    """Run the task: the exit status, its log, and what standard error has."""
    ended = subprocess.run(
        [sys.executable, "-m", "playlake_compactor", "retention"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return ended.returncode, [json.loads(line) for line in ended.stdout.splitlines()], ended.stderr


@pytest.fixture
def uploaded(on_aws: AwsLake, aged: Folder) -> Iterator[AwsLake]:
    """The lake `aged` on the local AWS, whose days are registered as the transformer does it."""
    upload(on_aws, aged)
    partitions = GluePartitions(on_aws.aws.glue, on_aws.deployment.names.glue_database)
    for table in TABLES:
        partitions.drop(table, partitions.days(table))
        location = f"s3://{on_aws.deployment.curated_bucket}/{table_prefix(table)}"
        on_aws.aws.glue.batch_create_partition(
            DatabaseName=partitions.database,
            TableName=table,
            PartitionInputList=[
                {
                    "Values": [day(age)],
                    "StorageDescriptor": {"Location": f"{location}day={day(age)}/"},
                }
                for age in AGES
                if f"day={day(age)}" in on_aws.store.folders(table_prefix(table))
            ],
        )
    yield on_aws
    for table in TABLES:
        partitions.drop(table, partitions.days(table))


def registered(lake: AwsLake, table: str) -> set[str]:
    return GluePartitions(lake.aws.glue, lake.deployment.names.glue_database).days(table)


def versions(lake: AwsLake, text: str) -> list[str]:
    """The keys of all versions and delete markers in both buckets that contain a text."""
    buckets = (lake.deployment.raw_bucket, lake.deployment.curated_bucket)
    pages = (
        page
        for bucket in buckets
        for page in lake.aws.s3.get_paginator("list_object_versions").paginate(Bucket=bucket)
    )
    found = (
        each
        for page in pages
        for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
    )
    return [each["Key"] for each in found if text in each["Key"]]


def test_the_task_removes_every_version_and_leaves_no_partition_that_points_at_nothing(
    aged: Folder, uploaded: AwsLake, environment: dict[str, str], playlake: Command
) -> None:
    replaced = next(key for key in aged.keys("raw/") if day(20) in key)
    uploaded.aws.s3.put_object(
        Bucket=bucket_of(uploaded, replaced), Key=replaced, Body=b"synthetic"
    )
    assert versions(uploaded, day(20)).count(replaced) == 2
    status, lines, err = look(environment)
    assert (status, err) == (0, "")
    expired = [line for line in lines if line["event"] == "day_expired"]
    assert [line["day"] for line in expired] == [day(age) for age in AGES[:3]]
    assert lines[-1]["event"] == "retention_finished"
    assert (lines[-1]["marks"], lines[-1]["partitions"]) == (6, 3)
    assert registered(uploaded, "loads") == {day(8), day(4)}
    assert registered(uploaded, "playlist_items") == {day(age) for age in AGES}
    assert read_record(uploaded.store).keep_days == KEPT

    found = shown(playlake, "--lake", f"s3://{uploaded.deployment.raw_bucket}")
    assert (found["spotify"]["days_kept"], found["spotify"]["days_expired"]) == ("12", 3)

    status, lines, err = look(environment)
    assert (status, err) == (0, "")
    assert [versions(uploaded, day(age)) for age in AGES[:3]] == [[], [], []]
    assert all(registered(uploaded, table) <= {day(8), day(4)} for table in TABLES)
    kept = [*uploaded.store.versions("curated/"), *uploaded.store.versions("raw/")]
    assert [key for key in kept if day(8) in key] == [
        key for key in aged.keys("") if day(8) in key and "/" in key
    ]
    status, lines, err = look(environment)
    assert (lines[-1]["objects"], lines[-1]["partitions"]) == (0, 0)


@pytest.mark.usefixtures("environment")
def test_a_deployment_says_what_is_kept_not_the_command(on_aws: AwsLake, playlake: Command) -> None:
    lake = f"s3://{on_aws.deployment.raw_bucket}"
    assert playlake("retention", "--keep", KEPT, "--lake", lake) == 1
    assert "set keep_days in its settings, and deploy" in playlake.notices


@pytest.mark.usefixtures("environment")
def test_the_command_removes_on_aws_as_the_task_does(uploaded: AwsLake, playlake: Command) -> None:
    write_record(uploaded.store, Record(KEPT))
    lake = ("--lake", f"s3://{uploaded.deployment.raw_bucket}")
    for _ in range(2):
        assert playlake("retention", "--apply", *lake) == 0, playlake.notices
    assert [versions(uploaded, day(age)) for age in AGES[:3]] == [[], [], []]
    assert registered(uploaded, "playlist_items") == {day(8), day(4)}


def test_a_wrong_setting_of_the_task_is_named(environment: dict[str, str]) -> None:
    status, _, err = look({**environment, "PLAYLAKE_KEEP_DAYS": "spotify=often"})
    assert status == 78
    assert "correct PLAYLAKE_KEEP_DAYS: 'spotify=often' is not like" in err
