"""An erasure with the role of an eraser and no other rights. All synthetic."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from aws_lakes import aws_lake, upload
from searched_lakes import hits
from two_days import two_days

from playlake.lakes.iceberg import IcebergLake
from playlake.local_aws.environments import aws_settings
from playlake.services.processes import service_environment
from playlake_contracts.keys import CURATED_PREFIX, ICEBERG_PREFIX, QUARANTINE_PREFIX, RAW_PREFIX

from .conftest import taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playlake.lakes.aws import AwsLake
    from playlake.local_aws import LocalAws

# The day that has it alone keeps a run and no part.
PLAYLIST = "playlist0"


@pytest.fixture
def lake(
    enforcing_aws: LocalAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[AwsLake]:
    """A lake on the local AWS that checks every call; its files are adopted by Iceberg tables."""
    found = aws_lake(enforcing_aws)
    upload(found, two_days(tmp_path / "full"))
    for name, text in aws_settings(enforcing_aws).items():
        monkeypatch.setenv(name, text)
    IcebergLake.on_aws(found).sync(10, lambda _: None)
    yield found
    for prefix in (RAW_PREFIX, CURATED_PREFIX, QUARANTINE_PREFIX, ICEBERG_PREFIX, "erasures/"):
        found.store.remove_for_good(list(found.store.versions(prefix)))
    enforcing_aws.glue.delete_database(Name=found.deployment.names.iceberg_database)


def erase(aws: LocalAws, place: str, credentials: dict[str, str]) -> tuple[int, str]:
    """Run the command; return its exit status, and what it said last."""
    secrets = {name.upper(): value for name, value in credentials.items()}
    ended = subprocess.run(
        [sys.executable, "-m", "playlake", "erase", "--playlist", PLAYLIST, "--yes"],
        env=service_environment(
            os.environ, {**aws_settings(aws), **secrets, "PLAYLAKE_LAKE": place}
        ),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return ended.returncode, (ended.stdout + ended.stderr).splitlines()[-1]


def objects(lake: AwsLake) -> Iterator[tuple[str, bytes]]:
    """Every version of every object of both buckets."""
    s3 = lake.aws.s3
    for bucket in (lake.deployment.raw_bucket, lake.deployment.curated_bucket):
        for each in s3.list_object_versions(Bucket=bucket).get("Versions", ()):
            found = s3.get_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])
            yield each["Key"], found["Body"].read()


@pytest.mark.slow
def test_the_role_of_an_eraser_suffices_and_that_of_a_task_is_told_so(
    enforcing_aws: LocalAws,
    lake: AwsLake,
    role_names: dict[str, str],
    client_of: Callable[[str, str], Any],
) -> None:
    before = list(objects(lake))
    assert hits(before, PLAYLIST)
    credentials = taken(client_of("root", "sts"), role_names["TransformerTaskRole"])
    status, said = erase(enforcing_aws, lake.place, credentials)
    assert status == 1
    assert "nothing was erased" in said
    assert list(objects(lake)) == before
    credentials = taken(client_of("root", "sts"), role_names["EraserRole"])
    status, said = erase(enforcing_aws, lake.place, credentials)
    assert status == 0, said
    assert hits(objects(lake), PLAYLIST) == []
    assert hits(objects(lake), "playlist1")
    assert lake.store.versions(ICEBERG_PREFIX)
