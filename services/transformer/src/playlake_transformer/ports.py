"""Interfaces to AWS or a folder, to the transforming processes and to the clock.

Adapters implement them; tests use implementations in memory. Every method may raise a `RetryError`:
then the message stays in the queue and is delivered again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from playlake_contracts.keys import RawKey
    from playlake_transformer.domain.events import RawObjectCreated
    from playlake_transformer.domain.transform import CuratedFile, Transformed
    from playlake_transformer.errors import RejectError


@dataclass(frozen=True, slots=True)
class Message:
    """A received message; its receipt handle is valid until its visibility timeout ends.

    Attributes:
        message_id: the same in every delivery.
        receipt_handle: of this delivery.
        body: what was sent.
        receives: about how often it has been received, this time included.
    """

    message_id: str
    receipt_handle: str
    body: str
    receives: int = 1


class Queue(Protocol):
    """The queue of S3 event notifications and its dead-letter queue."""

    async def receive(self, at_most: int, *, wait: bool = True) -> list[Message]:
        """Receive up to `at_most` messages; with `wait`, wait for the first by a long poll."""

    async def extend(self, message: Message) -> None:
        """Restart a message's visibility timeout, so that it stays hidden."""

    async def release(self, message: Message, after: timedelta = timedelta(0)) -> None:
        """Return a message to the queue, where it can be received again after a time."""

    async def delete(self, message: Message) -> None:
        """Delete a message: it is never delivered again."""

    async def reject(self, body: str, error: RejectError) -> None:
        """Send a message that cannot be processed to the dead-letter queue, with the reason."""


@dataclass(frozen=True, slots=True)
class RawObject:
    """A raw object's bytes and its ETag without quotes."""

    body: bytes
    etag: str


class RawObjects(Protocol):
    """The raw bucket, read only."""

    async def get(self, created: RawObjectCreated) -> RawObject | None:
        """Get the object that an event announced; None if it was deleted meanwhile.

        Raises:
            ObjectChangedError: the object was replaced by another one.
            ObjectTooLargeError: it is larger than allowed.
        """


class CuratedObjects(Protocol):
    """The curated bucket. Each key is written once, unless somebody asks for it to be overwritten.

    A reader finds under a key the one object or the other as a whole, never a part of one.
    """

    async def put_new(self, file: CuratedFile, metadata: Mapping[str, str]) -> bool:
        """Write an object under a free key.

        Returns:
            True if it was written; False if the key holds an object with the same metadata, which
            counts as the same object.

        Raises:
            CommitConflictError: the key holds an object with other metadata.
        """

    async def overwrite(self, file: CuratedFile, metadata: Mapping[str, str]) -> None:
        """Write an object, whatever its key holds."""

    async def has(self, key: str) -> bool:
        """Whether a key holds an object."""


class Catalog(Protocol):
    """The data catalog."""

    async def register(self, table: str, snapshot_date: str) -> None:
        """Register a day of a table, so that queries find it at once. Idempotent."""


@dataclass(frozen=True, slots=True)
class CrawlerState:
    """What the crawler did last.

    Attributes:
        changed_at: when the crawler was created or changed. Its description names the schema of the
            tables, so a new schema changes it.
        crawled_at: when the last crawl that has ended was started; None if there was none.
    """

    changed_at: datetime
    crawled_at: datetime | None


class Crawler(Protocol):
    """The crawler that audits the catalog."""

    async def state(self) -> CrawlerState:
        """What the crawler did last."""

    async def start(self) -> bool:
        """Start a crawl; return False if one is already running."""


class Transforms(Protocol):
    """Runs `transform` outside the event loop."""

    async def __call__(self, raw: bytes, key: RawKey) -> tuple[Transformed, timedelta]:
        """Transform a raw object; return the result and the time that it took.

        Raises:
            RejectError: see `transform`.
            WorkerDiedError: the process died; the next call gets a new one.
            TransformTimeoutError: the deadline passed, and the process was killed.
        """


class Failures(Protocol):
    """What remembers, longer than the process lives, on which raw objects the transformer fails."""

    async def note(self, key: RawKey, reason: str) -> int:
        """Note that the transformer failed on a raw object; return how often it has by now."""


class SentRejects(Protocol):
    """What remembers, longer than the process lives, which rejects were sent."""

    async def has(self, reject: str) -> bool:
        """Whether a reject was sent; `reject` is the body of its dead letter."""

    async def note(self, reject: str, error: RejectError) -> None:
        """Note that a reject was sent."""


class Rejects(Protocol):
    """The records of rejected raw objects, where there is no dead-letter queue."""

    def record(self, key: RawKey, error: RejectError, at: datetime) -> None:
        """Record why a raw object was rejected."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An object as a bucket lists it.

    Attributes:
        key: its key.
        size: its size in bytes.
        etag: its ETag without quotes.
        put_at: when it was put.
    """

    key: str
    size: int
    etag: str
    put_at: datetime


class Listings(Protocol):
    """What both buckets hold."""

    async def sources(self) -> list[str]:
        """The sources that have raw objects."""

    async def raw(self, prefix: str) -> list[Listed]:
        """The objects of the raw bucket under a prefix, in order."""

    async def curated(self, prefix: str) -> list[Listed]:
        """The objects of the curated bucket under a prefix, in order."""

    async def manifest(self, key: str) -> bytes | None:
        """The bytes of a manifest; None if it was deleted meanwhile."""


class Announcements(Protocol):
    """The queue, as one sees it who sends what S3 has not sent."""

    async def queued(self) -> int:
        """About how many messages the queue holds, hidden ones included."""

    async def send(self, bodies: Sequence[str]) -> None:
        """Send messages."""


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """The current time, UTC."""
