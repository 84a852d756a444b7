"""Commits raw objects that no message announces, and counts what became of them."""

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
    from collections.abc import Callable, Iterable

    from playlake_contracts.keys import RawKey
    from playlake_contracts.rejects import Reject
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
        note: told what became of each object.
    """

    committer: Committer
    rejects: Rejects
    at_once: int
    overwrite: bool = False
    new_fields: NewFields = field(default_factory=NewFields)
    note: Callable[[PartProcessed], None] = lambda _: None

    async def commit(self, keys: Iterable[RawKey]) -> Result:
        """Commit raw objects of which only the keys are known; see `commit_listed`."""
        return await self.commit_listed(
            RawObjectCreated(key, bytes=0, etag=None, version_id=None, overwrite=self.overwrite)
            for key in keys
        )

    async def commit_listed(self, objects: Iterable[RawObjectCreated]) -> Result:
        """Commit raw objects in their order; one that fails or is rejected stops no other."""
        result = Result()
        left = iter(objects)

        async def work() -> None:
            for created in left:
                await self._commit(created, result)

        async with asyncio.TaskGroup() as tasks:
            for _ in range(self.at_once):
                tasks.create_task(work())
        return result

    async def _commit(self, created: RawObjectCreated, result: Result) -> None:
        key, processing = created.key, Processing(created)
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
            self.note(processed)
            if processed.load is not None:
                self.new_fields.note(processed.load)

    async def _commit_or_reject(self, processing: Processing) -> PartProcessed:
        created = processing.created
        try:
            return processing.done(await self.committer.commit(created, processing.stages))
        except RejectError as error:
            reject = reject_of(created, error, self.committer.clock.now())
            await self._keep(created.key.rejected, reject)
            return processing.rejected(error)

    async def _keep(self, key: str, reject: Reject) -> None:
        """Keep a record, but not in place of a service's: that says whether a notice was sent."""
        claim = await self.rejects.claim(key, reject)
        if claim.earlier is not None and claim.earlier.message_id is None:
            await self.rejects.record(key, reject, claim.mark)
