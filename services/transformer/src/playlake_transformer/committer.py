"""One raw object to one commit, in the order that makes it exactly once.

get -> transform -> put every table's file -> put the commit mark (`loads`) -> register the days.
Dying between any two steps leaves what the next delivery of the same event completes: every
put is conditional, and the key of what is put derives from the key of what was read.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_transformer import __version__
from playlake_transformer.domain.commit_mark import Commit, Load, commit_mark_file
from playlake_transformer.errors import ObjectTooLargeError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Iterable

    from playlake_transformer.domain.events import RawObjectCreated
    from playlake_transformer.domain.transform import CuratedFile
    from playlake_transformer.ports import (
        Catalog,
        Clock,
        CuratedObjects,
        RawObject,
        RawObjects,
        Transforms,
    )


class ByteBudget:
    """Bytes that may be held at a time. Who asks for more than the limit gets all of it."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._held = 0
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def hold(self, size: int) -> AsyncIterator[None]:
        """Wait until `size` bytes are free, and hold them while the context lasts."""
        share = min(size, self.limit)
        async with self._changed:
            await self._changed.wait_for(lambda: self._held + share <= self.limit)
            self._held += share
        try:
            yield
        finally:
            async with self._changed:
                self._held -= share
                self._changed.notify_all()


@dataclass(frozen=True, slots=True)
class Committer:
    """Commits raw objects, holding at most the budget's bytes of them at a time."""

    raw: RawObjects
    curated: CuratedObjects
    catalog: Catalog
    transforms: Transforms
    clock: Clock
    budget: ByteBudget

    async def commit(self, created: RawObjectCreated) -> Load | None:
        """Commit the object that an event announced; None when it was deleted since.

        Raises:
            RejectError: the object will never succeed.
            RetryError: it may succeed later.
        """
        if created.bytes > self.budget.limit:
            raise ObjectTooLargeError(
                f"{created.key} has {created.bytes:,} bytes, the limit is {self.budget.limit:,}"
            )
        async with self.budget.hold(created.bytes):
            found = await self.raw.get(created)
            return None if found is None else await self._commit(created, found)

    async def _commit(self, created: RawObjectCreated, found: RawObject) -> Load:
        key = created.key
        transformed, took = await self.transforms(found.body, key)
        at = self.clock.now()
        await self._put_all(transformed.files, found.etag)
        mark = commit_mark_file(
            key, transformed, Commit(found.etag, len(found.body), at, took, __version__)
        )
        is_new = await self.curated.put_new(mark, _identity(mark, found.etag))
        await self._register(key.run_id.snapshot_date, [*transformed.files, mark])
        return Load(
            key=str(key),
            run_id=str(key.run_id),
            is_manifest=key.is_manifest,
            is_new=is_new,
            raw_bytes=len(found.body),
            snapshots=transformed.snapshots,
            rows=transformed.rows,
            rows_quarantined=transformed.rows_quarantined,
            transform_time=took,
            committed_at=at,
        )

    async def _put_all(self, files: Iterable[CuratedFile], etag: str) -> None:
        await _all(self.curated.put_new(file, _identity(file, etag)) for file in files)

    async def _register(self, snapshot_date: str, files: Iterable[CuratedFile]) -> None:
        await _all(self.catalog.register(file.table, snapshot_date) for file in files)


async def _all(calls: Iterable[Coroutine[None, None, object]]) -> None:
    """Let every call end before the first failure is raised: nothing goes on behind a retry."""
    for outcome in await asyncio.gather(*calls, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


def _identity(file: CuratedFile, etag: str) -> dict[str, str]:
    """What makes two files the same: the raw bytes they were made from, and their rows.

    Not their own bytes: another version of the Parquet writer may write them otherwise.
    """
    return {"raw-etag": etag, "rows": str(file.rows)}
