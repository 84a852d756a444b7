"""Runs on AWS are told by a topic, each once, however many transformers there are."""

from __future__ import annotations

import json
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from aws_lakes import aws_lake, empty
from historical_lakes import commit_run, failed, read
from landed import entry

from playlake.history.reading import history_lake
from playlake.lakes.folder import FolderLake
from playlake.local_aws.resources import ACCOUNT, REGION
from playlake_contracts.keys import NOTICES_KEY, RAW_PREFIX
from playlake_contracts.outcomes import Outcome
from playlake_lake.identity import make_lake
from playlake_web.notices import EndedRun, notice_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.integration.transformer.conftest import Transformer

    from playlake.local_aws import LocalAws
    from playlake_lake.folder import Folder

    Start = Callable[..., AbstractContextManager[Transformer]]

HOUR = timedelta(hours=1)
NOW = datetime.now(UTC).replace(microsecond=0)
PLAYLIST = "told"


class Topic:
    """A topic of SNS, to which a queue has subscribed."""

    def __init__(self, aws: LocalAws) -> None:
        session = boto3.Session(
            aws_access_key_id=aws.credential,
            aws_secret_access_key=aws.credential,
            region_name=REGION,
        )
        make: Any = session.client
        self._sns = make("sns", endpoint_url=aws.endpoint_url)
        self._sqs = aws.sqs
        self.arn: str = self._sns.create_topic(Name="playlake-notices")["TopicArn"]
        self._queue = self._sqs.create_queue(QueueName="listener")["QueueUrl"]
        arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:listener"
        self._sns.subscribe(TopicArn=self.arn, Protocol="sqs", Endpoint=arn)

    def messages(self) -> list[dict[str, Any]]:
        """What the queue has got since it was last asked."""
        found = self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10)
        for each in found.get("Messages", ()):
            self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=each["ReceiptHandle"])
        return [json.loads(each["Body"]) for each in found.get("Messages", ())]

    def remove(self) -> None:
        """Remove the topic and the queue."""
        self._sns.delete_topic(TopicArn=self.arn)
        self._sqs.delete_queue(QueueUrl=self._queue)
        self._sns.close()


@pytest.fixture
def topic(aws: LocalAws) -> Iterator[Topic]:
    made = Topic(aws)
    yield made
    made.remove()


def test_two_transformers_send_one_message_of_what_a_run_changed(
    aws: LocalAws, start: Start, topic: Topic, tmp_path: Path, eventually: Callable[..., Any]
) -> None:
    empty(aws_lake(aws))
    same, _ = make_lake(tmp_path / "lake")
    _remember(aws, since=NOW - 5 * HOUR)

    def take(hours_ago: int, songs: int) -> str:
        """Take a snapshot, and wait until the notice of its run is done."""
        at = NOW - hours_ago * HOUR
        before = set(same.keys())
        run_id = commit_run(same, at, [read(PLAYLIST, [entry(each) for each in range(songs)])])
        _land(aws, same, set(same.keys()) - before)
        eventually(lambda: _told(aws).get(run_id, {}), lambda found: found.get("is_done"))
        return run_id

    with ExitStack() as running:
        settings = {"PLAYLAKE_NOTICES_TOPIC": topic.arn, "PLAYLAKE_NOTICES_QUIET_SECONDS": "0.2"}
        for _ in range(2):
            running.enter_context(start(**settings))
        take(3, songs=1)
        assert topic.messages() == []  # the first snapshot of a playlist is no change
        changed = take(2, songs=2)
        (message,) = topic.messages()
        take(1, songs=2)
        assert topic.messages() == []
    expected = notice_of(history_lake(FolderLake.open(same.root, tmp_path)), EndedRun(changed))
    assert expected is not None
    assert (message["Subject"], message["Message"]) == (expected.subject, expected.text)
    assert "Track 1" in message["Message"]


def test_a_topic_that_is_gone_stops_no_transformer(
    aws: LocalAws, start: Start, eventually: Callable[..., Any], tmp_path: Path
) -> None:
    empty(aws_lake(aws))
    _remember(aws, since=NOW - 10 * HOUR)
    arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:gone"
    folder, _ = make_lake(tmp_path / "lake")
    commit_run(folder, NOW - 8 * HOUR, [], [failed("kept", Outcome.FAILED)])
    with start(PLAYLAKE_NOTICES_TOPIC=arn, PLAYLAKE_NOTICES_QUIET_SECONDS="0.2") as running:
        _land(aws, folder, set(folder.keys()))

        def failures() -> list[str]:
            lines = [json.loads(line) for line in running.log.read_text().splitlines()]
            return [line["reason"] for line in lines if line["event"] == "notice_not_sent"]

        first, *_ = eventually(failures, bool)
        assert "was not sent: the topic gone refused it" in first
        assert running.api.get("/readyz").status_code == 200


def _land(aws: LocalAws, folder: Folder, keys: set[str]) -> None:
    """Land the raw objects among the keys of a folder, a manifest after its parts."""
    for key in sorted(keys, reverse=True):
        if key.startswith(RAW_PREFIX):
            body = folder.read(key) or b""
            aws.s3.put_object(Bucket=aws.resources.raw_bucket, Key=key, Body=body)


def _remember(aws: LocalAws, since: datetime) -> None:
    """What a transformer remembers that has told this lake since a time."""
    body = json.dumps({"since": since.isoformat(), "schema": "playlake.notices/1"}).encode()
    aws.s3.put_object(Bucket=aws.resources.raw_bucket, Key=NOTICES_KEY, Body=body)


def _told(aws: LocalAws) -> dict[str, Any]:
    found = aws.s3.get_object(Bucket=aws.resources.raw_bucket, Key=NOTICES_KEY)
    runs: dict[str, Any] = json.loads(found["Body"].read()).get("runs", {})
    return runs
