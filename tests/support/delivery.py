"""Parts whose events a test sends itself: often, late, in any order, or not at all."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
from landed import bad_entry, entry, part
from landed import event as event_of

from playlake_contracts.keys import (
    CURATED_PREFIX,
    QUARANTINE,
    QUARANTINE_PREFIX,
    RawKey,
    table_prefix,
)
from playlake_contracts.runs import RunId
from playlake_contracts.tables import TABLES
from playlake_lake.folder import etag
from playlake_transformer.domain.events import RawObjectCreated
from playlake_transformer.domain.transform import transform

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Mapping, Sequence

    from playlake.local_aws import LocalAws

    Rows = Mapping[str, int]

PARTS_OF_A_RUN = 100
_MOST_A_BATCH = 10


@cache
def _today() -> datetime:
    """This morning, once: the reconciler looks at recent days."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def part_of_today(number: int) -> RawKey:
    """The key of a part; a hundred of them are of one run."""
    run, place = divmod(number, PARTS_OF_A_RUN)
    return RawKey.of_part("spotify", RunId.derive("spotify", _today(), str(run)), place)


def small_part(key: RawKey, dice: random.Random) -> bytes:
    """The bytes of a part of one to three small playlists, with a bad entry now and then."""
    playlists = []
    for _ in range(dice.randint(1, 3)):
        entries = [entry(dice.randrange(500)) for _ in range(dice.randint(1, 8))]
        playlists.append(entries + [bad_entry()] * (dice.random() < 0.1))
    return part(key, *playlists)


@dataclass
class Delivery:
    """Lands parts, and sends their events.

    Attributes:
        aws: a local AWS; `silence` stops the events of its own.
        dice: what is chosen follows from it.
        most_copies: the most events of one part.
        dropped: the parts whose events are never sent.
        landed: the bytes of each part.
    """

    aws: LocalAws
    dice: random.Random
    most_copies: int = 3
    dropped: set[RawKey] = field(default_factory=set)
    landed: dict[RawKey, bytes] = field(default_factory=dict)
    _unsent: list[str] = field(default_factory=list)

    def silence(self) -> None:
        """Let S3 announce nothing any more."""
        self.aws.s3.put_bucket_notification_configuration(
            Bucket=self.aws.resources.raw_bucket, NotificationConfiguration={}
        )

    def land(self, key: RawKey, body: bytes) -> None:
        """Land a part whose events are sent some time later."""
        self.put(key, body)
        if key not in self.dropped:
            created = RawObjectCreated(key, len(body), etag(body), None)
            event = event_of(created, bucket=self.aws.resources.raw_bucket)
            self._unsent += [event] * self.dice.randint(1, self.most_copies)

    def put(self, key: RawKey, body: bytes) -> None:
        """Land a part without events."""
        self.aws.s3.put_object(Bucket=self.aws.resources.raw_bucket, Key=str(key), Body=body)
        self.landed[key] = body

    def send(self, *, keep: int = 0) -> None:
        """Send events in any order; some are kept for later."""
        self.dice.shuffle(self._unsent)
        now, self._unsent = self._unsent[keep:], self._unsent[:keep]
        send_all(self.aws, now)

    def is_done(self) -> bool:
        """Whether no event is left, here or in the queue."""
        return not self._unsent and not any(depth(self.aws, self.aws.queue_url))


def send_all(aws: LocalAws, bodies: Sequence[str]) -> None:
    """Send messages to the queue of events."""
    for start in range(0, len(bodies), _MOST_A_BATCH):
        entries: Any = [
            {"Id": str(number), "MessageBody": body}
            for number, body in enumerate(bodies[start : start + _MOST_A_BATCH])
        ]
        answer = aws.sqs.send_message_batch(QueueUrl=aws.queue_url, Entries=entries)
        assert not answer.get("Failed")


def depth(aws: LocalAws, queue_url: str) -> tuple[int, int]:
    """How many messages of a queue wait, and how many are hidden."""
    found = aws.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["All"])["Attributes"]
    return (
        int(found["ApproximateNumberOfMessages"]),
        int(found["ApproximateNumberOfMessagesNotVisible"]),
    )


