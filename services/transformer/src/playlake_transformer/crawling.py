"""Triggers the crawler after a burst of commits, not once for each commit, or after a new schema.

AWS bills at least ten minutes for a crawl. Each commit registers its day itself, so queries do not
depend on the crawler, which only audits the catalog.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from playlake_transformer.debounce import until_due
from playlake_transformer.errors import AwsUnavailableError

if TYPE_CHECKING:
    from datetime import timedelta

    from playlake_contracts.deployed_settings import CrawlMode
    from playlake_transformer.debounce import Debounce
    from playlake_transformer.ports import Clock, Crawler, CrawlerState
    from playlake_transformer.status import Status

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class CrawlRule:
    """When a crawl is wanted, and how often at most.

    Attributes:
        mode: every run, on schema change, or never.
        apart: time between the starts of two crawls at least, whichever transformer starts them.
    """

    mode: CrawlMode
    apart: timedelta

    def wants(self, state: CrawlerState, committed_at: datetime) -> bool:
        """Whether a crawl is wanted that started after the last commit or schema change."""
        if self.mode == "never":
            return False
        since = committed_at if self.mode == "every_run" else state.changed_at
        return state.crawled_at is None or state.crawled_at < since

    def earliest(self, state: CrawlerState) -> datetime | None:
        """When the next crawl may start; None if there was none yet."""
        return None if state.crawled_at is None else state.crawled_at + self.apart


class CrawlerTrigger:
    """Starts the crawler after a quiet time without commits, as often as its rule allows.

    What was crawled last is asked of Glue, so that neither a restart nor another transformer starts
    a crawl twice.
    """

    def __init__(
        self, crawler: Crawler, debounce: Debounce, status: Status, clock: Clock, rule: CrawlRule
    ) -> None:
        self._crawler = crawler
        self._debounce = debounce
        self._status = status
        self._clock = clock
        self._rule = rule
        self._committed_at = datetime.min.replace(tzinfo=UTC)
        self._not_before: datetime | None = None
        self._noted = asyncio.Event()

    def note_commit(self, committed_at: datetime) -> None:
        """Note a commit, whichever process made it: what was crawled since then is not repeated."""
        self._committed_at = max(self._committed_at, committed_at)
        self._try_later()

    async def run(self) -> None:
        """Start crawls when they are due, until cancelled."""
        while True:
            await self._noted.wait()
            await until_due(self._debounce, self._clock, self._not_before)
            await self._crawl()

    def _try_later(self) -> None:
        if self._rule.mode != "never":
            self._debounce.note(self._clock.now())
            self._noted.set()

    async def _crawl(self) -> None:
        """Start a crawl if it is wanted; if one is running or AWS fails, try again later."""
        self._debounce.clear()  # before the calls: a commit made during them needs another crawl
        self._noted.clear()
        try:
            if await self._is_due() and not await self._start():
                self._try_later()
        except AwsUnavailableError as error:
            _log.warning("crawl_failed", reason=str(error))
            self._try_later()

    async def _is_due(self) -> bool:
        state = await self._crawler.state()
        if not self._rule.wants(state, self._committed_at):
            return False
        self._not_before = self._rule.earliest(state)
        if self._not_before is None or self._not_before <= self._clock.now():
            return True
        _log.info("crawl_postponed", until=self._not_before.isoformat())
        self._try_later()
        return False

    async def _start(self) -> bool:
        if not await self._crawler.start():
            return False
        self._status.crawls += 1
        self._status.crawled_at = self._clock.now()
        _log.info("crawl_started")
        return True
