"""One crawl after a burst of commits, never one a commit, and never more a day than allowed."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from landed import entry, part, part_key
from twins.transformer import Faults, MemoryCrawler, World
from virtual_time import LoopClock, passing

from playlake_transformer.crawling import CrawlerTrigger, Debounce
from playlake_transformer.status import Status

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, MutableMapping
    from typing import Any

    from playlake_transformer.ports import Crawler

QUIET = timedelta(minutes=1)
AT_LATEST = timedelta(minutes=15)


@asynccontextmanager
async def triggering(crawler: Crawler, *, daily_limit: int = 24) -> AsyncIterator[CrawlerTrigger]:
    """Run a trigger, whose `status` counts from 6 in the morning on."""
    clock = LoopClock()
    status = Status(started_at=clock.now())
    trigger = CrawlerTrigger(crawler, Debounce(QUIET, AT_LATEST), status, clock, daily_limit)
    running = asyncio.create_task(trigger.run())
    try:
        yield trigger
    finally:
        running.cancel()


@pytest.fixture
def crawler() -> MemoryCrawler:
    return MemoryCrawler()


async def test_nothing_is_crawled_without_commits(crawler: MemoryCrawler) -> None:
    async with triggering(crawler):
        await asyncio.sleep(timedelta(days=3).total_seconds())
    assert crawler.started_at == []


async def test_a_burst_of_commits_is_one_crawl_once_it_is_quiet(crawler: MemoryCrawler) -> None:
    async with triggering(crawler) as trigger:
        for _ in range(10):
            trigger.note_commit()
            await passing(seconds=5)
        await passing(hours=1)
    assert crawler.started_at == [45 + 60]


async def test_commits_without_end_are_crawled_at_the_latest(crawler: MemoryCrawler) -> None:
    async with triggering(crawler) as trigger:
        for _ in range(60 * 60 // 30):
            trigger.note_commit()
            await passing(seconds=30)
    assert crawler.started_at == [900, 1800, 2700, 3600]


async def test_two_bursts_are_two_crawls(crawler: MemoryCrawler) -> None:
    async with triggering(crawler) as trigger:
        trigger.note_commit()
        await passing(hours=1)
        trigger.note_commit()
        await passing(hours=1)
    assert crawler.started_at == [60, 3660]


async def test_while_a_crawl_runs_it_is_tried_again_until_it_has_ended() -> None:
    crawler = MemoryCrawler(takes=timedelta(minutes=10))
    async with triggering(crawler) as trigger:
        trigger.note_commit()
        await passing(minutes=2)
        trigger.note_commit()
        await passing(hours=1)
    assert crawler.started_at == [60, 660]


async def test_when_aws_fails_it_is_tried_again(
    crawler: MemoryCrawler, logs: list[MutableMapping[str, Any]]
) -> None:
    faults = Faults()
    faults.fail("start", times=3)
    async with triggering(faults.through(crawler)) as trigger:
        trigger.note_commit()
        await passing(hours=1)
    assert crawler.started_at == [240]
    assert [log["event"] for log in logs] == ["crawl_failed"] * 3 + ["crawl_started"]


async def test_a_commit_made_while_a_crawl_is_being_started_is_crawled_too(
    crawler: MemoryCrawler,
) -> None:
    faults = Faults()
    faults.delay("start", seconds=10)
    async with triggering(faults.through(crawler)) as trigger:
        trigger.note_commit()
        await passing(seconds=65)
        trigger.note_commit()
        await passing(hours=1)
    assert crawler.started_at == [70, 135]


async def test_no_more_is_crawled_a_day_than_allowed_and_the_next_day_again(
    crawler: MemoryCrawler, logs: list[MutableMapping[str, Any]]
) -> None:
    async with triggering(crawler, daily_limit=2) as trigger:
        for _ in range(24):
            trigger.note_commit()
            await passing(hours=1)
    # It is six in the morning at first: eighteen hours are today, six are tomorrow.
    assert [int(at // 3600) for at in crawler.started_at] == [0, 1, 18, 19]
    assert [log["event"] for log in logs].count("crawl_skipped") == 20


async def test_a_limit_of_zero_never_crawls(crawler: MemoryCrawler) -> None:
    async with triggering(crawler, daily_limit=0) as trigger:
        trigger.note_commit()
        await passing(hours=1)
    assert crawler.started_at == []


async def test_a_committed_part_is_crawled_and_a_repeated_one_is_not(world: World) -> None:
    key = part_key()
    world.land(key, part(key, [entry(1)]))
    [message] = world.queue.bodies
    async with world.transformer() as life:
        running = asyncio.create_task(life.crawler.run())
        await passing(hours=1)
        world.queue.send(message)
        await passing(hours=1)
        running.cancel()
    assert world.crawler.started_at == [60]
    assert (life.status.crawls, life.status.repeated) == (1, 1)
    assert life.status.crawled_at is not None