def keys_in(aws: LocalAws, bucket: str, prefix: str = "") -> list[str]:
    """The keys of a bucket under a prefix."""
    pages = aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [found["Key"] for page in pages for found in page.get("Contents", ())]


def committed(aws: LocalAws) -> set[str]:
    """The keys of all commit marks."""
    return set(keys_in(aws, aws.resources.curated_bucket, table_prefix("loads")))


def compare_with_raw(
    aws: LocalAws, landed: Mapping[RawKey, bytes], *, by_rows: bool = False
) -> Rows:
    """Check that the tables are exactly what `transform` makes of raw objects, here and now.

    Args:
        aws: where the tables are.
        landed: the raw objects.
        by_rows: whether files of other versions do as well, which have equal rows in the columns
            that they know.

    Returns:
        The number of rows of each table.
    """
    bucket = aws.resources.curated_bucket
    marks = {key.curated("loads"): key for key in landed}
    expected: dict[str, bytes] = {}
    rows: Counter[str] = Counter(dict.fromkeys(TABLES, 0))
    for mark, key in marks.items():
        made = transform(landed[key], key)
        expected |= {file.key: file.body for file in made.files}
        counted = {file.table: file.rows for file in made.files}
        rows.update(counted, loads=1)
        assert _counted(_get(aws, bucket, mark), counted), f"{mark} counts other rows"
    found = {*keys_in(aws, bucket, CURATED_PREFIX), *keys_in(aws, bucket, QUARANTINE_PREFIX)}
    _same("objects", found, {*expected, *marks})
    for name, body in expected.items():
        there = _get(aws, bucket, name)
        assert there == body or (by_rows and _equal(there, body)), f"{name} has other rows"
    return dict(rows)


def _equal(found: bytes, made: bytes) -> bool:
    """Whether two files have equal rows in the columns that both have."""
    tables = [pq.read_table(io.BytesIO(body)) for body in (found, made)]
    known = [name for name in tables[0].column_names if name in tables[1].column_names]
    return bool(known) and tables[0].select(known).equals(tables[1].select(known))


def _same(what: str, found: set[str], wanted: set[str]) -> None:
    assert found == wanted, (
        f"{len(wanted - found)} {what} are lost, such as {min(wanted - found, default='none')}; "
        f"{len(found - wanted)} are phantoms, such as {min(found - wanted, default='none')}"
    )


def _counted(mark: bytes, rows: Rows) -> bool:
    (row,) = pq.read_table(io.BytesIO(mark)).to_pylist()
    counted = {name.removeprefix("rows_"): row[name] for name in row if name.startswith("rows_")}
    counted[QUARANTINE] = counted.pop("quarantined")
    return {table: count for table, count in counted.items() if count} == dict(rows)


def _get(aws: LocalAws, bucket: str, key: str) -> bytes:
    return aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read()


def dead_letters(aws: LocalAws) -> list[Any]:
    """All dead letters; they stay where they are."""
    found: dict[str, Any] = {}
    while True:
        answer = aws.sqs.receive_message(
            QueueUrl=aws.dead_letter_queue_url,
            MaxNumberOfMessages=_MOST_A_BATCH,
            MessageAttributeNames=["All"],
            VisibilityTimeout=600,
        )
        messages = answer.get("Messages", [])
        if not messages:
            break
        found |= {each["MessageId"]: each for each in messages}
    for each in found.values():
        aws.sqs.change_message_visibility(
            QueueUrl=aws.dead_letter_queue_url,
            ReceiptHandle=each["ReceiptHandle"],
            VisibilityTimeout=0,
        )
    return list(found.values())


def codes(letters: Iterable[Any]) -> Counter[str]:
    """How many dead letters have which code."""
    return Counter(
        each.get("MessageAttributes", {}).get("code", {}).get("StringValue", "none")
        for each in letters
    )
