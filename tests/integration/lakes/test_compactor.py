"""The compactor, the service on AWS, on the local AWS. All data is synthetic."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from aws_lakes import upload
from compacting import compact, in_force
from historical_lakes import commit_run, read
from landed import entry

from playlake.local_aws.environments import aws_settings
from playlake.services.processes import service_environment
from playlake_contracts.keys import COMPACTED_PREFIX, IN_FORCE_KEY
from playlake_lake.compaction.in_force import read_in_force
from playlake_lake.identity import make_lake

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playlake.lakes.aws import AwsLake
    from playlake.local_aws import LocalAws
    from playlake_lake.folder import Folder

MONTHS = 3
FIRST = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
def three_months(tmp_path: Path) -> Folder:
    """A lake in a folder with a run in each of three months."""
    folder, _ = make_lake(tmp_path / "lake")
    for number in range(MONTHS):
        at = FIRST + timedelta(days=31 * number)
        commit_run(folder, at, [read(f"p{one}", [entry(number), entry(one)]) for one in range(2)])
    return folder


@pytest.fixture
def environment(on_aws: AwsLake, local_aws: LocalAws) -> dict[str, str]:
    """What the service sees, for the lake on the local AWS."""
    own = {
        **aws_settings(local_aws),
        "PLAYLAKE_RAW_BUCKET": on_aws.deployment.raw_bucket,
        "PLAYLAKE_CURATED_BUCKET": on_aws.deployment.curated_bucket,
        "PLAYLAKE_GLUE_DATABASE": on_aws.deployment.names.glue_database,
        "PLAYLAKE_COMPACTED_DATABASE": on_aws.deployment.names.compacted_database,
        "PLAYLAKE_METRICS_NAMESPACE": "playlake",
        "PYTHONUNBUFFERED": "1",
    }
    return service_environment(os.environ, own)


def start(environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "playlake_compactor"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def stopped_after_a_month(
    environment: dict[str, str], number: signal.Signals
) -> subprocess.Popen[str]:
    """The service, which gets a signal once it has compacted a month."""
    process = start(environment)
    assert process.stdout is not None
    assert any('"month_compacted"' in line for line in process.stdout)
    process.send_signal(number)
    return process


def ended(process: subprocess.Popen[str]) -> tuple[int, list[dict[str, Any]], str]:
    """The exit status, the lines of standard output, and what standard error has."""
    out, err = process.communicate(timeout=60)
    return process.returncode, [json.loads(line) for line in out.splitlines()], err


def events(lines: list[dict[str, Any]]) -> Iterator[tuple[str, object]]:
    """The names of the events, each with its month; metrics are left out."""
    return ((line["event"], line.get("month")) for line in lines if "event" in line)


def compacted(folder: Folder) -> dict[str, bytes | None]:
    """The compacted files of a lake in a folder, by key."""
    return {file.key: folder.read(file.key) for file in in_force(folder).files()}


def compacted_on_aws(lake: AwsLake) -> dict[str, bytes | None]:
    """The same of a lake on AWS."""
    store = lake.store
    return {file.key: store.read(file.key) for file in read_in_force(store).files()}


def test_a_lake_is_compacted_once_and_a_second_time_nothing_is_written(
    three_months: Folder, on_aws: AwsLake, environment: dict[str, str]
) -> None:
    upload(on_aws, three_months)
    status, lines, err = ended(start(environment))
    assert (status, err) == (0, "")
    compact(three_months)
    months = sorted(in_force(three_months).months)
    # Whether the views were of an earlier compaction depends on the tests before.
    assert [each for each in events(lines) if each[0] != "views_published"] == [
        ("compaction_started", None),
        *(("month_compacted", month) for month in months),
        ("compaction_finished", None),
    ]
    finished = lines[-1]
    assert (finished["months"], finished["history"]) == (MONTHS, months)
    assert compacted_on_aws(on_aws) == compacted(three_months)
    (metrics,) = (line for line in lines if "_aws" in line)
    assert (metrics["MonthsCompacted"], metrics["RowsCompacted"]) == (MONTHS, finished["rows"])
    assert metrics["CompactionSeconds"] == finished["duration_seconds"] > 0

    before = on_aws.store.versions(COMPACTED_PREFIX)
    status, lines, err = ended(start(environment))
    assert (status, err) == (0, "")
    assert [event for event, _ in events(lines)] == ["compaction_started", "compaction_finished"]
    assert on_aws.store.versions(COMPACTED_PREFIX) == before


def test_a_compaction_that_is_stopped_is_gone_on_with(
    three_months: Folder, on_aws: AwsLake, environment: dict[str, str]
) -> None:
    upload(on_aws, three_months)
    status, lines, err = ended(stopped_after_a_month(environment, signal.SIGTERM))
    assert (status, err) == (128 + signal.SIGTERM, "")
    assert list(events(lines))[-1] == ("compaction_interrupted", None)
    assert read_in_force(on_aws.store).history == {}
    (metrics,) = (line for line in lines if "_aws" in line)
    first = metrics["MonthsCompacted"]
    assert first == len(read_in_force(on_aws.store).months) < MONTHS

    status, _, _ = ended(stopped_after_a_month(environment, signal.SIGKILL))
    assert status == -signal.SIGKILL
    second = len(read_in_force(on_aws.store).months)
    assert first < second <= MONTHS

    status, lines, _ = ended(start(environment))
    assert (status, lines[-1]["months"]) == (0, MONTHS - second)
    compact(three_months)
    assert compacted_on_aws(on_aws) == compacted(three_months)


def test_two_at_once_do_no_harm(
    three_months: Folder, on_aws: AwsLake, environment: dict[str, str]
) -> None:
    upload(on_aws, three_months)
    both = [ended(process) for process in (start(environment), start(environment))]
    assert [status for status, *_ in both] == [0, 0]
    status, lines, _ = ended(start(environment))
    assert (status, lines[-1]["months"]) == (0, 0)
    compact(three_months)
    assert compacted_on_aws(on_aws) == compacted(three_months)


def test_a_day_is_left_until_it_is_over_for_the_margin(
    three_months: Folder, on_aws: AwsLake, environment: dict[str, str]
) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    commit_run(three_months, yesterday, [read("p", [entry(1)])])
    upload(on_aws, three_months)
    assert ended(start({**environment, "PLAYLAKE_MARGIN_HOURS": "48"}))[0] == 0
    assert len(read_in_force(on_aws.store).months) == MONTHS


@pytest.mark.parametrize(
    ("changed", "status", "code", "sentence"),
    [
        (
            {"PLAYLAKE_CURATED_BUCKET": ""},
            78,
            "invalid_configuration",
            "set PLAYLAKE_CURATED_BUCKET (Bucket of the Parquet objects",
        ),
        (
            {"PLAYLAKE_MARGIN_HOUR": "2"},
            78,
            "invalid_configuration",
            "did you mean PLAYLAKE_MARGIN_HOURS?",
        ),
        ({"PLAYLAKE_CURATED_BUCKET": "nobodys-bucket"}, 74, "lake_unavailable", "NoSuchBucket"),
        ({"AWS_ENDPOINT_URL": "nowhere"}, 78, "invalid_configuration", "AWS_ENDPOINT_URL"),
    ],
)
def test_a_wrong_setting_or_bucket_is_one_sentence_and_an_exit_status(
    environment: dict[str, str], changed: dict[str, str], status: int, code: str, sentence: str
) -> None:
    found, lines, err = ended(start({**environment, **changed}))
    assert found == status
    assert (lines[-1]["event"], lines[-1]["code"]) == ("compaction_stopped", code)
    assert sentence in err
    assert err == f"playlake-compactor: {lines[-1]['reason']}\n"


def test_a_lake_that_is_damaged_is_one_sentence_and_an_exit_status(
    on_aws: AwsLake, environment: dict[str, str]
) -> None:
    bucket = on_aws.deployment.curated_bucket
    on_aws.aws.s3.put_object(Bucket=bucket, Key=IN_FORCE_KEY, Body=b"{")
    status, lines, err = ended(start(environment))
    assert (status, lines[-1]["code"]) == (65, "compaction_failed")
    assert f"delete {IN_FORCE_KEY}, then run `playlake compact`" in err
    assert any("_aws" in line for line in lines)
