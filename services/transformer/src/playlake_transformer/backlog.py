"""Commits raw objects that are given by their keys, and counts what became of them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from playlake_transformer.domain.events import RawObjectCreated
from playlake_transformer.errors import RejectError, RetryError
from playlake_transformer.new_fields import NewFields
from playlake_transformer.part_processed import PartOutcome, Processing, part_context
from playlake_transformer.rejecting import reject_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playlake_contracts.keys import RawKey
    from playlake_transformer.committer import Committer
    from playlake_transformer.part_processed import PartProcessed
    from playlake_transformer.ports import Rejects

_log = structlog.get_logger()


@dataclass(slots=True)
class Result:
    """The number of raw objects by what became of them.

    Attributes:
        committed: those that are committed now.
        rejected: those that can never be committed; each has a record with the reason.
        failed: those that another attempt may commit.
    """

    committed: int = 0
    rejected: int = 0
    failed: int = 0

    def note(self, outcome: PartOutcome) -> None:
        """Count a raw object; one that has vanished counts nowhere."""
        match outcome:
            case PartOutcome.COMMITTED | PartOutcome.REPEATED:
                self.committed += 1
            case PartOutcome.REJECTED:
                self.rejected += 1
            case PartOutcome.RETRIED:
                self.failed += 1


@dataclass(frozen=True, slots=True)
class Backlog:
    """Commits raw objects side by side.

    Attributes:
        at_once: number of objects in progress at a time.
        overwrite: whether files that are there are written anew.
        new_fields: fields that the sources are not known to send.
    """

    committer: Committer
    rejects: Rejects
    at_once: int
    overwrite: bool = False
    new_fields: NewFields = field(default_factory=NewFields)

    async def commit(self, keys: Iterable[RawKey]) -> Result:
        """Commit raw objects; one that fails or is rejected stops no other."""
        result = Result()
        left = iter(keys)

        async def work() -> None:
            for key in left:
                await self._commit(key, result)

        async with asyncio.TaskGroup() as tasks:
            for _ in range(self.at_once):
                tasks.create_task(work())
        return result

    async def _commit(self, key: RawKey, result: Result) -> None:
        created = RawObjectCreated(
            key, bytes=0, etag=None, version_id=None, overwrite=self.overwrite
        )
        processing = Processing(created)
        with structlog.contextvars.bound_contextvars(**part_context(key)):
            try:
                processed = await self._commit_or_reject(processing)
            except RetryError as error:
                processed = processing.retried(error)
            except Exception as error:  # noqa: BLE001  a bug must not stop the other objects
                _log.exception("object_failed", object_key=str(key))
                processed = processing.retried(error)
            result.note(processed.outcome)
            processed.write()
            if processed.load is not None:
                self.new_fields.note(processed.load)

    async def _commit_or_reject(self, processing: Processing) -> PartProcessed:
        created = processing.created
        try:
            return processing.done(await self.committer.commit(created, processing.stages))
        except RejectError as error:
            reject = reject_of(created, error, self.committer.clock.now())
            await self.rejects.record(created.key.rejected, reject)
            return processing.rejected(error)
