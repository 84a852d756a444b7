"""One look for what has expired: opens the lake, removes it, and logs each day.

What was removed stays removed, however the look ends; the next one goes on.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog
from msgspec.structs import replace

from playlake_aws.partitions import GluePartitions
from playlake_aws.s3_store import S3Store
from playlake_compactor.client import aws_calls, clients
from playlake_contracts.version import VERSION
from playlake_lake.errors import DamagedLakeError
from playlake_lake.retention.expire import Retention
from playlake_lake.retention.record import Record, change_record, write_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake_compactor.settings import RetentionSettings
    from playlake_lake.retention.expire import Expired
    from playlake_lake.retention.expired import ExpiredDay

log = structlog.get_logger()


def retain_once(settings: RetentionSettings, between: Callable[[], None]) -> None:
    """Remove what has expired in the lake of the settings.

    Args:
        settings: the settings.
        between: is called before each day, and may raise to end the work.

    Raises:
        StopError: AWS fails, or refuses.
    """
    log.info("retention_started", version=VERSION, keep_days=settings.keep_days)
    begun = time.monotonic()
    with aws_calls():
        found = _retain(settings, between)
    log.info(
        "retention_finished",
        marks=found.hidden,
        objects=found.removed,
        partitions=found.partitions,
        duration_seconds=round(time.monotonic() - begun, 3),
    )


def _retain(settings: RetentionSettings, between: Callable[[], None]) -> Expired:
    s3, glue = clients(settings.bucket_owner)
    store = S3Store(s3, settings.raw_bucket, settings.curated_bucket)
    partitions = GluePartitions(glue, settings.glue_database)
    now = datetime.now(UTC)
    _note(store, settings, now)
    return Retention(store, settings.kept, now, partitions, between).run(_log_day)


def _note(store: S3Store, settings: RetentionSettings, now: datetime) -> None:
    """Note what is kept, where commands on other machines read it; nobody else writes it."""
    told = Record(str(settings.kept), now)
    try:
        change_record(store, lambda record: replace(told, cleaned=record.cleaned))
    except DamagedLakeError:
        write_record(store, told)


def _log_day(day: ExpiredDay) -> None:
    log.info(
        "day_expired",
        source=day.source,
        day=day.day,
        raw=len(day.raw),
        marks=len(day.marks),
        files=len(day.hidden),
        records=len(day.records),
    )
