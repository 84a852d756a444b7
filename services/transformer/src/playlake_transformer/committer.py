"""Commits a raw object exactly once.

get -> find the contents of the playlists, for a manifest -> transform -> put every table's file ->
put the commit mark (`loads`) -> register the day.
If the process dies between two steps, the next delivery of the same event completes the rest:
every put is conditional, and each key derives from the raw object's key. An event that asks for it
has the same steps overwrite what is there.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING

from playlake_transformer import __version__
from playlake_transformer.domain.commit_mark import Commit, Load, commit_mark_file
from playlake_transformer.domain.empty_files import empty_files
from playlake_transformer.errors import ObjectTooLargeError
from playlake_transformer.ports import ATTEMPT, IDENTITY, RAW_DIGEST
from playlake_transformer.side_by_side import side_by_side
from playlake_transformer.stages import Stage, Stages

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping
    from datetime import datetime

    from playlake_transformer.domain.contents import Contents
    from playlake_transformer.domain.events import RawObjectCreated
    from playlake_transformer.domain.transform import CuratedFile, Transformed
    from playlake_transformer.finding_contents import FindingContents
    from playlake_transformer.ports import (
        Catalog,
        Clock,
        CuratedObjects,
        RawObject,
        RawObjects,
        Transforms,
    )


class ByteBudget:
    """How many bytes of raw objects the service holds in memory at a time.

    An object that is larger than the limit takes the whole budget.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._held = 0
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def hold(self, size: int) -> AsyncIterator[None]:
        """Wait until `size` bytes are free, and reserve them while the context lasts."""
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
    """Commits raw objects; the budget bounds the bytes held in memory."""

    raw: RawObjects
    curated: CuratedObjects
    catalog: Catalog
    transforms: Transforms
    contents: FindingContents
    clock: Clock
    budget: ByteBudget

    async def commit(self, created: RawObjectCreated, stages: Stages) -> Load | None:
        """Commit the object that an event announced; None if it was deleted meanwhile.

        Args:
            created: the event.
            stages: measures how long it takes.

        Raises:
            RejectError: the object can never be committed.
            RetryError: the object may be committed later.
        """
        if created.bytes > self.budget.limit:
            raise ObjectTooLargeError(
                f"{created.key} has {created.bytes:,} bytes, the limit is {self.budget.limit:,}"
            )
        async with self.budget.hold(created.bytes):
            stages.end_wait()
            with stages.timed(Stage.GET):
                raw_object = await self.raw.get(created)
            return None if raw_object is None else await self._commit(created, raw_object, stages)

    async def _commit(
        self, created: RawObjectCreated, raw_object: RawObject, stages: Stages
    ) -> Load:
        key = created.key
        contents: tuple[Contents, ...] = ()
        if key.is_manifest:
            with stages.timed(Stage.CONTENTS):
                contents = await self.contents.of(raw_object.body, key, anew=created.overwrite)
        with stages.timed(Stage.TRANSFORM):
            transformed, transform_time = await self.transforms(raw_object.body, key, contents)
        committed_at = self.clock.now()
        attempt = token_hex(8)
        with stages.timed(Stage.PUT):
            files = await self._files(created, transformed)
            await side_by_side(
                self._put(created, file, _metadata(file, raw_object.etag, attempt, transformed))
                for file in files
            )
        mark = commit_mark_file(
            key,
            transformed,
            Commit(
                raw_object.etag, len(raw_object.body), committed_at, transform_time, __version__
            ),
        )
        metadata = _metadata(mark, raw_object.etag, attempt, transformed)
        with stages.timed(Stage.MARK):
            written_at = await self._put(created, mark, metadata)
        with stages.timed(Stage.REGISTER):
            await self._register(key.run_id.snapshot_date, [*transformed.files, mark])
        return Load(
            key=str(key),
            run_id=str(key.run_id),
            is_manifest=key.is_manifest,
            is_new=written_at is None,
            raw_bytes=len(raw_object.body),
            snapshots=transformed.snapshots,
            rows=transformed.rows,
            rows_quarantined=transformed.rows_quarantined,
            alarming=transformed.alarming,
            unknown_fields=transformed.unknown_fields,
            transform_time=transform_time,
            committed_at=written_at or self.clock.now(),
        )

    async def _files(
        self, created: RawObjectCreated, transformed: Transformed
    ) -> list[CuratedFile]:
        """The files of a part: when it is overwritten, also an empty one for each that is outdated.

        An outdated file is not deleted, because a reader that knows the old mark opens it.
        """
        if not created.overwrite:
            return transformed.files
        empty = empty_files(created.key, transformed)
        outdated = [file for file in empty if await self.curated.has(file.key)]
        return [*transformed.files, *outdated]

    async def _put(
        self, created: RawObjectCreated, file: CuratedFile, metadata: Mapping[str, str]
    ) -> datetime | None:
        """Put a file; return None if this attempt wrote it, else when it was written."""
        if not created.overwrite:
            return await self.curated.put_new(file, metadata)
        await self.curated.overwrite(file, metadata)
        return None

    async def _register(self, snapshot_date: str, files: Iterable[CuratedFile]) -> None:
        await side_by_side(self.catalog.register(file.table, snapshot_date) for file in files)


def _metadata(
    file: CuratedFile, etag: str, attempt: str, transformed: Transformed
) -> dict[str, str]:
    """What a file is recognised by: its raw object's ETag, its number of rows, and the attempt.

    Its own bytes are not compared, because another version of the Parquet writer may write the
    same rows as other bytes.
    """
    identity = dict(zip(IDENTITY, (etag, str(file.rows)), strict=True))
    return {**identity, ATTEMPT: attempt, RAW_DIGEST: transformed.raw_md5}
