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
from playlake_transformer.part_processed import Processing, part_context
from playlake_transformer.side_by_side import side_by_side
from playlake_transformer.stages import Stage

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from playlake_transformer.committer import Committer
    from playlake_transformer.crawling import CrawlerTrigger
    from playlake_transformer.domain.commit_mark import Load
    from playlake_transformer.domain.events import RawObjectCreated
    from playlake_transformer.part_processed import PartProcessed
    from playlake_transformer.ports import Failures, Message, Overwrites, Queue
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
        note_done: told when a raw object is committed or rejected, so its run may be complete.
        overwrites: who overwrites files that are there, if this service may not.
    """

    queue: Queue
    committer: Committer
    crawler: CrawlerTrigger
    status: Status
    failures: Failures
    rejecting: Rejecting
    raw_bucket: str
    places: asyncio.Semaphore
    note_done: Callable[[], None]
    overwrites: Overwrites | None = None

    async def process(self, message: Message) -> None:
        """Process a message and delete it.

        Raises:
            RetryError: a step failed that may succeed later; the message was not deleted.
        """
        try:
            records = parse_message(message.body)
        except RejectError as error:
            await self.rejecting.reject_message(message, message.body, error)
        else:
            self.status.ignored += not records
            await side_by_side(self._process_record(message, record) for record in records)
        await self.queue.delete(message)

    async def _process_record(self, message: Message, record: bytes) -> None:
        body = f'{{"Records":[{record.decode()}]}}'
        try:
            created = parse_record(record, raw_bucket=self.raw_bucket)
        except RejectError as error:
            await self.rejecting.reject_message(message, body, error)
            return
        if created is None:
            self.status.ignored += 1
            return
        if created.overwrite and self.overwrites is not None:
            await self.overwrites.hand_over(body, is_redriven=message.is_redriven)
            _log.info("overwrite_handed_over", object_key=str(created.key))
            return
        async with self.places:
            await self._process_object(message, body, created)

    async def _process_object(self, message: Message, body: str, created: RawObjectCreated) -> None:
        """Process a raw object; however that ends, note it."""
        with structlog.contextvars.bound_contextvars(**part_context(created.key)):
            processing = Processing(created, message.receives)
            try:
                processed = await self._commit_or_reject(message, body, processing)
            except BaseException as error:
                self._note(processing.retried(error))
                raise
            self._note(processed)
            self.note_done()

    async def _commit_or_reject(
        self, message: Message, body: str, processing: Processing
    ) -> PartProcessed:
        try:
            return processing.done(await self._commit(processing))
        except RejectError as error:
            with processing.stages.timed(Stage.REJECT):
                is_new = await self.rejecting.reject_object(
                    message, body, error, processing.created
                )
            return processing.rejected(error, is_new=is_new)

    async def _commit(self, processing: Processing) -> Load | None:
        """Commit an object; what is no fault of AWS counts as a failure of the transformer."""
        key = processing.created.key
        try:
            return await self.committer.commit(processing.created, processing.stages)
        except (AwsUnavailableError, RejectError):
            raise
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            failures = await self.failures.note(key, reason)
            if failures < FAILURES_TO_REJECT:
                raise
            _log.exception("object_crashes_transformer", object_key=str(key))
            raise CrashesTransformerError(f"failed {failures} times, at last: {reason}") from error

    def _note(self, processed: PartProcessed) -> None:
        self.status.note_part(processed)
        if processed.load is not None:
            self.crawler.note_commit(processed.load.committed_at)
        processed.write()
