"""What the worker needs of the world; adapters provide it, tests bring twins in memory.

Every method may raise `AwsUnavailableError`: the message stays in the queue and comes again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from playlake_contracts.keys import RawKey
    from playlake_transformer.domain.events import RawObjectCreated
    from playlake_transformer.domain.transform import CuratedFile, Transformed
    from playlake_transformer.errors import RejectError


@dataclass(frozen=True, slots=True)
class Message:
    """A received message; its receipt handle is valid until its visibility timeout ends."""

    message_id: str
    receipt_handle: str
    body: str


class Queue(Protocol):
    """The queue of S3 event notifications and its dead-letter queue."""

    async def receive(self, at_most: int, *, wait: bool = True) -> list[Message]:
        """Take at most `at_most` messages; wait for them, up to the queue's long-poll time."""

    async def extend(self, message: Message) -> None:
        """Hide a message for another whole visibility timeout."""

    async def release(self, message: Message) -> None:
        """Give a message back, to be received again at once."""

    async def delete(self, message: Message) -> None:
        """Acknowledge a message: it never comes again."""

    async def reject(self, body: str, error: RejectError) -> None:
        """Send what cannot be processed to the dead-letter queue, with the reason."""


@dataclass(frozen=True, slots=True)
class RawObject:
    """A raw object's bytes and its ETag without quotes."""

    body: bytes
    etag: str


class RawObjects(Protocol):
    """The raw bucket, read only."""

    async def get(self, created: RawObjectCreated) -> RawObject | None:
        """Get exactly the object that an event announced; None when it was deleted since.

        Raises:
            ObjectChangedError: another object has its key now.
            ObjectTooLargeError: it is larger than allowed.
        """


class CuratedObjects(Protocol):
    """The curated bucket, written once a key."""

    async def put_new(self, file: CuratedFile, metadata: Mapping[str, str]) -> bool:
        """Write an object under a key that must be free; tell whether it was.

        An object with the same metadata that is already there is the same object: a success.

        Raises:
            CommitConflictError: an object with other metadata is there.
        """


class Catalog(Protocol):
    """The data catalog."""

    async def register(self, table: str, snapshot_date: str) -> None:
        """Make a day of a table known, so that it can be queried at once. Idempotent."""


class Crawler(Protocol):
    """The crawler that audits the catalog."""

    async def start(self) -> bool:
        """Start a crawl; False when one is running."""


class Transforms(Protocol):
    """Where `transform` runs, off the event loop."""

    async def __call__(self, raw: bytes, key: RawKey) -> tuple[Transformed, timedelta]:
        """Transform a raw object; say what came of it and how long that took.

        Raises:
            RejectError: as `transform`.
            WorkerDiedError: its process died; the next call gets a new one.
            TransformTimeoutError: it took longer than allowed; its process was ended.
        """


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """The time of day, UTC."""
