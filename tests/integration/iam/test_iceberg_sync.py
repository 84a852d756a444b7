"""The sync of Iceberg tables with the role of its task and no other rights. All synthetic."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from aws_lakes import aws_lake, upload
from two_days import two_days

from playlake.local_aws.environments import aws_settings
from playlake.services.processes import service_environment
from playlake_contracts.keys import CURATED_PREFIX, ICEBERG_PREFIX
from playlake_iceberg.sync import ADOPTED_TABLES

from .conftest import taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playlake.lakes.aws import AwsLake
    from playlake.local_aws import LocalAws


@pytest.fixture
def lake(enforcing_aws: LocalAws, tmp_path: Path) -> Iterator[AwsLake]:
    """A lake on the local AWS that checks every call."""
    found = aws_lake(enforcing_aws)
    upload(found, two_days(tmp_path / "full"))
    yield found
    for prefix in (CURATED_PREFIX, ICEBERG_PREFIX):
        for key in found.store.versions(prefix):
            found.store.remove(key)
    enforcing_aws.glue.delete_database(Name=found.deployment.names.iceberg_database)


def test_the_role_of_the_task_suffices_for_a_sync(
    enforcing_aws: LocalAws,
    lake: AwsLake,
    role_names: dict[str, str],
    client_of: Callable[[str, str], Any],
) -> None:
    credentials = taken(client_of("root", "sts"), role_names["IcebergTaskRole"])
    environment = service_environment(
        os.environ,
        {
            **aws_settings(enforcing_aws),
            **{name.upper(): value for name, value in credentials.items()},
            "PLAYLAKE_RAW_BUCKET": lake.deployment.raw_bucket,
            "PLAYLAKE_CURATED_BUCKET": lake.deployment.curated_bucket,
            "PLAYLAKE_ICEBERG_DATABASE": lake.deployment.names.iceberg_database,
        },
    )
    assert _synced(environment) == list(ADOPTED_TABLES)


def _synced(environment: dict[str, str]) -> list[str]:
    """Run the command of the task; return the tables that it synced."""
    ended = subprocess.run(
        [sys.executable, "-m", "playlake_compactor", "iceberg"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    return [line["table"] for line in lines if line["event"] == "iceberg_table_synced"]
