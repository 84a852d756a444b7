"""The buckets and the queue in memory, as the reconciler sees them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_contracts.keys import SOURCE_PREFIX
from playlake_transformer.ports import Listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from twins.transformer.objects import (
        MemoryCuratedObjects,
        MemoryRawObjects,
        MemoryRejects,
    )
    from twins.transformer.queue import MemoryQueue


@dataclass(frozen=True, slots=True)
class MemoryListings:
    """The twin of `S3Listings`."""

    raw_objects: MemoryRawObjects
    curated_objects: MemoryCuratedObjects
    rejects: MemoryRejects

    async def sources(self) -> list[str]:
        """The folders below `raw/`."""
        keys = [key for key in self.raw_objects.current() if key.startswith(SOURCE_PREFIX)]
        return sorted({key.removeprefix(SOURCE_PREFIX).split("/")[0] for key in keys})

    async def raw(self, prefix: str) -> list[Listed]:
        """The current raw objects under a prefix."""
        put_at = self.raw_objects.put_at
        found = self.raw_objects.current().items()
        return _listed((_of(key, held.body, put_at[key]) for key, held in found), prefix)

    async def curated(self, prefix: str) -> list[Listed]:
        """The curated objects and the records of rejects under a prefix."""
        objects = self.curated_objects.objects.items()
        found = [_of(key, held.body, held.written_at) for key, held in objects]
        records = [_of(key, b"", each.rejected_at) for key, each in self.rejects.records.items()]
        return _listed([*found, *records], prefix)

    async def manifest(self, key: str) -> bytes | None:
        """The bytes of a manifest."""
        held = self.raw_objects.current().get(key)
        return None if held is None else held.body


@dataclass(frozen=True, slots=True)
class MemoryAnnouncements:
    """The twin of `SqsAnnouncements`."""

    queue: MemoryQueue

    async def queued(self) -> int:
        """The number of messages, hidden or not."""
        return len(self.queue.bodies)

    async def send(self, bodies: Sequence[str]) -> None:
        """Send messages."""
        for body in bodies:
            self.queue.send(body)


def _of(key: str, body: bytes, put_at: datetime) -> Listed:
    return Listed(key, len(body), hashlib.md5(body, usedforsecurity=False).hexdigest(), put_at)


def _listed(found: Iterable[Listed], prefix: str) -> list[Listed]:
    there = [each for each in found if each.key.startswith(prefix)]
    return sorted(there, key=lambda each: each.key)
