"""Gives raw objects without what was erased, so that nothing of it becomes rows again.

It does not matter how a raw object that still has it came there: an event that was sent twice, a
replay, an import or a copy of another lake. What was erased is looked up once a minute, by one
listing. A raw object is looked into only if something was erased of its source.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from playlake_contracts.cleaning import clean_manifest, clean_part
from playlake_contracts.erased import NOTHING, Erased
from playlake_transformer.errors import ErasedObjectError
from playlake_transformer.ports import RawObject

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from datetime import datetime

    from playlake_contracts.keys import RawKey
    from playlake_contracts.runs import RunId
    from playlake_transformer.domain.events import RawObjectCreated
    from playlake_transformer.ports import Clock, RawObjects

_log = structlog.get_logger()

LOOK_EVERY: Final = timedelta(minutes=1)


@dataclass(slots=True)
class CleanRawObjects:
    """Raw objects without what was erased; implements `ports.RawObjects`.

    Attributes:
        raw: the raw objects as they are.
        clock: the time.
        aside: calls what takes long, so that the event loop goes on.
    """

    raw: RawObjects
    clock: Clock
    aside: Callable[..., Awaitable[RawObject]] = asyncio.to_thread
    _erased: Erased = NOTHING
    _looked_at: datetime | None = None
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def get(self, created: RawObjectCreated) -> RawObject | None:
        """Get an object; see `ports.RawObjects`.

        Raises:
            ErasedObjectError: nothing is left of it.
        """
        found = await self.raw.get(created)
        if found is None:
            return None
        erased = await self._known()
        if all(each.source != created.key.source for each in erased.tombstones):
            return found
        return await self.aside(_cleaned, found, created.key, erased)

    def manifests_before(
        self, key: RawKey, is_wanted: Callable[[RunId], bool]
    ) -> AsyncIterator[RawKey]:
        """Find the runs before; see `ports.RawObjects`."""
        return self.raw.manifests_before(key, is_wanted)

    async def erasures(self) -> list[str]:
        """List what says what was erased; see `ports.RawObjects`."""
        return await self.raw.erasures()

    async def _known(self) -> Erased:
        async with self._looking:
            now = self.clock.now()
            if self._looked_at is None or now >= self._looked_at + LOOK_EVERY:
                self._erased = Erased.listed(await self.raw.erasures())
                self._looked_at = now
            return self._erased


def _cleaned(found: RawObject, key: RawKey, erased: Erased) -> RawObject:
    try:
        body = _clean_body(found.body, key, erased)
    except ValueError:  # transforming it says why
        return found
    if body is found.body:
        return found
    _log.warning("erased_left_out", object_key=str(key))
    if body is None:
        raise ErasedObjectError(
            f"{key} holds nothing but playlists that were erased from the lake: `playlake erase` "
            "with the same playlist removes it"
        )
    return as_landed(body)


def _clean_body(body: bytes, key: RawKey, erased: Erased) -> bytes | None:
    if key.is_manifest:
        return clean_manifest(body, key.source, erased, {})
    return clean_part(body, key.source, erased).body


def as_landed(body: bytes) -> RawObject:
    """Bytes as the raw object that they become: S3 gives them this ETag, unless it has a KMS key.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
    """
    return RawObject(body, hashlib.md5(body, usedforsecurity=False).hexdigest())


@dataclass(frozen=True, slots=True)
class GivenRawObject:
    """Raw objects, one of which has other bytes; implements `ports.RawObjects`.

    Attributes:
        raw: the raw objects.
        key: the key of that one.
        body: its bytes.
    """

    raw: RawObjects
    key: RawKey
    body: bytes

    async def get(self, created: RawObjectCreated) -> RawObject | None:
        """Get an object; see `ports.RawObjects`."""
        return as_landed(self.body) if created.key == self.key else await self.raw.get(created)

    def manifests_before(
        self, key: RawKey, is_wanted: Callable[[RunId], bool]
    ) -> AsyncIterator[RawKey]:
        """Find the runs before; see `ports.RawObjects`."""
        return self.raw.manifests_before(key, is_wanted)

    async def erasures(self) -> list[str]:
        """List what says what was erased; see `ports.RawObjects`."""
        return await self.raw.erasures()
