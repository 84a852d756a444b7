"""What is in the lake's buckets: raw objects, and which of them are committed."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake_contracts.keys import RAW_PREFIX, RawKey, table_prefix

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from playlake.local import LocalAws

_POLL_SECONDS = 0.2


def uncommitted(aws: LocalAws, prefix: str = RAW_PREFIX) -> set[RawKey]:
    """The raw objects under a prefix that have no commit mark yet; foreign objects do not count."""
    marks = set(_keys(aws, aws.resources.curated_bucket, table_prefix("loads")))
    return {key for key in raw_keys(aws, prefix) if key.curated("loads") not in marks}


def raw_keys(aws: LocalAws, prefix: str = RAW_PREFIX) -> Iterator[RawKey]:
    """The raw objects under a prefix; foreign objects are left out."""
    for key in _keys(aws, aws.resources.raw_bucket, prefix):
        with suppress(ValueError):  # somebody else's object: the transformer rejects it
            yield RawKey.parse(key)


def wait_until_committed(aws: LocalAws, prefix: str = RAW_PREFIX, *, within: timedelta) -> None:
    """Wait until every raw object under a prefix is committed.

    Raises:
        CommandError: some were not in time; the message names one.
    """
    deadline = time.monotonic() + within.total_seconds()
    while waiting := uncommitted(aws, prefix):
        if time.monotonic() > deadline:
            raise CommandError(
                f"{len(waiting)} raw objects were not transformed within "
                f"{within.total_seconds():g} s, {min(map(str, waiting))} among them: "
                "see transformer.log in .playlake/logs"
            )
        time.sleep(_POLL_SECONDS)


def queue_depth(aws: LocalAws, queue_url: str) -> tuple[int, int]:
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
