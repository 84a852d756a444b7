"""The task that syncs Iceberg tables on AWS, on the local AWS. All data is synthetic."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from aws_lakes import upload
from iceberg_tables import iceberg_rows, lake_rows

from playlake.local_aws.environments import aws_settings
from playlake.services.processes import service_environment
from playlake_contracts.keys import CURATED_PREFIX, ICEBERG_PREFIX
from playlake_iceberg.glue_catalog import in_glue
from playlake_iceberg.sync import ADOPTED_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake.lakes.aws import AwsLake
    from playlake.local_aws import LocalAws
    from playlake_iceberg.tables import Place
    from playlake_lake.folder import Folder


@pytest.fixture
def environment(
    on_aws: AwsLake, local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """What the task sees, for the lake on the local AWS."""
    for name, text in aws_settings(local_aws).items():
        monkeypatch.setenv(name, text)
    own = {
        **aws_settings(local_aws),
        "PLAYLAKE_RAW_BUCKET": on_aws.deployment.raw_bucket,
        "PLAYLAKE_CURATED_BUCKET": on_aws.deployment.curated_bucket,
        "PLAYLAKE_ICEBERG_DATABASE": on_aws.deployment.names.iceberg_database,
        "PLAYLAKE_METRICS_NAMESPACE": "playlake",
        "PYTHONUNBUFFERED": "1",
    }
    return service_environment(os.environ, own)


@pytest.fixture
def place(full: Folder, on_aws: AwsLake, environment: dict[str, str]) -> Iterator[Place]:
    """The Iceberg tables of the lake `full` on the local AWS."""
    assert environment
    upload(on_aws, full)
    place = in_glue(on_aws.store, on_aws.aws.glue, on_aws.deployment.names.iceberg_database)
    yield place
    for table in place.catalog.list_tables(place.namespace):
        place.catalog.drop_table(table)


def start(environment: dict[str, str]) -> subprocess.Popen[str]:
    """Start the task with the command of its definition."""
    return subprocess.Popen(
        [sys.executable, "-m", "playlake_compactor", "iceberg"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, list[dict[str, Any]], str]:
    """The exit status, the lines of standard output, and what standard error has."""
    out, err = process.communicate(timeout=60)
    return process.returncode, [json.loads(line) for line in out.splitlines()], err


def synced_tables(lines: list[dict[str, Any]]) -> list[str]:
    """The tables that the log names as synced."""
    return [line["table"] for line in lines if line.get("event") == "iceberg_table_synced"]


def test_a_lake_is_synced_once_and_a_second_time_nothing_is_written(
    full: Folder, on_aws: AwsLake, place: Place, environment: dict[str, str]
) -> None:
    before = on_aws.store.versions(CURATED_PREFIX)
    status, lines, err = ended(start(environment))
    assert (status, err) == (0, "")
    assert iceberg_rows(place, ADOPTED_TABLES) == lake_rows(full, ADOPTED_TABLES)
    assert synced_tables(lines) == list(ADOPTED_TABLES)
    assert (lines[0]["event"], lines[-1]["event"]) == (
        "iceberg_sync_started",
        "iceberg_sync_finished",
    )
    (metrics,) = (line for line in lines if "_aws" in line)
    assert metrics["FilesAdopted"] == lines[-1]["added"] > 0
    assert metrics["IcebergSyncSeconds"] == lines[-1]["duration_seconds"] > 0
    assert on_aws.store.versions(CURATED_PREFIX) == before

    written = on_aws.store.versions(ICEBERG_PREFIX)
    status, lines, err = ended(start(environment))
    assert (status, err) == (0, "")
    assert [line["event"] for line in lines if "event" in line] == [
        "iceberg_sync_started",
        "iceberg_sync_finished",
    ]
    assert on_aws.store.versions(ICEBERG_PREFIX) == written


@pytest.mark.slow
def test_a_sync_that_is_stopped_is_gone_on_with(
    full: Folder, place: Place, environment: dict[str, str]
) -> None:
    process = start(environment)
    assert process.stdout is not None
    assert any('"iceberg_table_synced"' in line for line in process.stdout)
    process.send_signal(signal.SIGTERM)
    status, lines, err = ended(process)
    assert (status, err) == (128 + signal.SIGTERM, "")
    assert [line for line in lines if "event" in line][-1]["event"] == "iceberg_sync_interrupted"
    (metrics,) = (line for line in lines if "_aws" in line)
    assert metrics["FilesAdopted"] > 0
    status, lines, _ = ended(start(environment))
    assert status == 0
    assert 0 < len(synced_tables(lines)) < len(ADOPTED_TABLES)
    assert iceberg_rows(place) == lake_rows(full)


@pytest.mark.parametrize(
    ("changed", "status", "code", "sentence"),
    [
        (
            {"PLAYLAKE_ICEBERG_DATABASE": ""},
            78,
            "invalid_configuration",
            "set PLAYLAKE_ICEBERG_DATABASE (Glue database of the Iceberg tables",
        ),
        ({"PLAYLAKE_KEEP_RUNS": "0"}, 78, "invalid_configuration", "correct PLAYLAKE_KEEP_RUNS"),
        (
            {"PLAYLAKE_MARGIN_HOURS": "2"},
            78,
            "invalid_configuration",
            "PLAYLAKE_MARGIN_HOURS is not a setting of the compactor",
        ),
        ({"PLAYLAKE_CURATED_BUCKET": "nobodys-bucket"}, 74, "lake_unavailable", "NoSuchBucket"),
    ],
)
def test_a_wrong_setting_or_bucket_is_one_sentence_and_an_exit_status(
    environment: dict[str, str], changed: dict[str, str], status: int, code: str, sentence: str
) -> None:
    found, lines, err = ended(start({**environment, **changed}))
    assert found == status
    assert (lines[-1]["event"], lines[-1]["code"]) == ("iceberg_sync_stopped", code)
    assert sentence in err
    assert err == f"playlake-compactor: {lines[-1]['reason']}\n"


@pytest.mark.slow
@pytest.mark.usefixtures("place")
def test_a_damaged_lake_is_one_sentence_and_an_exit_status(
    on_aws: AwsLake, environment: dict[str, str]
) -> None:
    key = next(key for key in on_aws.store.versions(f"{CURATED_PREFIX}albums/"))
    bucket = on_aws.deployment.curated_bucket
    on_aws.aws.s3.put_object(Bucket=bucket, Key=key, Body=b"junk")
    status, lines, err = ended(start(environment))
    assert (status, lines[-1]["code"]) == (65, "iceberg_sync_failed")
    assert "cannot be read though it was committed" in err
    assert any("_aws" in line for line in lines)


def test_an_unknown_command_is_refused(environment: dict[str, str]) -> None:
    process = subprocess.run(
        [sys.executable, "-m", "playlake_compactor", "icebergs"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 2
    assert "invalid choice: 'icebergs'" in process.stderr
