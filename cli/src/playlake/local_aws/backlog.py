"""What the local AWS has landed and not committed: waits for it, or announces it again."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from playlake.errors import CommandError
from playlake.services.watching import STUCK_AFTER, watch
from playlake_contracts.keys import RAW_PREFIX, RawKey, table_prefix

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from collections.abc import Set as AbstractSet

    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

    from playlake.lakes.aws import Aws
    from playlake.local_aws.aws import LocalAws

_POLL = timedelta(milliseconds=200)
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
_MAX_MESSAGES_PER_BATCH = 10
# The event of a raw object is in the queue sooner; after that nothing more comes.
_UNQUEUED_FOR = timedelta(seconds=30)


def uncommitted(aws: LocalAws, prefix: str = RAW_PREFIX) -> set[RawKey]:
    """The raw objects under a prefix that have no commit mark yet; foreign objects do not count."""
    marks = set(_keys(aws, aws.resources.curated_bucket, table_prefix("loads")))
    return {key for key in raw_keys(aws, prefix) if key.curated("loads") not in marks}


def raw_keys(aws: LocalAws, prefix: str = RAW_PREFIX) -> Iterator[RawKey]:
    """The raw objects under a prefix; foreign objects are left out."""
    for key in _keys(aws, aws.resources.raw_bucket, prefix):
        with suppress(ValueError):  # somebody else's object: the transformer rejects it
            yield RawKey.parse(key)


def wait_until_committed(
    aws: LocalAws, prefix: str = RAW_PREFIX, *, check_alive: Callable[[], None] = lambda: None
) -> None:
    """Wait until every raw object under a prefix is committed, as long as something moves.

    Args:
        aws: whose buckets.
        prefix: of raw keys.
        check_alive: raises a CommandError once the transformer has ended.

    Raises:
        CommandError: the transformer has ended, or nothing moves any more; the message says what
            is landed and how to go on.
    """

    def look() -> tuple[set[RawKey], bool]:
        return uncommitted(aws, prefix), any(queue_depth(aws, aws.queue_url))

    for (waiting, is_queued), unchanged_for in watch(look, every=_POLL):
        if not waiting:
            return
        try:
            check_alive()
        except CommandError as error:
            raise CommandError(f"{error}; {landed_sentence(waiting)}") from error
        if unchanged_for > (STUCK_AFTER if is_queued else _UNQUEUED_FOR):
            raise CommandError(landed_sentence(waiting) if is_queued else _unqueued(waiting))


def landed_sentence(waiting: AbstractSet[RawKey]) -> str:
    """Say what is landed and not transformed, and how to go on."""
    them = "it" if len(waiting) == 1 else "them"
    return (
        f"{_raw_objects(waiting)} landed and not yet transformed: `playlake up` goes on with {them}"
    )


def _unqueued(waiting: AbstractSet[RawKey]) -> str:
    return (
        f"{_raw_objects(waiting)} not transformed and no longer in the queue, "
        f"{min(map(str, waiting))} among them: see transformer.log in the "
        "folder of logs"
    )


def _raw_objects(waiting: AbstractSet[RawKey]) -> str:
    return "1 raw object is" if len(waiting) == 1 else f"{len(waiting):,} raw objects are"


def queue_depth(aws: Aws, queue_url: str) -> tuple[int, int]:
    """About how many messages of a queue wait, and how many somebody is working on."""
    found = aws.sqs.get_queue_attributes(
        QueueUrl=queue_url,
        AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    )["Attributes"]
    waiting = found["ApproximateNumberOfMessages"]
    return int(waiting), int(found["ApproximateNumberOfMessagesNotVisible"])


def _keys(aws: LocalAws, bucket: str, prefix: str) -> Iterator[str]:
    pages = aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    for page in pages:
        for found in page.get("Contents", ()):
            yield found["Key"]


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
