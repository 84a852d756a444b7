"""reconcile, replay, dlq and redrive on a lake on AWS: what is sent, and what is left where."""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow.parquet as pq
import pytest
from aws_lakes import upload
from folder_lakes import committed_lake, landed_lake
from landed import manifest_key, part_key

from playlake.local_aws.transformer import transform_queued
from playlake_aws import delivery as aws_delivery
from playlake_aws.delivery import AwsDelivery
from playlake_aws.queues import queue_depth
from playlake_contracts.keys import rejected_message
from playlake_contracts.rejects import Dismissal, Reject, encode_reject
from playlake_contracts.s3_events import StoredObject, created_event
from playlake_contracts.selection import Selection
from playlake_lake.delivery import NO_CODE, Chosen, Reconciled
from playlake_lake.side_by_side import unseen
from playlake_transformer.domain.events import parse_message, parse_record

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playlake.lakes.aws import AwsLake
    from playlake.local_aws import LocalAws
    from playlake_contracts.keys import RawKey

KEY, MANIFEST = part_key(), manifest_key()
DAYS = ["2026-11-21"]
ALL = Selection()


class Sent(NamedTuple):
    key: str
    code: str | None
    overwrite: bool = False


@pytest.fixture
def delivery(on_aws: AwsLake, local_aws: LocalAws) -> AwsDelivery:
    """Of the empty lake, whose queues are empty as well."""
    for url in (local_aws.queue_url, local_aws.dead_letter_queue_url):
        local_aws.sqs.purge_queue(QueueUrl=url)
    return AwsDelivery(on_aws, unseen)


@pytest.fixture
def land(delivery: AwsDelivery, local_aws: LocalAws, tmp_path: Path) -> Callable[[], None]:
    """`land()`: a part and its manifest are landed, and their events are lost."""

    def made() -> None:
        upload(delivery.lake, landed_lake(tmp_path / "landed"))
        local_aws.sqs.purge_queue(QueueUrl=local_aws.queue_url)

    return made


@pytest.fixture
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws_delivery, "_GRACE", timedelta(0))


def sent(aws: LocalAws) -> set[Sent]:
    """Take what is in the queue, read as the transformer reads it."""
    found: set[Sent] = set()
    while any(queue_depth(aws, aws.queue_url)):
        for message in _received(aws, aws.queue_url):
            found |= _read(aws, message)
            aws.sqs.delete_message(QueueUrl=aws.queue_url, ReceiptHandle=message["ReceiptHandle"])
    return found


def _received(aws: LocalAws, url: str) -> list[Any]:
    answer = aws.sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1, MessageAttributeNames=["All"]
    )
    return list(answer.get("Messages", ()))


def _read(aws: LocalAws, message: dict[str, Any]) -> set[Sent]:
    code = message.get("MessageAttributes", {}).get("code", {}).get("StringValue")
    parsed = [
        parse_record(record, raw_bucket=aws.resources.raw_bucket)
        for record in parse_message(message["Body"])
    ]
    return {Sent(str(one.key), code, one.overwrite) for one in parsed if one is not None}


def reject(delivery: AwsDelivery, key: RawKey, code: str = "count_mismatch") -> None:
    record = Reject(
        raw_key=str(key),
        code=code,
        reason="synthetic reason",
        rejected_at=datetime(2026, 11, 21, 6, 5, tzinfo=UTC),
        transformer_version="0.0-test",
    )
    bucket = delivery.lake.deployment.curated_bucket
    delivery.lake.aws.s3.put_object(Bucket=bucket, Key=key.rejected, Body=encode_reject(record))


def dead_letter(aws: LocalAws, key: RawKey, code: str | None = "count_mismatch") -> None:
    texts = {} if code is None else {"code": code, "reason": "letter's", "raw_key": str(key)}
    aws.sqs.send_message(
        QueueUrl=aws.dead_letter_queue_url,
        MessageBody=created_event(aws.resources.raw_bucket, StoredObject(key, 1, "etag")),
        MessageAttributes=_texts(**texts),
    )


def _texts(**texts: str) -> dict[str, Any]:
    return {name: {"DataType": "String", "StringValue": text} for name, text in texts.items()}


