"""The trigger starts one crawl after a burst of commits, and keeps the daily limit."""

from __future__ import annotations

import asyncio
import random
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from landed import entry, part, part_key
from twins.transformer import Faults, MemoryCrawler, World
from virtual_time import LoopClock, passing

from playlake_transformer.crawling import CrawlerTrigger, CrawlRule
from playlake_transformer.debounce import Debounce
from playlake_transformer.status import Status

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, MutableMapping
    from typing import Any

    from playlake_contracts.deployed_settings import CrawlMode
    from playlake_transformer.ports import Crawler

QUIET = timedelta(minutes=1)
AT_LATEST = timedelta(minutes=15)


@asynccontextmanager
async def triggering(
    crawler: Crawler, mode: CrawlMode = "every_run", apart: timedelta = QUIET
) -> AsyncIterator[CrawlerTrigger]:
    """Run a trigger, starting at 6 in the morning."""
    clock = LoopClock()
    status = Status(started_at=clock.now())
    rule = CrawlRule(mode, apart)
    trigger = CrawlerTrigger(crawler, Debounce(QUIET, AT_LATEST), status, clock, rule)
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


async def test_a_burst_of_commits_starts_one_crawl_after_a_quiet_time(
    crawler: MemoryCrawler,
) -> None:
    async with triggering(crawler) as trigger:
        for _ in range(10):
            trigger.note_commit(LoopClock().now())
            await passing(seconds=5)
        await passing(hours=1)
    assert crawler.started_at == [45 + 60]


async def test_continuous_commits_start_a_crawl_at_the_latest_time(crawler: MemoryCrawler) -> None:
    async with triggering(crawler) as trigger:
        for _ in range(60 * 60 // 30):
            trigger.note_commit(LoopClock().now())
            await passing(seconds=30)
    assert crawler.started_at == [900, 1800, 2700, 3600]


async def test_two_bursts_start_two_crawls(crawler: MemoryCrawler) -> None:
    async with triggering(crawler) as trigger:
        trigger.note_commit(LoopClock().now())
        await passing(hours=1)
        trigger.note_commit(LoopClock().now())
        await passing(hours=1)
    assert crawler.started_at == [60, 3660]


async def test_a_crawl_is_tried_again_until_the_running_one_has_ended() -> None:
    crawler = MemoryCrawler(takes=timedelta(minutes=10))
    async with triggering(crawler) as trigger:
        trigger.note_commit(LoopClock().now())
        await passing(minutes=2)
        trigger.note_commit(LoopClock().now())
        await passing(hours=1)
    assert crawler.started_at == [60, 660]


async def test_a_crawl_is_tried_again_after_an_aws_failure(
    crawler: MemoryCrawler, logs: list[MutableMapping[str, Any]]
) -> None:
    faults = Faults()
    faults.fail("start", times=3)
    async with triggering(faults.through(crawler)) as trigger:
        trigger.note_commit(LoopClock().now())
        await passing(hours=1)
    assert crawler.started_at == [240]
    assert [log["event"] for log in logs] == ["crawl_failed"] * 3 + ["crawl_started"]


async def test_a_commit_during_the_start_of_a_crawl_starts_another_crawl(
    crawler: MemoryCrawler,
) -> None:
    faults = Faults()
    faults.delay("start", seconds=10)
    async with triggering(faults.through(crawler)) as trigger:
        trigger.note_commit(LoopClock().now())
        await passing(seconds=65)
        trigger.note_commit(LoopClock().now())
        await passing(hours=1)
    assert crawler.started_at == [70, 135]


async def test_crawls_are_as_far_apart_as_the_daily_limit_asks(
    crawler: MemoryCrawler, logs: list[MutableMapping[str, Any]]
) -> None:
    async with triggering(crawler, apart=timedelta(hours=6)) as trigger:
        for _ in range(24):
            trigger.note_commit(LoopClock().now())
            await passing(hours=1)
    assert crawler.started_at == [60 + 6 * 3600 * n for n in range(4)]
    assert "crawl_postponed" in {log["event"] for log in logs}


@pytest.mark.parametrize("mode", ["every_run", "on_schema_change"])
async def test_a_transformer_that_starts_again_keeps_the_limit(
    crawler: MemoryCrawler, mode: CrawlMode
) -> None:
    """As a service that scales to zero does: each run has a process of its own."""
    for _ in range(24):
        async with triggering(crawler, mode, apart=timedelta(hours=12)) as trigger:
            trigger.note_commit(LoopClock().now())
            await passing(minutes=30)
        await passing(minutes=30)
    assert [int(at // 3600) for at in crawler.started_at] == (
        [0, 12] if mode == "every_run" else [0]
    )


async def test_two_transformers_start_one_crawl(crawler: MemoryCrawler) -> None:
    async with triggering(crawler) as one, triggering(crawler) as another:
        one.note_commit(LoopClock().now())
        another.note_commit(LoopClock().now())
        await passing(hours=1)
    assert crawler.started_at == [60]


async def test_a_new_schema_is_crawled_once_and_not_forgotten_by_a_restart(
    crawler: MemoryCrawler,
) -> None:
    for hour in range(6):
        if hour == 3:
            crawler.changed_at = 3 * 3600 - 60
        async with triggering(crawler, "on_schema_change") as trigger:
            trigger.note_commit(LoopClock().now())
            await passing(hours=1)
    assert crawler.started_at == [60, 3 * 3600 + 60]


async def test_a_failed_look_at_the_crawler_is_tried_again(
    crawler: MemoryCrawler, logs: list[MutableMapping[str, Any]]
) -> None:
    faults = Faults()
    faults.fail("state", times=2)
    async with triggering(faults.through(crawler), "on_schema_change") as trigger:
        trigger.note_commit(LoopClock().now())
        await passing(hours=1)
    assert crawler.started_at == [180]
    assert [log["event"] for log in logs] == ["crawl_failed"] * 2 + ["crawl_started"]


async def test_the_mode_never_asks_nothing_of_glue(crawler: MemoryCrawler) -> None:
    faults = Faults()
    faults.fail("state", times=1)
    async with triggering(faults.through(crawler), "never") as trigger:
        trigger.note_commit(LoopClock().now())
        await passing(hours=1)
    assert (crawler.started_at, faults.calls) == ([], [])


async def test_a_commit_starts_a_crawl_and_a_repeated_one_does_not(world: World) -> None:
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


@pytest.mark.parametrize("replaced_after", [None, 1, 30, 59, 61])
@pytest.mark.parametrize("seed", range(5))
async def test_a_thousand_commits_in_an_hour_start_at_most_five_crawls(
    crawler: MemoryCrawler, seed: int, replaced_after: float | None
) -> None:
    """Also if the process is replaced in the quiet time after the last of them."""
    dice = random.Random(seed)
    moments = sorted(dice.uniform(0, 3600) for _ in range(1000))
    clock = LoopClock()
    async with triggering(crawler) as trigger:
        for moment in moments:
            await passing(seconds=moment - asyncio.get_running_loop().time())
            trigger.note_commit(clock.now())
        last = clock.now()
        await passing(hours=1 if replaced_after is None else 0, seconds=replaced_after or 0)
    async with triggering(crawler) as another:
        another.note_commit(last)  # a new process learns of it from the newest commit mark
        await passing(hours=1)
    assert len(crawler.started_at) <= 5
    assert crawler.started_at[-1] >= moments[-1]
