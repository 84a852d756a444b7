"""Retention with the role of its task and no other rights. All data is synthetic."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from aws_lakes import aws_lake, upload
from historical_lakes import commit_run, read
from landed import entry

from playlake.local_aws.environments import aws_settings
from playlake.services.processes import service_environment
from playlake_contracts.keys import CURATED_PREFIX, RAW_PREFIX, RETENTION_KEY, table_prefix
from playlake_lake.identity import make_lake

from .conftest import taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playlake.lakes.aws import AwsLake
    from playlake.local_aws import LocalAws

OLD, NEW = timedelta(days=40), timedelta(days=1)


@pytest.fixture
def lake(enforcing_aws: LocalAws, tmp_path: Path) -> Iterator[AwsLake]:
    """A lake of an old day and a new one on the local AWS that checks every call."""
    folder, _ = make_lake(tmp_path / "lake")
    now = datetime.now(UTC).replace(microsecond=0)
    for age in (OLD, NEW):
        commit_run(folder, now - age, [read("p", [entry(1)])])
    found = aws_lake(enforcing_aws)
    upload(found, folder)
    _forget_partitions(enforcing_aws, found.deployment.names.glue_database)
    location = f"s3://{found.deployment.curated_bucket}/{table_prefix('playlists')}"
    enforcing_aws.glue.batch_create_partition(
        DatabaseName=found.deployment.names.glue_database,
        TableName="playlists",
        PartitionInputList=[
            {
                "Values": ["2020-01-01"],
                "StorageDescriptor": {"Location": f"{location}day=2020-01-01/"},
            }
        ],
    )
    # Other tests have an object there, which is no record.
    bucket = found.deployment.curated_bucket
    enforcing_aws.s3.delete_object(Bucket=bucket, Key=RETENTION_KEY)
    yield found
    enforcing_aws.s3.put_object(Bucket=bucket, Key=RETENTION_KEY, Body=b"")
    for prefix in (CURATED_PREFIX, RAW_PREFIX):
        found.store.remove_for_good(list(found.store.versions(prefix)))


def _forget_partitions(aws: LocalAws, database: str) -> None:
    """Delete what tests before this one have registered."""
    for table in aws.glue.get_tables(DatabaseName=database)["TableList"]:
        for each in aws.glue.get_partitions(DatabaseName=database, TableName=table["Name"])[
            "Partitions"
        ]:
            aws.glue.delete_partition(
                DatabaseName=database, TableName=table["Name"], PartitionValues=each["Values"]
            )


def test_the_role_of_the_task_suffices_for_retention(
    enforcing_aws: LocalAws,
    lake: AwsLake,
    role_names: dict[str, str],
    client_of: Callable[[str, str], Any],
) -> None:
    credentials = taken(client_of("root", "sts"), role_names["RetentionTaskRole"])
    environment = service_environment(
        os.environ,
        {
            **aws_settings(enforcing_aws),
            **{name.upper(): value for name, value in credentials.items()},
            "PLAYLAKE_RAW_BUCKET": lake.deployment.raw_bucket,
            "PLAYLAKE_CURATED_BUCKET": lake.deployment.curated_bucket,
            "PLAYLAKE_GLUE_DATABASE": lake.deployment.names.glue_database,
            "PLAYLAKE_KEEP_DAYS": "spotify=30",
        },
    )
    finished = _looked(environment)
    assert (finished["marks"], finished["partitions"]) == (2, 1)
    assert _looked(environment)["marks"] == 0
    assert len(lake.store.folders(table_prefix("loads"))) == 1


def _looked(environment: dict[str, str]) -> dict[str, Any]:
    """Run the command of the task; return its last line."""
    ended = subprocess.run(
        [sys.executable, "-m", "playlake_compactor", "retention"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return found
