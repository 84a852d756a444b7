"""The composition root: builds the clients, the adapters, the worker and the API, and runs them.

All tasks run in one TaskGroup. If a side task fails, the whole service ends with an error, so that
the orchestrator notices and replaces it.
"""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import aioboto3
import structlog

from playlake_contracts.aws_answers import refuse_others
from playlake_contracts.bucket_owner import expect_owner
from playlake_contracts.tables import TABLES
from playlake_transformer import __version__
from playlake_transformer.adapters.aws import client_config
from playlake_transformer.adapters.clock import SystemClock
from playlake_transformer.adapters.glue import GlueCatalog, GlueCrawler, watch_throttling
from playlake_transformer.adapters.memory import raw_budget
from playlake_transformer.adapters.processes import ProcessTransforms
from playlake_transformer.adapters.reconciling import S3Listings, SqsAnnouncements
from playlake_transformer.adapters.s3 import S3CuratedObjects, S3RawObjects
from playlake_transformer.adapters.s3_records import S3Failures, S3Rejects
from playlake_transformer.adapters.sqs import SqsQueue
from playlake_transformer.api.app import create_app
from playlake_transformer.api.checks import Checks, Patience
from playlake_transformer.api.server import create_server, listen
from playlake_transformer.breaker import Breaker
from playlake_transformer.committer import ByteBudget, Committer
from playlake_transformer.crawling import CrawlerTrigger, CrawlRule
from playlake_transformer.debounce import Debounce
from playlake_transformer.metric_lines import MetricLines
from playlake_transformer.processor import Processor
from playlake_transformer.reconciler import Reconciler, ReconcileRule
from playlake_transformer.rejecting import Rejecting
from playlake_transformer.status import Status
from playlake_transformer.watchdog import watch_loop
from playlake_transformer.worker import Limits, Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from types_aiobotocore_glue import GlueClient
    from types_aiobotocore_s3 import S3Client
    from types_aiobotocore_sqs import SQSClient

    from playlake_transformer.settings import Settings

_log = structlog.get_logger()

BEATS_PER_VISIBILITY_TIMEOUT = 3
LIVENESS_MARGIN = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class _Clients:
    s3: S3Client
    sqs: SQSClient
    glue: GlueClient


async def serve(settings: Settings) -> None:
    """Run the service until SIGTERM or SIGINT, then finish the messages in progress.

    Raises:
        ConfigurationError: the service cannot listen on the port.
        TimeoutError: the messages in progress took longer than `drain_seconds`.
    """
    clock = SystemClock()
    status = Status(started_at=clock.now())
    metrics = MetricLines(status, clock, settings.metrics_namespace)
    with listen(settings.http_host, settings.http_port, settings.http_socket_fd) as socket:
        async with _clients(settings) as clients, _transforms(settings) as transforms:
            watch_throttling(clients.glue, status.note_throttle)
            crawler = _crawler(settings, clients, status, clock)
            worker = _worker(settings, clients, transforms, crawler, status)
            reconciler = _reconciler(settings, clients, crawler, status)
            checks = Checks(status, clock, _patience(settings), transforms.busy_for)
            server = create_server(create_app(checks))
            _log.info("service_started", version=__version__, port=socket.getsockname()[1])
            async with asyncio.TaskGroup() as tasks:
                api = tasks.create_task(server.serve([socket]))
                side_tasks = [
                    tasks.create_task(task)
                    for task in (crawler.run(), metrics.run(), reconciler.run(), watch_loop(status))
                ]
                await _run_until_stopped(worker, settings.drain_seconds)
                for task in side_tasks:
                    task.cancel()
                server.should_exit = True
                await api
    _log.info("service_stopped", committed=status.committed)


