"""Announces raw objects of a lake on AWS to its transformer, as S3 did when they were landed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from playlake_aws.errors import AwsError
from playlake_contracts.backlog import raw_keys
from playlake_contracts.s3_events import StoredObject

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import (
        MessageAttributeValueTypeDef,
        SendMessageBatchRequestEntryTypeDef,
    )

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
MAX_MESSAGES_PER_BATCH: Final = 10
# A batch may have 1 MiB in all, and so may a message: one that is large is sent alone.
_LARGE_BYTES: Final = 100_000


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message for the queue of raw events.

    Attributes:
        body: an event of S3.
        attributes: those of a dead letter, which have the transformer process it anew.
    """

    body: str
    attributes: Mapping[str, MessageAttributeValueTypeDef] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Landed:
    """A raw object, and when it was landed."""

    stored: StoredObject
    at: datetime


def landed(s3: S3Client, bucket: str, prefix: str) -> Iterator[Landed]:
    """The raw objects of a bucket under a prefix, in order; foreign objects are left out."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    for page in pages:
        for found in page.get("Contents", ()):
            for key in raw_keys([found["Key"]]):
                etag, at = found["ETag"].strip('"'), found["LastModified"]
                yield Landed(StoredObject(key, found["Size"], etag, put_at=at), at)


def send(sqs: SQSClient, queue_url: str, messages: Sequence[Outgoing]) -> None:
    """Send messages to a queue.

    Raises:
        AwsError: the queue did not take one.
    """
    for batch in _batches(messages):
        answer = sqs.send_message_batch(QueueUrl=queue_url, Entries=_entries(batch))
        for failed in answer.get("Failed", ()):
            raise AwsError(f"the queue did not take an event: {failed.get('Message')}")


def _batches(messages: Sequence[Outgoing]) -> Iterator[Sequence[Outgoing]]:
    small = [each for each in messages if len(each.body.encode()) <= _LARGE_BYTES]
    for start in range(0, len(small), MAX_MESSAGES_PER_BATCH):
        yield small[start : start + MAX_MESSAGES_PER_BATCH]
    yield from ([each] for each in messages if len(each.body.encode()) > _LARGE_BYTES)


def _entries(batch: Sequence[Outgoing]) -> list[SendMessageBatchRequestEntryTypeDef]:
    return [
        {
            "Id": str(number),
            "MessageBody": each.body,
            "MessageAttributes": dict(each.attributes),
        }
        for number, each in enumerate(batch)
    ]
