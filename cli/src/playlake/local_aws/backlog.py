"""What the local AWS has landed and not committed: waits for it, or announces it again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.services.watching import STUCK_AFTER, watch
from playlake_aws.announcing import Outgoing, landed, send
from playlake_aws.queues import queue_depth
from playlake_contracts.backlog import undone
from playlake_contracts.keys import RAW_PREFIX, REJECTED_PREFIX, table_prefix
from playlake_contracts.s3_events import created_event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

    from playlake.local_aws.aws import LocalAws
    from playlake_contracts.keys import RawKey

_POLL = timedelta(milliseconds=200)
# The event of a raw object is in the queue sooner; after that nothing more comes.
_UNQUEUED_FOR = timedelta(seconds=30)


def uncommitted(aws: LocalAws, prefix: str = RAW_PREFIX) -> set[RawKey]:
    """The raw objects under a prefix that are neither committed nor rejected."""
    # Raw objects first: what is committed meanwhile has its mark when the marks are listed.
    raw = list(_keys(aws, aws.resources.raw_bucket, prefix))
    curated = aws.resources.curated_bucket
    done = [*_keys(aws, curated, table_prefix("loads")), *_keys(aws, curated, REJECTED_PREFIX)]
    return set(undone(raw, done))


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
    landed = f"{_raw_objects(waiting)} landed and not yet transformed"
    return f"{landed}: `playlake up --aws` goes on with {them}"


def _unqueued(waiting: AbstractSet[RawKey]) -> str:
    return (
        f"{_raw_objects(waiting)} not transformed and no longer in the queue, "
        f"{min(map(str, waiting))} among them: see transformer.log in the "
        "folder of logs"
    )


def _raw_objects(waiting: AbstractSet[RawKey]) -> str:
    return "1 raw object is" if len(waiting) == 1 else f"{len(waiting):,} raw objects are"


def _keys(aws: LocalAws, bucket: str, prefix: str) -> Iterator[str]:
    pages = aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    for page in pages:
        for found in page.get("Contents", ()):
            yield found["Key"]


def announce_undone(aws: LocalAws) -> None:
    """Send the event of each raw object that is neither committed nor rejected.

    An event that waits in the queue is doubled by that, which changes nothing.

    Raises:
        CommandError: the queue did not take an event.
    """
    waiting, bucket = uncommitted(aws), aws.resources.raw_bucket
    found = (each.stored for each in landed(aws.s3, bucket, RAW_PREFIX))
    events = [Outgoing(created_event(bucket, one)) for one in found if one.key in waiting]
    send(aws.sqs, aws.queue_url, events)