async def _run_until_stopped(worker: Worker, drain_seconds: float) -> None:
    """Run the worker; after a signal to stop, give it `drain_seconds` to finish."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(None) as deadline:

        def stop() -> None:
            worker.stop()
            if deadline.when() is None:  # a second signal does not change the deadline
                deadline.reschedule(loop.time() + drain_seconds)

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)
        await worker.run()


@asynccontextmanager
async def _clients(settings: Settings) -> AsyncIterator[_Clients]:
    session = aioboto3.Session()
    per_message = client_config(connections=settings.max_messages_in_flight * len(TABLES))
    polling = client_config(
        connections=settings.max_messages_in_flight * 2 + 1, long_poll=settings.poll_wait
    )
    async with AsyncExitStack() as stack:
        clients = _Clients(
            s3=await stack.enter_async_context(session.client("s3", config=per_message)),
            sqs=await stack.enter_async_context(session.client("sqs", config=polling)),
            glue=await stack.enter_async_context(session.client("glue", config=per_message)),
        )
        for client in (clients.s3, clients.sqs, clients.glue):
            refuse_others(client.meta.events)
        expect_owner(clients.s3.meta.events, settings.bucket_owner)
        yield clients


@asynccontextmanager
async def _transforms(settings: Settings) -> AsyncIterator[ProcessTransforms]:
    transforms = ProcessTransforms(settings.transform_processes, settings.transform_deadline)
    try:
        await transforms.start()
        yield transforms
    finally:
        transforms.close()


def _crawler(
    settings: Settings, clients: _Clients, status: Status, clock: SystemClock
) -> CrawlerTrigger:
    debounce = Debounce(
        quiet=timedelta(seconds=settings.crawler_quiet_seconds),
        at_latest=timedelta(seconds=settings.crawler_at_latest_seconds),
    )
    crawler = GlueCrawler(clients.glue, settings.crawler_name)
    rule = CrawlRule(settings.crawl, apart=timedelta(days=1) / settings.crawler_daily_limit)
    return CrawlerTrigger(crawler, debounce, status, clock, rule)


def _reconciler(
    settings: Settings, clients: _Clients, crawler: CrawlerTrigger, status: Status
) -> Reconciler:
    rule = ReconcileRule(
        every=timedelta(seconds=settings.reconcile_seconds),
        days=settings.reconcile_days,
        grace=timedelta(seconds=settings.reconcile_grace_seconds),
    )
    return Reconciler(
        listings=S3Listings(clients.s3, settings.raw_bucket, settings.curated_bucket),
        announcements=SqsAnnouncements(clients.sqs, settings.queue_url),
        note_commit=crawler.note_commit,
        status=status,
        clock=SystemClock(),
        rule=rule,
        raw_bucket=settings.raw_bucket,
    )


def _worker(
    settings: Settings,
    clients: _Clients,
    transforms: ProcessTransforms,
    crawler: CrawlerTrigger,
    status: Status,
) -> Worker:
    clock = SystemClock()
    queue = SqsQueue(
        clients.sqs,
        settings.queue_url,
        settings.dead_letter_queue_url,
        settings.poll_wait,
        settings.visibility_timeout,
    )
    raw_bytes = raw_budget(settings.max_raw_bytes)
    committer = Committer(
        raw=S3RawObjects(clients.s3, settings.raw_bucket, raw_bytes),
        curated=S3CuratedObjects(clients.s3, settings.curated_bucket),
        catalog=GlueCatalog(clients.glue, settings.glue_database, settings.curated_bucket),
        transforms=transforms,
        clock=clock,
        budget=ByteBudget(raw_bytes),
    )
    limits = Limits(
        messages_in_flight=settings.max_messages_in_flight,
        heartbeat_every=settings.visibility_timeout / BEATS_PER_VISIBILITY_TIMEOUT,
        deadline=settings.message_deadline,
    )
    rejects = S3Rejects(clients.s3, settings.curated_bucket)
    processor = Processor(
        queue=queue,
        committer=committer,
        crawler=crawler,
        status=status,
        failures=S3Failures(clients.s3, settings.curated_bucket),
        rejecting=Rejecting(queue, rejects, status, clock),
        raw_bucket=settings.raw_bucket,
        places=asyncio.Semaphore(settings.max_messages_in_flight),
    )
    return Worker(queue, processor, status, clock, limits, Breaker(clock))


def _patience(settings: Settings) -> Patience:
    """A check fails before a process is killed at its deadline, so that somebody sees why."""
    return Patience(
        poll=settings.poll_wait * 2 + LIVENESS_MARGIN, work=settings.transform_deadline / 2
    )
