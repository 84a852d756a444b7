"""Builds the service's objects from its settings and clients."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from typing import TYPE_CHECKING

from playlake_transformer.adapters.glue import GlueCrawler
from playlake_transformer.adapters.memory import raw_budget
from playlake_transformer.adapters.reconciling import S3Listings, SqsAnnouncements
from playlake_transformer.adapters.s3_records import S3Failures, S3Rejects
from playlake_transformer.adapters.sqs import SqsOverwrites, SqsQueue
from playlake_transformer.api.checks import Patience
from playlake_transformer.breaker import Breaker
from playlake_transformer.committers import Bounds
from playlake_transformer.crawling import CrawlerTrigger, CrawlRule
from playlake_transformer.daemon_thread import in_daemon_thread
from playlake_transformer.debounce import Debounce
from playlake_transformer.notifying import NoticeTrigger
from playlake_transformer.processor import Processor
from playlake_transformer.reconciler import Reconciler, ReconcileRule
from playlake_transformer.rejecting import Rejecting
from playlake_transformer.s3_committer import Buckets, s3_committer
from playlake_transformer.worker import Limits, Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake_aws.deployment import Deployment
    from playlake_transformer.adapters.clients import Clients
    from playlake_transformer.committer import Committer
    from playlake_transformer.notifying import Told
    from playlake_transformer.ports import Clock, Transforms
    from playlake_transformer.settings import Settings
    from playlake_transformer.status import Status

# Runs are told so many quiet times after the first commit, even if commits go on.
QUIET_TIMES_AT_LATEST = 15
BEATS_PER_VISIBILITY_TIMEOUT = 3
LIVENESS_MARGIN = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Triggers:
    """What is started by commits, or by what a pass of the reconciler finds."""

    crawler: CrawlerTrigger
    notices: NoticeTrigger


def build_crawler(
    settings: Settings, clients: Clients, status: Status, clock: Clock
) -> CrawlerTrigger:
    """Build what starts the crawler."""
    debounce = Debounce(
        quiet=timedelta(seconds=settings.crawler_quiet_seconds),
        at_latest=timedelta(seconds=settings.crawler_at_latest_seconds),
    )
    crawler = GlueCrawler(clients.glue, settings.crawler_name)
    rule = CrawlRule(settings.crawl, apart=timedelta(days=1) / settings.crawler_daily_limit)
    return CrawlerTrigger(crawler, debounce, status, clock, rule)


def build_notices(settings: Settings, deployment: Deployment, clock: Clock) -> NoticeTrigger:
    """Build what tells runs."""
    quiet = timedelta(seconds=settings.notices_quiet_seconds)
    debounce = Debounce(quiet, at_latest=quiet * QUIET_TIMES_AT_LATEST)
    topic = settings.notices_topic
    if topic is None:
        return NoticeTrigger(None, debounce, clock)

    @cache
    def tells() -> Callable[[], Told]:
        from playlake_transformer.notices import tells_of  # noqa: PLC0415 - see there

        return tells_of(settings, deployment, topic, clock)

    def tell() -> Told:
        return tells()()

    return NoticeTrigger(partial(in_daemon_thread, tell), debounce, clock)


def build_reconciler(
    settings: Settings, clients: Clients, triggers: Triggers, status: Status, clock: Clock
) -> Reconciler:
    """Build what finds raw objects without an event."""
    rule = ReconcileRule(
        every=timedelta(seconds=settings.reconcile_seconds),
        days=settings.reconcile_days,
        grace=timedelta(seconds=settings.reconcile_grace_seconds),
    )
    return Reconciler(
        listings=S3Listings(clients.s3, settings.raw_bucket, settings.curated_bucket),
        announcements=SqsAnnouncements(clients.sqs, settings.queue_url),
        note_commit=triggers.crawler.note_commit,
        note_pass=triggers.notices.note,
        status=status,
        clock=clock,
        rule=rule,
        raw_bucket=settings.raw_bucket,
    )


def build_worker(
    settings: Settings,
    clients: Clients,
    transforms: Transforms,
    triggers: Triggers,
    status: Status,
    clock: Clock,
) -> Worker:
    """Build what consumes the queue."""
    queue = SqsQueue(
        clients.sqs,
        settings.queue_url,
        settings.dead_letter_queue_url,
        settings.poll_wait,
        settings.visibility_timeout,
    )
    limits = Limits(
        messages_in_flight=settings.max_messages_in_flight,
        heartbeat_every=settings.visibility_timeout / BEATS_PER_VISIBILITY_TIMEOUT,
        deadline=settings.message_deadline,
    )
    rejects = S3Rejects(clients.s3, settings.curated_bucket)
    processor = Processor(
        queue=queue,
        committer=_committer(settings, clients, transforms, clock),
        crawler=triggers.crawler,
        status=status,
        failures=S3Failures(clients.s3, settings.curated_bucket),
        rejecting=Rejecting(queue, rejects, status, clock),
        raw_bucket=settings.raw_bucket,
        places=asyncio.Semaphore(settings.max_messages_in_flight),
        note_done=triggers.notices.note,
        overwrites=_overwrites(settings, clients),
    )
    return Worker(queue, processor, status, clock, limits, Breaker(clock))


def _overwrites(settings: Settings, clients: Clients) -> SqsOverwrites | None:
    url = settings.overwrites_queue_url
    return None if url is None else SqsOverwrites(clients.sqs, url)


def _committer(
    settings: Settings, clients: Clients, transforms: Transforms, clock: Clock
) -> Committer:
    buckets = Buckets(settings.raw_bucket, settings.curated_bucket, settings.glue_database)
    bounds = Bounds(raw_budget(settings.max_raw_bytes), settings.message_deadline / 2)
    return s3_committer(clients, buckets, transforms, clock, bounds)


def patience(settings: Settings) -> Patience:
    """How long something may take before its check fails.

    A check fails before a process is killed at its deadline, so that somebody sees why.
    """
    return Patience(
        poll=settings.poll_wait * 2 + LIVENESS_MARGIN, work=settings.transform_deadline / 2
    )
