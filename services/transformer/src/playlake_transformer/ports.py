"""Interfaces to AWS or a folder, to the transforming processes and to the clock.

Adapters implement them; tests use implementations in memory. Every method may raise a `RetryError`:
then the message stays in the queue and is delivered again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence
    from datetime import datetime

    from playlake_contracts.keys import RawKey
    from playlake_contracts.rejects import Reject
    from playlake_contracts.runs import RunId
    from playlake_transformer.domain.contents import Change, Contents, Held, Identities
    from playlake_transformer.domain.events import RawObjectCreated
    from playlake_transformer.domain.transform import CuratedFile, Transformed


@dataclass(frozen=True, slots=True)
class Message:
    """A received message; its receipt handle is valid until its visibility timeout ends.

    Attributes:
        message_id: the same in every delivery.
        receipt_handle: of this delivery.
        body: what was sent.
        receives: about how often it has been received, this time included.
        is_redriven: whether it was in the dead-letter queue before.
    """

    message_id: str
    receipt_handle: str
    body: str
    receives: int = 1
    is_redriven: bool = False


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A notice for people that something was rejected.

    Attributes:
        body: a message that announces what was rejected, and may be sent to the queue again.
        code: the error code.
        reason: one sentence.
        raw_key: the raw object, if the message names one.
        run_id: its run.
    """

    body: str
    code: str
    reason: str
    raw_key: str | None = None
    run_id: str | None = None


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

    async def reject(self, letter: DeadLetter) -> None:
        """Send a message to the dead-letter queue, with everything else as attributes."""


class Overwrites(Protocol):
    """The queue of another service, which alone may overwrite what is committed."""

    async def hand_over(self, body: str, *, is_redriven: bool) -> None:
        """Send a message that wants its raw objects' files written anew.

        Args:
            body: the message.
            is_redriven: whether it comes from the dead-letter queue.
        """


# Two curated objects are equal if they have the same values of these keys in their metadata.
IDENTITY = ("raw-etag", "rows")
ATTEMPT = "attempt"
# The MD5 digest of the raw object. It is the ETag as well, unless S3 encrypts with a KMS key.
RAW_DIGEST = "raw-md5"


def is_equal(found: Mapping[str, str], metadata: Mapping[str, str]) -> bool:
    """Whether two curated objects are equal, by what is kept with each.

    An erasure writes files before their raw object, so it names them by the digest, whatever ETag
    S3 will give to the raw object.
    """
    etag, rows = IDENTITY
    etags = {metadata[etag], metadata.get(RAW_DIGEST)}
    return found.get(etag) in etags and found.get(rows) == metadata[rows]


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

    def manifests_before(
        self, key: RawKey, is_wanted: Callable[[RunId], bool]
    ) -> AsyncIterator[RawKey]:
        """The manifests of runs of the same source with lower ids, the latest first.

        A run without a manifest does not count: it is not complete. At most `MOST_DAYS` days that
        have runs are looked at.

        Args:
            key: a raw object of the run.
            is_wanted: whether a run is looked for, by its id.
        """

    async def erasures(self) -> list[str]:
        """The keys of the objects that say what was erased from the lake, and of receipts."""


class CuratedObjects(Protocol):
    """The curated bucket. Each key is written once, unless somebody asks for it to be overwritten.

    A reader finds under a key the one object or the other as a whole, never a part of one.
    """

    async def put_new(self, file: CuratedFile, metadata: Mapping[str, str]) -> datetime | None:
        """Write an object under a free key.

        Args:
            file: the object.
            metadata: what is kept with it: `IDENTITY`, which tells equal objects from others,
                `ATTEMPT`, which tells whose object it is, and `RAW_DIGEST`, which an object that
                was written before its raw object has as the ETag of that.

        Returns:
            None if this attempt wrote it, also if the answer was lost. If the key holds an equal
            object that another attempt wrote: when it was written, UTC.

        Raises:
            CommitConflictError: the key holds another object.
        """

    async def overwrite(self, file: CuratedFile, metadata: Mapping[str, str]) -> None:
        """Write an object, whatever its key holds."""

    async def has(self, key: str) -> bool:
        """Whether a key holds an object."""

    async def get(self, key: str) -> bytes | None:
        """The bytes of an object; None if there is none."""


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


# Longest time that transforming a part may take if nobody says otherwise.
TRANSFORM_DEADLINE_SECONDS: Final = 120.0


class Transforms(Protocol):
    """Runs `transform`, and what reads raw objects for it, outside the event loop.

    Raises:
        WorkerDiedError: the process died; the next call gets a new one.
        TransformTimeoutError: the deadline passed, and the process was killed.
    """

    async def __call__(
        self, raw: bytes, key: RawKey, contents: tuple[Contents, ...] = ()
    ) -> tuple[Transformed, timedelta]:
        """Transform a raw object; return the result and the time that it took.

        Raises:
            RejectError: see `transform`.
        """

    async def held(self, raw: bytes, key: RawKey, playlists: Mapping[str, bool]) -> dict[str, Held]:
        """Read what a part holds of some playlists; see `figures.read_held`."""

    async def changes(
        self, raw: bytes, key: RawKey, now: Mapping[str, Identities]
    ) -> dict[str, Change]:
        """Compare the snapshots of a part with later ones; see `figures.read_changes`."""


class Failures(Protocol):
    """What remembers, longer than the process lives, on which raw objects the transformer fails."""

    async def note(self, key: RawKey, reason: str) -> int:
        """Note that the transformer failed on a raw object; return how often it has by now."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What was found when a record was to be kept under a key.

    Attributes:
        earlier: the record that was there; None if the key was free.
        mark: stands for what the key holds now.
    """

    earlier: Reject | None
    mark: str


class Rejects(Protocol):
    """The records of what was rejected. See `playlake_contracts.keys` for their keys."""

    async def find(self, key: str) -> Reject | None:
        """The record under a key; None if there is none."""

    async def claim(self, key: str, reject: Reject) -> Claim:
        """Keep a record if its key is free; else find the one that is there."""

    async def record(self, key: str, reject: Reject, mark: str) -> None:
        """Keep a record under a key, in one call if the key still holds what `mark` stands for."""


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
