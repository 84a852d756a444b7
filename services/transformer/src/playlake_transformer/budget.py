"""Admission by bytes: how much raw data the service holds in memory at a time."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


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
