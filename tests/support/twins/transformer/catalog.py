"""The catalog and the crawler in memory."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from virtual_time import MORNING

from playlake_transformer.ports import CrawlerState


@dataclass(frozen=True, slots=True)
class MemoryCatalog:
    """The twin of `GlueCatalog`: which days of which tables are known."""

    days: set[tuple[str, str]] = field(default_factory=set)

    async def register(self, table: str, snapshot_date: str) -> None:
        """Make a day of a table known."""
        self.days.add((table, snapshot_date))


@dataclass(slots=True)
class MemoryCrawler:
    """The twin of `GlueCrawler`: a crawl that takes time, of which one runs at a time.

    Attributes:
        started_at: when each crawl started, in seconds of the event loop's time.
        changed_at: when the crawler's definition was changed, likewise.
    """

    takes: timedelta = timedelta(minutes=1)
    started_at: list[float] = field(default_factory=list)
    changed_at: float = 0

    async def state(self) -> CrawlerState:
        """What the crawler did last: only a crawl that has ended counts."""
        now = asyncio.get_running_loop().time()
        ended = [at for at in self.started_at if at + self.takes.total_seconds() <= now]
        return CrawlerState(
            changed_at=MORNING + timedelta(seconds=self.changed_at),
            crawled_at=MORNING + timedelta(seconds=ended[-1]) if ended else None,
        )

    async def start(self) -> bool:
        """Start a crawl unless one is running."""
        now = asyncio.get_running_loop().time()
        if self.started_at and now < self.started_at[-1] + self.takes.total_seconds():
            return False
        self.started_at.append(now)
        return True
