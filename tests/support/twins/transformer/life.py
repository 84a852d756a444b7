"""A world in memory, and the lives of transformers in it: begun, stopped or killed."""

from __future__ import annotations

import asyncio
import random
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from landed import RAW_BUCKET, event
from virtual_time import LoopClock

from playlake_transformer.breaker import Breaker
from playlake_transformer.committer import ByteBudget, Committer
from playlake_transformer.crawling import CrawlerTrigger, CrawlRule
from playlake_transformer.debounce import Debounce
from playlake_transformer.processor import Processor
from playlake_transformer.status import Status
from playlake_transformer.worker import Limits, Worker
from twins.transformer.catalog import MemoryCatalog, MemoryCrawler
from twins.transformer.faults import Faults
from twins.transformer.objects import (
    MemoryCuratedObjects,
    MemoryFailures,
    MemoryRawObjects,
    MemorySentRejects,
)
from twins.transformer.queue import MemoryQueue
from twins.transformer.transforms import InlineTransforms

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playlake_contracts.keys import RawKey
    from playlake_transformer.domain.events import RawObjectCreated

HEARTBEAT_EVERY = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class World:
    """Everything around a transformer; it outlives every transformer."""

    queue: MemoryQueue = field(default_factory=MemoryQueue)
    raw: MemoryRawObjects = field(default_factory=MemoryRawObjects)
    curated: MemoryCuratedObjects = field(default_factory=MemoryCuratedObjects)
    catalog: MemoryCatalog = field(default_factory=MemoryCatalog)
    crawler: MemoryCrawler = field(default_factory=MemoryCrawler)
    transforms: InlineTransforms = field(default_factory=InlineTransforms)
    failures: MemoryFailures = field(default_factory=MemoryFailures)
    sent: MemorySentRejects = field(default_factory=MemorySentRejects)

    def land(self, key: RawKey, body: bytes) -> RawObjectCreated:
        """Put a raw object and have S3 announce it."""
        created = self.raw.put(key, body)
        self.queue.send(event(created))
        return created

    @asynccontextmanager
    async def transformer(
        self, *, in_flight: int = 10, budget: int = 2**26, faults: Faults | None = None
    ) -> AsyncIterator[Life]:
        """Run a transformer; after the block it is stopped, and has finished what it started."""
        life = self.begin(in_flight=in_flight, budget=budget, faults=faults or Faults())
        running = asyncio.create_task(life.worker.run())
        try:
            yield life
            life.worker.stop()
            await running
        finally:
            running.cancel()

    def begin(self, *, in_flight: int = 10, budget: int = 2**26, faults: Faults) -> Life:
        """Build a transformer that does not run yet."""
        clock = LoopClock()
        status = Status(started_at=clock.now())
        queue = faults.through(self.queue)
        debounce = Debounce(quiet=timedelta(minutes=1), at_latest=timedelta(minutes=15))
        rule = CrawlRule("every_run", apart=timedelta(hours=1))
        crawler = CrawlerTrigger(faults.through(self.crawler), debounce, status, clock, rule)
        committer = Committer(
            raw=faults.through(self.raw),
            curated=faults.through(self.curated),
            catalog=faults.through(self.catalog),
            transforms=faults.through(self.transforms),
            clock=clock,
            budget=ByteBudget(budget),
        )
        failures, sent = faults.through(self.failures), faults.through(self.sent)
        processor = Processor(queue, committer, crawler, status, failures, sent, RAW_BUCKET)
        limits = Limits(in_flight, HEARTBEAT_EVERY)
        breaker = Breaker(clock, random.Random(1))
        worker = Worker(queue, processor, status, clock, limits, breaker)
        return Life(worker, status, crawler, faults)


@dataclass(frozen=True, slots=True)
class Life:
    """A transformer: what it knows of itself, and the calls that it made to its world."""

    worker: Worker
    status: Status
    crawler: CrawlerTrigger
    faults: Faults
