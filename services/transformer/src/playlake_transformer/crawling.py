"""The crawler's trigger: one crawl after a burst of commits, never one a commit.

A crawl is billed for ten minutes at least. New days are registered by the commit itself, so
nothing waits for the crawler: it audits.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from playlake_transformer.errors import AwsUnavailableError

if TYPE_CHECKING:
    from datetime import date, datetime, timedelta

    from playlake_transformer.ports import Clock, Crawler
    from playlake_transformer.status import Status

_log = structlog.get_logger()


@dataclass(slots=True)
class Debounce:
    """Coalesces events into one action.

    Attributes:
        quiet: how long after the last event the action is due.
        at_latest: how long after the first event the action is due in any case.
    """

    quiet: timedelta
    at_latest: timedelta
    _first: datetime | None = None
    _last: datetime | None = None

    def note(self, at: datetime) -> None:
        """Note an event."""
        self._first = self._first or at
        self._last = at

    def due_at(self) -> datetime | None:
        """When the action is due; None when nothing has happened."""
        if self._first is None or self._last is None:
            return None
        return min(self._last + self.quiet, self._first + self.at_latest)

    def clear(self) -> None:
        """Forget the events: the action has been taken."""
        self._first = self._last = None


class CrawlerTrigger:
    """Starts the crawler when commits have been quiet for a while, up to a number a day."""

    def __init__(
        self, crawler: Crawler, debounce: Debounce, status: Status, clock: Clock, daily_limit: int
    ) -> None:
        self._crawler = crawler
        self._debounce = debounce
        self._status = status
        self._clock = clock
        self._daily_limit = daily_limit
        self._today: tuple[date, int] = (clock.now().date(), 0)
        self._noted = asyncio.Event()

    def note_commit(self) -> None:
        """Note that the lake has changed."""
        self._debounce.note(self._clock.now())
        self._noted.set()

    async def run(self) -> None:
        """Start crawls when they are due, until cancelled."""
        while True:
            await self._noted.wait()
            await self._until_due()
            await self._start()

    async def _until_due(self) -> None:
        while (due_at := self._debounce.due_at()) is not None:
            wait = (due_at - self._clock.now()).total_seconds()
            if wait <= 0:
                return
            await asyncio.sleep(wait)

    async def _start(self) -> None:
        """Start a crawl; while one runs, or AWS fails, the lake stays dirty and is tried again."""
        self._clear()  # first: a commit made while the crawl is being started needs another one
        if self._started_today() >= self._daily_limit:
            _log.warning("crawl_skipped", reason="daily limit", daily_limit=self._daily_limit)
            return
        try:
            started = await self._crawler.start()
        except AwsUnavailableError as error:
            _log.warning("crawl_failed", reason=str(error))
            started = False
        if started:
            self._count()
            _log.info("crawl_started")
        else:
            self.note_commit()

    def _clear(self) -> None:
        self._debounce.clear()
        self._noted.clear()

    def _started_today(self) -> int:
        day, count = self._today
        return count if day == self._clock.now().date() else 0

    def _count(self) -> None:
        now = self._clock.now()
        self._today = (now.date(), self._started_today() + 1)
        self._status.crawls += 1
        self._status.crawled_at = now
