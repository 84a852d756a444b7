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
from playlake_transformer.finding_contents import FindingContents
from playlake_transformer.processor import Processor
from playlake_transformer.rejecting import Rejecting
from playlake_transformer.status import Status
from playlake_transformer.worker import Limits, Worker
from twins.transformer.catalog import MemoryCatalog, MemoryCrawler
from twins.transformer.faults import Faults
from twins.transformer.objects import (
    MemoryCuratedObjects,
    MemoryFailures,
    MemoryRawObjects,
    MemoryRejects,
)
from twins.transformer.queue import MemoryQueue
from twins.transformer.transforms import InlineTransforms

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from playlake_contracts.keys import RawKey
    from playlake_transformer.domain.events import RawObjectCreated

HEARTBEAT_EVERY = timedelta(seconds=20)
DEADLINE = timedelta(hours=12)


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
    rejects: MemoryRejects = field(default_factory=MemoryRejects)

    def land(self, key: RawKey, body: bytes) -> RawObjectCreated:
        """Put a raw object and have S3 announce it."""
        created = self.raw.put(key, body)
        self.queue.send(event(created))
        return created

    @asynccontextmanager
    async def transformer(
        self,
        *,
        in_flight: int = 10,
        budget: int = 2**26,
        deadline: timedelta = DEADLINE,
        faults: Faults | None = None,
        overwrites: MemoryQueue | None = None,
    ) -> AsyncIterator[Life]:
        """Run a transformer; after the block it is stopped, and has finished what it started."""
        faults = faults or Faults()
        life = self.begin(
            in_flight=in_flight,
            budget=budget,
            deadline=deadline,
            faults=faults,
            overwrites=overwrites,
        )
        running = asyncio.create_task(life.worker.run())
        try:
            yield life
            life.worker.stop()
            await running
        finally:
            running.cancel()

    def begin(
        self,
        *,
        in_flight: int = 10,
        budget: int = 2**26,
        deadline: timedelta = DEADLINE,
        faults: Faults,
        overwrites: MemoryQueue | None = None,
    ) -> Life:
        """Build a transformer that does not run yet."""
        clock = LoopClock()
        done: list[datetime] = []
        status = Status(started_at=clock.now())
        queue = faults.through(self.queue)
        debounce = Debounce(quiet=timedelta(minutes=1), at_latest=timedelta(minutes=15))
        rule = CrawlRule("every_run", apart=timedelta(hours=1))
        crawler = CrawlerTrigger(faults.through(self.crawler), debounce, status, clock, rule)
        raw, curated = faults.through(self.raw), faults.through(self.curated)
        transforms = faults.through(self.transforms)
        committer = Committer(
            raw=raw,
            curated=curated,
            catalog=faults.through(self.catalog),
            transforms=transforms,
            contents=FindingContents(raw, curated, transforms, clock, deadline / 2),
            clock=clock,
            budget=ByteBudget(budget),
        )
        processor = Processor(
            queue=queue,
            committer=committer,
            crawler=crawler,
            status=status,
            failures=faults.through(self.failures),
            rejecting=Rejecting(queue, faults.through(self.rejects), status, clock),
            raw_bucket=RAW_BUCKET,
            places=asyncio.Semaphore(in_flight),
            note_done=lambda: done.append(clock.now()),
            overwrites=overwrites,
        )
        limits = Limits(in_flight, HEARTBEAT_EVERY, deadline)
        breaker = Breaker(clock, random.Random(1))
        worker = Worker(queue, processor, status, clock, limits, breaker)
        return Life(worker, status, crawler, faults, done)


@dataclass(frozen=True, slots=True)
class Life:
    """A transformer: what it knows of itself, and the calls that it made to its world.

    Attributes:
        done: when it noted that a raw object was committed or rejected.
    """

    worker: Worker
    status: Status
    crawler: CrawlerTrigger
    faults: Faults
    done: list[datetime]
