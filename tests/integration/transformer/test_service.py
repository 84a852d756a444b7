"""`python -m playlake_transformer` commits landed objects and reports them."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from landed import bad_entry, entry, manifest, manifest_key, part, part_key, run_id

from playlake_contracts.keys import table_prefix
from playlake_contracts.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.integration.transformer.conftest import Transformer

    from playlake.local_aws import LocalAws

    Start = Callable[[], AbstractContextManager[Transformer]]

GOLDEN = json.loads((Path(__file__).parent / "golden_rows.json").read_text())

# Columns that depend on the machine, the version or the time.
VOLATILE = {
    "raw_etag",
    "raw_bytes",
    "json_bytes",
    "committed_at",
    "transform_seconds",
    "transformer_version",
}

KEY = part_key()
NULL_ITEM = {"added_at": None, "is_local": False, "item": None}
EPISODE = entry(7, type="episode", show={"id": "show1", "name": "Show 1"}, album=None, artists=None)
BODY = part(KEY, [entry(1), NULL_ITEM, EPISODE], [entry(12), bad_entry(), entry(1)])


@pytest.fixture(scope="module")
def transformer(start: Start, aws: LocalAws) -> Iterator[Transformer]:
    """A transformer that has committed a part and its manifest."""
    names = aws.resources
    with start() as running:
        landed = {KEY: BODY, manifest_key(): manifest("synthetic", (KEY, BODY, 2))}
        for key, body in landed.items():
            aws.s3.put_object(Bucket=names.raw_bucket, Key=str(key), Body=body)
        running.until(lambda status: status["objects_committed"] == 2)
        yield running


@pytest.fixture(scope="module")
def status(transformer: Transformer) -> dict[str, Any]:
    """What `/status` says of the process."""
    return transformer.status()


def rows_of(body: bytes) -> list[dict[str, Any]]:
    rows = pq.read_table(io.BytesIO(body)).to_pylist()
    kept = [{name: row[name] for name in row if name not in VOLATILE} for row in rows]
    return json.loads(json.dumps(kept, default=str))  # type: ignore[no-any-return]


@pytest.mark.usefixtures("status")
def test_the_curated_objects_have_the_golden_rows(aws: LocalAws) -> None:
    bucket = aws.resources.curated_bucket
    listed = aws.s3.list_objects_v2(Bucket=bucket)["Contents"]
    keys = [held["Key"] for held in listed if str(run_id()) in held["Key"]]
    found = {key: rows_of(aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys}
    assert found == GOLDEN


def test_status_shows_the_commits(status: dict[str, Any]) -> None:
    assert status["runs_completed"] == [str(run_id())]
    assert status["rows"] == {
        key.split("/")[1]: len(rows)
        for key, rows in GOLDEN.items()
        if key.startswith("curated/") and "/loads/" not in key
    }
    assert status["rows_quarantined"] == 1
    assert {load["part"] for load in status["latest_loads"]} == {"part-0000", "manifest"}
    assert (status["objects_rejected"], status["messages_retried"]) == (0, 0)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="Linux shows what is loaded")
def test_the_service_itself_does_not_load_pandas(transformer: Transformer) -> None:
    loaded = Path(f"/proc/{transformer.process.pid}/maps").read_text()
    assert "pyarrow" in loaded
    assert "pandas" not in loaded


@pytest.mark.usefixtures("status")
def test_the_time_from_the_event_to_the_row_is_in_the_log_and_at_metrics(
    transformer: Transformer,
) -> None:
    events = [json.loads(line) for line in transformer.log.read_text().splitlines()]
    lines = [event for event in events if event["event"] == "part_processed"]
    assert {(line["part"], line["outcome"]) for line in lines} == {
        ("part-0000", "committed"),
        ("manifest", "committed"),
    }
    assert len(lines) == 2
    for line in lines:
        assert line["run_id"] == str(run_id())
        assert 0 <= line["event_to_row_seconds"] < 3600
        assert sum(line["stage_seconds"].values()) <= line["seconds"] + 0.001
    response = transformer.api.get("/metrics")
    shown = response.text.splitlines()
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "playlake_parts_committed_total 2.0" in shown
    assert "playlake_event_to_row_seconds_count 2.0" in shown


@pytest.mark.usefixtures("status")
def test_every_table_with_rows_has_its_day_registered(aws: LocalAws) -> None:
    prefixes = {key.partition("day=")[0] for key in GOLDEN}
    for table in [name for name in TABLES if table_prefix(name) in prefixes]:
        partition = aws.glue.get_partition(
            DatabaseName=aws.resources.glue_database,
            TableName=table,
            PartitionValues=["2026-11-21"],
        )["Partition"]
        assert partition["StorageDescriptor"]["Location"].endswith(
            f"/{table_prefix(table)}day=2026-11-21/"
        )


@pytest.mark.usefixtures("status")
def test_messages_of_committed_objects_leave_the_queue(
    aws: LocalAws, eventually: Callable[..., object]
) -> None:
    def messages() -> list[str]:
        answer = aws.sqs.get_queue_attributes(
            QueueUrl=aws.queue_url,
            AttributeNames=[
                "ApproximateNumberOfMessages",
                "ApproximateNumberOfMessagesNotVisible",
            ],
        )
        return list(answer["Attributes"].values())

    eventually(messages, lambda counts: counts == ["0", "0"])