@pytest.mark.usefixtures("no_grace")
@pytest.mark.parametrize("days", [DAYS, None])
def test_what_is_neither_committed_nor_rejected_is_announced(
    delivery: AwsDelivery, local_aws: LocalAws, land: Callable[[], None], days: list[str] | None
) -> None:
    land()
    reject(delivery, MANIFEST)
    assert delivery.reconcile(days) == Reconciled(waiting=1, resumed=1, missing=[])
    assert sent(local_aws) == {Sent(str(KEY), None)}
    assert delivery.reconcile(["2026-11-20"]) == Reconciled(0, 0, [])


def test_an_event_that_may_be_on_its_way_is_not_doubled(
    delivery: AwsDelivery, local_aws: LocalAws, land: Callable[[], None], tmp_path: Path
) -> None:
    land()
    assert delivery.reconcile(DAYS) == Reconciled(waiting=2, resumed=0, missing=[])
    assert sent(local_aws) == set()
    with pytest.MonkeyPatch.context() as without:
        without.setattr(aws_delivery, "_GRACE", timedelta(0))
        for _ in range(3):
            assert delivery.reconcile(DAYS).waiting == 2
        assert queue_depth(local_aws, local_aws.queue_url) == (2, 0)
    upload(delivery.lake, committed_lake(tmp_path / "committed"))
    assert delivery.reconcile(DAYS) == Reconciled(0, 0, [])


def test_a_part_that_is_missing_is_found(
    delivery: AwsDelivery, land: Callable[[], None], local_aws: LocalAws
) -> None:
    land()
    local_aws.s3.delete_object(Bucket=local_aws.resources.raw_bucket, Key=str(KEY))
    assert delivery.reconcile(None).missing == [(str(MANIFEST), str(KEY))]


def test_a_replay_announces_what_was_committed_or_rejected(
    delivery: AwsDelivery, local_aws: LocalAws, tmp_path: Path
) -> None:
    upload(delivery.lake, committed_lake(tmp_path / "committed"))
    reject(delivery, KEY)
    sent(local_aws)
    for selection in (ALL, Selection(KEY.run_id)):
        assert delivery.replay(selection, overwrite=False) == 2
        assert sent(local_aws) == {
            Sent(str(KEY), "count_mismatch"),
            Sent(str(MANIFEST), None),
        }
    assert delivery.replay(Selection(KEY), overwrite=True) == 1
    assert sent(local_aws) == {Sent(str(KEY), "count_mismatch", overwrite=True)}


def test_rejects_are_listed_once_and_letters_stay(
    delivery: AwsDelivery, local_aws: LocalAws, land: Callable[[], None]
) -> None:
    land()
    reject(delivery, KEY)
    dead_letter(local_aws, KEY)
    dead_letter(local_aws, part_key(7), code=None)
    found = [(each.key, each.code) for each in delivery.rejects()]
    assert found == [(str(KEY), "count_mismatch"), (str(part_key(7)), None)]
    assert "received" in delivery.rejects()[1].reason
    assert queue_depth(local_aws, local_aws.dead_letter_queue_url) == (2, 0)


def test_a_record_of_what_was_committed_after_all_counts_no_more(
    delivery: AwsDelivery, tmp_path: Path
) -> None:
    upload(delivery.lake, committed_lake(tmp_path / "committed"))
    reject(delivery, KEY)
    assert delivery.rejects() == []


WHY = Dismissal(at=datetime(2026, 11, 22, 8, tzinfo=UTC), by="Ada", reason="known")


def test_what_is_dismissed_counts_no_more_and_has_no_letter(
    delivery: AwsDelivery, local_aws: LocalAws, land: Callable[[], None]
) -> None:
    land()
    reject(delivery, KEY)
    dead_letter(local_aws, KEY)
    dead_letter(local_aws, part_key(7), code=None)
    assert delivery.dismiss(Chosen(keys={str(KEY)}), WHY) == 1
    assert [each.key for each in delivery.rejects()] == [str(part_key(7))]
    assert delivery.recorded() == []
    assert [(each.key, each.dismissed) for each in delivery.dismissed()] == [(str(KEY), WHY)]
    assert queue_depth(local_aws, local_aws.dead_letter_queue_url) == (1, 0)
    assert delivery.dismiss(Chosen(), WHY) == 1
    assert queue_depth(local_aws, local_aws.dead_letter_queue_url) == (0, 0)
    found = [(each.key, each.code) for each in delivery.dismissed()]
    assert found == [(str(KEY), "count_mismatch"), (str(part_key(7)), "none")]
    assert delivery.lake.get(delivery.lake.deployment.raw_bucket, str(KEY))
    assert delivery.redrive(Chosen()) == 0
    assert delivery.redrive(Chosen(keys={str(KEY)})) == 1
    assert sent(local_aws) == {Sent(str(KEY), "count_mismatch")}


