"""Triggers the crawler once after a burst of commits, not once for each commit.

AWS bills at least ten minutes for a crawl. Each commit registers its day itself, so queries do not
depend on the crawler, which only audits the catalog.
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
    """Combines a burst of events into one action.

    Attributes:
        quiet: time after the last event at which the action is due.
        at_latest: time after the first event at which the action is due even if events go on.
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
        """When the action is due; None if there was no event."""
        if self._first is None or self._last is None:
            return None
        return min(self._last + self.quiet, self._first + self.at_latest)

    def clear(self) -> None:
        """Forget the events, because the action was taken."""
        self._first = self._last = None


class CrawlerTrigger:
    """Starts the crawler after a quiet time without commits, up to a daily limit."""

    def __init__(
        self, crawler: Crawler, debounce: Debounce, status: Status, clock: Clock, daily_limit: int
    ) -> None:
        self._crawler = crawler
        self._debounce = debounce
        self._status = status
        self._clock = clock
        self._daily_limit = daily_limit
        self._crawls_today: tuple[date, int] = (clock.now().date(), 0)
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
        """Start a crawl; if one is running or AWS fails, try again after the quiet time."""
        self._clear()  # before the call: a commit made during it needs another crawl
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
        day, count = self._crawls_today
        return count if day == self._clock.now().date() else 0

    def _count(self) -> None:
        now = self._clock.now()
        self._crawls_today = (now.date(), self._started_today() + 1)
        self._status.crawls += 1
        self._status.crawled_at = now
