"""The life of a transformer in the simulation: the service's own parts, on clients of the twins."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from landed import RAW_BUCKET
from twins.aws.answers import seconds
from virtual_time import LoopClock

from playlake_transformer.adapters.clients import Clients
from playlake_transformer.composition import (
    Triggers,
    build_crawler,
    build_reconciler,
    build_worker,
)
from playlake_transformer.debounce import Debounce
from playlake_transformer.notifying import NoticeTrigger
from playlake_transformer.settings import Settings
from playlake_transformer.status import Status
from simulation.chaos import Chaos, Client, Process
from simulation.transforms import SimulatedTransforms

if TYPE_CHECKING:
    from playlake_transformer.crawling import CrawlerTrigger
    from playlake_transformer.reconciler import Reconciler
    from playlake_transformer.worker import Worker
    from simulation.aws import SimulatedAws
    from simulation.ledger import Ledger
    from simulation.plan import Plan

CURATED_BUCKET, DATABASE, CRAWLER = "synthetic-curated", "synthetic", "synthetic"
DRAIN_SECONDS = 90.0
GRACE_SECONDS = 120


@dataclass(slots=True)
class Life:
    """A transformer.

    Attributes:
        stopping_since: when it was asked to stop.
        exited_at: when it ended by itself.
        is_overdue: whether it did not finish in time after it was asked to stop.
    """

    process: Process
    worker: Worker
    crawler: CrawlerTrigger
    reconciler: Reconciler
    ledger: Ledger
    stopping_since: float | None = None
    exited_at: float | None = None
    is_overdue: bool = False
    _asked_to_stop: asyncio.Event = field(default_factory=asyncio.Event)

    def stop(self) -> None:
        """Ask it to stop, as SIGTERM does."""
        if self.stopping_since is None:
            self.stopping_since = seconds()
            self._asked_to_stop.set()
            self.worker.stop()

    async def run(self) -> None:
        """Live until it is stopped or killed."""
        side_tasks = [
            asyncio.create_task(each) for each in (self.crawler.run(), self.reconciler.run())
        ]
        running = asyncio.create_task(self.worker.run())
        watching = asyncio.create_task(self._watch(running))
        try:
            await running
        except asyncio.CancelledError:
            if self.process.is_dead:
                raise
        finally:
            tasks = (*side_tasks, running, watching)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self.exited_at = seconds()

    async def _watch(self, running: asyncio.Task[None]) -> None:
        """Cancel it when it takes too long to stop, as the service does itself."""
        await self._asked_to_stop.wait()
        await asyncio.sleep(DRAIN_SECONDS)
        self.is_overdue = True
        self.ledger.note_death(self.process.name)
        running.cancel()


def begin(name: str, plan: Plan, aws: SimulatedAws, chaos: Chaos) -> Life:
    """Put a transformer together as the service does."""
    process = Process(name)
    clients = Clients(
        s3=cast("Any", Client(aws.s3, "s3", process, chaos)),
        sqs=cast("Any", Client(aws.sqs, "sqs", process, chaos)),
        glue=cast("Any", Client(aws.glue, "glue", process, chaos)),
    )
    chosen = (plan.in_flight, plan.visibility, plan.reconcile_seconds)
    settings = _settings(*chosen, aws.queue.url, aws.dead_letters.url)
    clock = LoopClock()
    status = Status(started_at=clock.now())
    crawler = build_crawler(settings, clients, status, clock)
    transforms = SimulatedTransforms(process, chaos)
    quiet = timedelta(minutes=1)
    triggers = Triggers(crawler, NoticeTrigger(None, Debounce(quiet, quiet), clock))
    worker = build_worker(settings, clients, transforms, triggers, status, clock)
    worker._breaker.dice.seed(f"{plan.seed} {name}")
    reconciler = build_reconciler(settings, clients, triggers, status, clock)
    life = Life(process, worker, crawler, reconciler, chaos.ledger)
    process.stop = life.stop
    return life


@cache
def _settings(
    in_flight: int, visibility: int, reconcile: int, queue_url: str, dead_letter_url: str
) -> Settings:
    return Settings(
        raw_bucket=RAW_BUCKET,
        curated_bucket=CURATED_BUCKET,
        queue_url=queue_url,
        dead_letter_queue_url=dead_letter_url,
        glue_database=DATABASE,
        crawler_name=CRAWLER,
        max_messages_in_flight=in_flight,
        poll_wait_seconds=20,
        visibility_timeout_seconds=visibility,
        crawler_quiet_seconds=30,
        crawler_at_latest_seconds=120,
        crawler_daily_limit=144,
        reconcile_seconds=reconcile,
        reconcile_grace_seconds=GRACE_SECONDS,
        reconcile_days=1,
    )
