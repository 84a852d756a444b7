"""Processes a message: commits or rejects each of its records, then deletes the message.

A message is deleted only after every object that it announces is committed, or is in the
dead-letter queue with a reason. A failure of AWS is no fault of an object and can happen any number
of times; an object on which the transformer itself fails three times is rejected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from playlake_contracts.log_events import ObjectRejected
from playlake_transformer.domain.events import parse_message, parse_record
from playlake_transformer.errors import (
    AwsUnavailableError,
    CrashesTransformerError,
    RejectError,
)

if TYPE_CHECKING:
    from playlake_transformer.committer import Committer
    from playlake_transformer.crawling import CrawlerTrigger
    from playlake_transformer.domain.commit_mark import Load
    from playlake_transformer.domain.events import RawObjectCreated
    from playlake_transformer.ports import Failures, Message, Queue, SentRejects
    from playlake_transformer.status import Status

_log = structlog.get_logger()

FAILURES_TO_REJECT = 3


@dataclass(frozen=True, slots=True)
class Processor:
    """Processes messages and counts the results.

    Attributes:
        failures: what remembers the failures of earlier processes.
        sent: what remembers the rejects that were sent.
    """

    queue: Queue
    committer: Committer
    crawler: CrawlerTrigger
    status: Status
    failures: Failures
    sent: SentRejects
    raw_bucket: str

    async def process(self, message: Message) -> None:
        """Process a message and delete it.

        Raises:
            RetryError: a step failed that may succeed later; the message was not deleted.
        """
        try:
            records = parse_message(message.body)
        except RejectError as error:
            await self._reject(message, message.body, error)
        else:
            for record in records:
                await self._process_record(message, record)
        await self.queue.delete(message)

    async def _process_record(self, message: Message, record: bytes) -> None:
        try:
            created = parse_record(record, raw_bucket=self.raw_bucket)
            if created is None:
                self.status.ignored += 1
                return
            load = await self._commit(created)
        except RejectError as error:
            await self._reject(message, f'{{"Records":[{record.decode()}]}}', error)
            return
        if load is None:
            self.status.vanished += 1
            _log.warning("object_vanished", object_key=str(created.key))
        else:
            self._note_commit(load)

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

    def _note_commit(self, load: Load) -> None:
        self.status.note(load)
        if load.is_new:
            self.crawler.note_commit()
        log_commit(load)

    async def _reject(self, message: Message, body: str, error: RejectError) -> None:
        """Send a reject, unless an earlier delivery of the message sent it and then failed."""
        if message.receives > 1 and await self.sent.has(body):
            return
        await self.queue.reject(body, error)
        await self.sent.note(body, error)
        self.status.rejected += 1
        self.status.last_error = f"{error.code}: {error}"
        ObjectRejected(code=error.code, reason=str(error)).write(_log)


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
