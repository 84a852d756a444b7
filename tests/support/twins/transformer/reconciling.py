"""The buckets and the queue in memory, as the reconciler sees them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_contracts.keys import SOURCE_PREFIX
from playlake_transformer.ports import Listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from twins.transformer.objects import MemoryCuratedObjects, MemoryRawObjects
    from twins.transformer.queue import MemoryQueue


@dataclass(frozen=True, slots=True)
class MemoryListings:
    """The twin of `S3Listings`."""

    raw_objects: MemoryRawObjects
    curated_objects: MemoryCuratedObjects

    async def sources(self) -> list[str]:
        """The folders below `raw/`."""
        keys = [key for key in self.raw_objects.current() if key.startswith(SOURCE_PREFIX)]
        return sorted({key.removeprefix(SOURCE_PREFIX).split("/")[0] for key in keys})

    async def raw(self, prefix: str) -> list[Listed]:
        """The current raw objects under a prefix."""
        found = self.raw_objects.current()
        bodies = ((key, held.body) for key, held in found.items())
        return _listed(bodies, self.raw_objects.put_at, prefix)

    async def curated(self, prefix: str) -> list[Listed]:
        """The curated objects under a prefix."""
        bodies = ((key, held.body) for key, held in self.curated_objects.objects.items())
        return _listed(bodies, self.curated_objects.put_at, prefix)

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


def _listed(
    bodies: Iterable[tuple[str, bytes]], put_at: Mapping[str, datetime], prefix: str
) -> list[Listed]:
    return [
        Listed(key, len(body), hashlib.md5(body, usedforsecurity=False).hexdigest(), put_at[key])
        for key, body in sorted(bodies)
        if key.startswith(prefix)
    ]
