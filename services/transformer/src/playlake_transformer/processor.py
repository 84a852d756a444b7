"""Processes a message: commits or rejects each of its records, then deletes the message.

A message is deleted only after every object that it announces is committed, or is rejected with a
reason. A failure of AWS is no fault of an object and can happen any number of times; an object on
which the transformer itself fails three times is rejected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from playlake_transformer.domain.events import parse_message, parse_record
from playlake_transformer.errors import (
    AwsUnavailableError,
    CrashesTransformerError,
    RejectError,
)
from playlake_transformer.side_by_side import side_by_side

if TYPE_CHECKING:
    import asyncio

    from playlake_transformer.committer import Committer
    from playlake_transformer.crawling import CrawlerTrigger
    from playlake_transformer.domain.commit_mark import Load
    from playlake_transformer.domain.events import RawObjectCreated
    from playlake_transformer.ports import Failures, Message, Queue
    from playlake_transformer.rejecting import Rejecting
    from playlake_transformer.status import Status

_log = structlog.get_logger()

FAILURES_TO_REJECT = 3


@dataclass(frozen=True, slots=True)
class Processor:
    """Processes messages and counts the results.

    Attributes:
        failures: what remembers the failures of earlier processes.
        places: one for each raw object in progress, whichever message announces it.
    """

    queue: Queue
    committer: Committer
    crawler: CrawlerTrigger
    status: Status
    failures: Failures
    rejecting: Rejecting
    raw_bucket: str
    places: asyncio.Semaphore

    async def process(self, message: Message) -> None:
        """Process a message and delete it.

        Raises:
            RetryError: a step failed that may succeed later; the message was not deleted.
        """
        try:
            records = parse_message(message.body)
        except RejectError as error:
            await self.rejecting.reject(message, message.body, error)
        else:
            self.status.ignored += not records
            await side_by_side(self._process_record(message, record) for record in records)
        await self.queue.delete(message)

    async def _process_record(self, message: Message, record: bytes) -> None:
        body = f'{{"Records":[{record.decode()}]}}'
        try:
            created = parse_record(record, raw_bucket=self.raw_bucket)
        except RejectError as error:
            await self.rejecting.reject(message, body, error)
            return
        if created is None:
            self.status.ignored += 1
            return
        async with self.places:
            await self._process_object(message, body, created)

    async def _process_object(self, message: Message, body: str, created: RawObjectCreated) -> None:
        try:
            load = await self._commit(created)
        except RejectError as error:
            await self.rejecting.reject(message, body, error, created)
            return
        if load is None:
            self.status.vanished += 1
            _log.warning("object_vanished", object_key=str(created.key))
            return
        self.status.note(load)
        self.crawler.note_commit(load.committed_at)
        log_commit(load)

    async def _commit(self, created: RawObjectCreated) -> Load | None:
        """Commit an object; what is no fault of AWS counts as a failure of the transformer."""
        try:
            return await self.committer.commit(created)
        except (AwsUnavailableError, RejectError):
            raise
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            failures = await self.failures.note(created.key, reason)
            if failures < FAILURES_TO_REJECT:
                raise
            _log.exception("object_crashes_transformer", object_key=str(created.key))
            raise CrashesTransformerError(f"failed {failures} times, at last: {reason}") from error


def log_commit(load: Load) -> None:
    """Write the line of a raw object that is committed."""
    _log.info(
        "object_committed",
        object_key=load.key,
        run_id=load.run_id,
        outcome="committed" if load.is_new else "repeated",
        raw_bytes=load.raw_bytes,
        snapshots=load.snapshots,
        rows=sum(load.rows.values()),
        rows_quarantined=load.rows_quarantined,
        transform_seconds=round(load.transform_time.total_seconds(), 4),
    )
    if load.alarming and load.is_new:
        _log.warning("quality_alarm", object_key=load.key, rows_by_rule=dict(load.alarming))