def test_a_message_that_names_nothing_is_dismissed_and_sent_back(
    delivery: AwsDelivery, local_aws: LocalAws
) -> None:
    url = local_aws.dead_letter_queue_url
    local_aws.sqs.send_message(QueueUrl=url, MessageBody="nonsense")
    assert delivery.dismiss(Chosen(code=NO_CODE), WHY) == 1
    [found] = delivery.dismissed()
    assert found.key == rejected_message("nonsense")
    assert delivery.rejects() == []
    assert delivery.redrive(Chosen(keys={found.key})) == 1
    assert delivery.dismissed() == []
    [message] = _received(local_aws, local_aws.queue_url)
    assert message["Body"] == "nonsense"


def test_letters_that_a_killed_dismissal_left_are_deleted_by_the_next(
    delivery: AwsDelivery,
    local_aws: LocalAws,
    land: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    land()
    reject(delivery, KEY)
    dead_letter(local_aws, KEY)
    with monkeypatch.context() as killed:
        killed.setattr(aws_delivery, "forget", _die)
        with pytest.raises(KeyboardInterrupt):
            delivery.dismiss(Chosen(), WHY)
    assert delivery.rejects() == []
    assert queue_depth(local_aws, local_aws.dead_letter_queue_url) == (1, 0)
    assert delivery.dismiss(Chosen(), WHY) == 0
    assert queue_depth(local_aws, local_aws.dead_letter_queue_url) == (0, 0)


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def test_letters_of_a_code_go_back_with_their_attributes_and_others_stay(
    delivery: AwsDelivery, local_aws: LocalAws, land: Callable[[], None]
) -> None:
    land()
    for number in range(13):
        dead_letter(local_aws, part_key(number))
    dead_letter(local_aws, part_key(20), code="corrupt_zstd")
    dead_letter(local_aws, part_key(21), code=None)
    assert delivery.redrive(Chosen(code="count_mismatch")) == 13
    expected = {Sent(str(part_key(number)), "count_mismatch") for number in range(13)}
    assert sent(local_aws) == expected
    assert queue_depth(local_aws, local_aws.dead_letter_queue_url) == (2, 0)
    assert delivery.redrive(Chosen(keys={str(part_key(20))})) == 1
    assert delivery.redrive(Chosen(code="none")) == 1
    assert {one.code for one in sent(local_aws)} == {"corrupt_zstd", None}
    assert queue_depth(local_aws, local_aws.dead_letter_queue_url) == (0, 0)


def test_a_letter_announces_the_object_that_took_the_place_of_the_rejected_one(
    delivery: AwsDelivery, local_aws: LocalAws, land: Callable[[], None]
) -> None:
    land()
    dead_letter(local_aws, KEY)
    assert delivery.redrive(Chosen()) == 1
    [message] = _received(local_aws, local_aws.queue_url)
    [record] = parse_message(message["Body"])
    announced = parse_record(record, raw_bucket=local_aws.resources.raw_bucket)
    held = local_aws.s3.head_object(Bucket=local_aws.resources.raw_bucket, Key=str(KEY))
    assert announced is not None
    assert (announced.bytes, announced.etag) == (held["ContentLength"], held["ETag"].strip('"'))


def test_a_reject_whose_letter_has_expired_is_redriven_from_its_record(
    delivery: AwsDelivery, local_aws: LocalAws, land: Callable[[], None]
) -> None:
    land()
    reject(delivery, KEY)
    reject(delivery, part_key(9))  # whose raw object is gone
    assert delivery.redrive(Chosen()) == 1
    assert sent(local_aws) == {Sent(str(KEY), "count_mismatch")}


def test_a_rejected_message_is_redriven_with_or_without_its_letter(
    delivery: AwsDelivery, local_aws: LocalAws
) -> None:
    bucket = delivery.lake.deployment.curated_bucket
    for has_letter in (True, False):
        record = Reject(
            code="event_unreadable",
            reason="synthetic reason",
            rejected_at=datetime(2026, 11, 21, 6, 5, tzinfo=UTC),
            transformer_version="0.0-test",
            message="synthetic junk",
        )
        local_aws.s3.put_object(Bucket=bucket, Key=record.name, Body=encode_reject(record))
        if has_letter:
            local_aws.sqs.send_message(
                QueueUrl=local_aws.dead_letter_queue_url,
                MessageBody="synthetic junk",
                MessageAttributes=_texts(code="event_unreadable", reason="letter's"),
            )
        [found] = delivery.rejects()
        assert (found.key, found.code) == (record.name, "event_unreadable")
        assert delivery.redrive(Chosen(keys={record.name})) == 1
        [message] = _received(local_aws, local_aws.queue_url)
        assert message["Body"] == "synthetic junk"
        assert message["MessageAttributes"]["code"]["StringValue"] == "event_unreadable"
        assert delivery.rejects() == []
        local_aws.sqs.purge_queue(QueueUrl=local_aws.queue_url)


@pytest.mark.parametrize("dies_at", ["send_message_batch", "delete_message_batch"])
@pytest.mark.parametrize("call", [1, 2])
def test_a_redrive_that_is_killed_at_any_call_loses_no_letter(
    delivery: AwsDelivery,
    local_aws: LocalAws,
    monkeypatch: pytest.MonkeyPatch,
    dies_at: str,
    call: int,
) -> None:
    keys = {str(part_key(number)) for number in range(15)}
    for number in range(15):
        dead_letter(local_aws, part_key(number))
    with monkeypatch.context() as killed:
        _die_at(killed, local_aws, dies_at, call)
        with pytest.raises(KeyboardInterrupt):
            delivery.redrive(Chosen())
    waiting, _ = queue_depth(local_aws, local_aws.dead_letter_queue_url)
    back = {one.key for one in sent(local_aws)}
    assert len(back) + waiting >= 15
    delivery.redrive(Chosen())
    assert back | {one.key for one in sent(local_aws)} == keys
    assert queue_depth(local_aws, local_aws.dead_letter_queue_url) == (0, 0)


def _die_at(monkeypatch: pytest.MonkeyPatch, aws: LocalAws, operation: str, call: int) -> None:
    """Have the process die instead of making the nth call of an operation."""
    calls, made = iter(range(1, 100)), getattr(aws.sqs, operation)

    def die_or_call(**arguments: object) -> object:
        if next(calls) == call:
            raise KeyboardInterrupt
        return made(**arguments)

    monkeypatch.setattr(aws.sqs, operation, die_or_call)


def test_an_overwriting_replay_is_done_by_the_transformer(
    delivery: AwsDelivery, local_aws: LocalAws, tmp_path: Path
) -> None:
    folder = committed_lake(tmp_path / "committed")
    upload(delivery.lake, folder)
    bucket = delivery.lake.deployment.curated_bucket
    for table in ("tracks", "run_outcomes"):  # as another version made them
        local_aws.s3.put_object(
            Bucket=bucket,
            Key=KEY.curated(table),
            Body=folder.read(KEY.curated("playlists")) or b"",
        )
    sent(local_aws)
    assert delivery.replay(Selection(KEY), overwrite=True) == 1
    transform_queued(os.environ, local_aws, tmp_path / "logs", say=print)
    rows = {
        table: pq.read_metadata(io.BytesIO(delivery.lake.get(bucket, KEY.curated(table)))).num_rows
        for table in ("tracks", "run_outcomes", "loads")
    }
    assert rows == {"tracks": 4, "run_outcomes": 0, "loads": 1}
    versions = local_aws.s3.list_object_versions(Bucket=bucket, Prefix=KEY.curated("tracks"))
    assert len(versions["Versions"]) >= 2
    assert delivery.rejects() == []
