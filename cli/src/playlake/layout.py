"""The layout of a lake: whether version 0.1 wrote it, and how it is rebuilt from its raw objects.

Version 0.1 partitioned by `snapshot_date=`, a name that is also a column. Raw objects are the same
in both versions, so a lake is rebuilt by transforming them again; nothing of it is converted.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from playlake.errors import CommandError
from playlake_contracts.keys import CURATED_PREFIX, QUARANTINE_PREFIX

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

    from playlake.local_aws import LocalAws
    from playlake_contracts.keys import RawKey

_FORMER_DAY = "/snapshot_date="
# Every lake with a committed object has one of these.
_FORMER_MARKS = f"{CURATED_PREFIX}loads{_FORMER_DAY}"
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
_MAX_MESSAGES_PER_BATCH = 10
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
_MAX_KEYS_PER_DELETE = 1000


def is_former(aws: LocalAws) -> bool:
    """Whether version 0.1 wrote the lake, or a part of it."""
    bucket = aws.resources.curated_bucket
    found = aws.s3.list_objects_v2(Bucket=bucket, Prefix=_FORMER_MARKS, MaxKeys=1)
    return bool(found.get("KeyCount"))


def check_layout(aws: LocalAws) -> None:
    """Check that the lake has the layout of this version.

    Raises:
        CommandError: version 0.1 wrote it.
    """
    if is_former(aws):
        raise CommandError(
            "version 0.1 wrote this lake, and this version lays tables out differently: run "
            "`playlake rebuild` once; it makes the tables anew from the raw objects"
        )


def announce(aws: LocalAws, keys: Collection[RawKey]) -> None:
    """Send the event of each raw object again, as S3 sent it when the object was landed.

    Raises:
        CommandError: the queue did not take an event.
    """
    entries: list[SendMessageBatchRequestEntryTypeDef] = [
        {"Id": str(number), "MessageBody": _event(aws, key)}
        for number, key in enumerate(sorted(keys, key=str))
    ]
    for start in range(0, len(entries), _MAX_MESSAGES_PER_BATCH):
        batch = entries[start : start + _MAX_MESSAGES_PER_BATCH]
        answer = aws.sqs.send_message_batch(QueueUrl=aws.queue_url, Entries=batch)
        for failed in answer.get("Failed", ()):
            raise CommandError(f"the queue did not take an event: {failed.get('Message')}")


def remove_former(aws: LocalAws) -> int:
    """Remove the Parquet objects that version 0.1 wrote; gives how many they were."""
    keys = [
        key for prefix in (CURATED_PREFIX, QUARANTINE_PREFIX) for key in _former_keys(aws, prefix)
    ]
    for start in range(0, len(keys), _MAX_KEYS_PER_DELETE):
        chunk = keys[start : start + _MAX_KEYS_PER_DELETE]
        aws.s3.delete_objects(
            Bucket=aws.resources.curated_bucket,
            Delete={"Objects": [{"Key": key} for key in chunk], "Quiet": True},
        )
    return len(keys)


def _former_keys(aws: LocalAws, prefix: str) -> Iterator[str]:
    bucket = aws.resources.curated_bucket
    for page in aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", ()):
            if _FORMER_DAY in found["Key"]:
                yield found["Key"]


def _event(aws: LocalAws, key: RawKey) -> str:
    bucket = aws.resources.raw_bucket
    head = aws.s3.head_object(Bucket=bucket, Key=str(key))
    created = {
        "key": quote_plus(str(key), safe="/"),
        "size": head["ContentLength"],
        "eTag": head["ETag"].strip('"'),
    }
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": bucket}, "object": created},
    }
    return json.dumps({"Records": [record]})
