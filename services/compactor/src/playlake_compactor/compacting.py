"""One compaction: opens the lake, compacts it, logs each step, and prints the metrics.

However the compaction ends, its metrics are printed, and what it brought into force stays.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from playlake_aws.s3_store import S3Store
from playlake_compactor.client import aws_calls, clients
from playlake_compactor.errors import CannotCompactError, LakeUnavailableError
from playlake_contracts.embedded_metrics import print_metrics
from playlake_contracts.metrics import Metric
from playlake_contracts.table_names import TABLE_NAMES
from playlake_contracts.version import VERSION
from playlake_lake.compaction.compact import Compaction
from playlake_lake.compaction.publishing import publish_history
from playlake_lake.errors import ContendedError, LakeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_glue import GlueClient

    from playlake_compactor.settings import Settings
    from playlake_lake.compaction.in_force import Month
    from playlake_lake.compaction.months import MonthPlan

log = structlog.get_logger()


@dataclass
class Done:
    """What a compaction has done so far.

    Attributes:
        months: the number of months that it brought into force.
        rows: the rows in their files.
    """

    months: int = 0
    rows: int = 0

    def add(self, plan: MonthPlan, month: Month | None) -> None:
        """Count and log what became of a month."""
        about = {"month": plan.month, "why": plan.why, "parts": len(plan.marks)}
        if month is None:
            log.info("month_left" if plan.marks else "month_taken_out", **about)
            return
        files = [file for file in month.tables.values() if file is not None]
        rows = sum(file.rows for file in files)
        log.info("month_compacted", **about, rows=rows, bytes=sum(file.size for file in files))
        self.months += 1
        self.rows += rows


def compact_once(settings: Settings, between: Callable[[], None]) -> None:
    """Compact the lake of the settings.

    Args:
        settings: the settings.
        between: is called between two steps, and may raise to end the compaction.

    Raises:
        StopError: the lake cannot be compacted, or S3 fails.
    """
    log.info("compaction_started", version=VERSION)
    done, begun = Done(), time.monotonic()
    try:
        with aws_calls():
            history = _compact(settings, done, between)
    finally:
        seconds = round(time.monotonic() - begun, 3)
        values: dict[Metric, float] = {
            Metric.MONTHS_COMPACTED: done.months,
            Metric.ROWS_COMPACTED: done.rows,
            Metric.COMPACTION_SECONDS: seconds,
        }
        print_metrics(settings.metrics_namespace, values, datetime.now(UTC), sys.stdout)
    log.info(
        "compaction_finished",
        months=done.months,
        rows=done.rows,
        history=list(history),
        duration_seconds=seconds,
    )


def _compact(settings: Settings, done: Done, between: Callable[[], None]) -> list[str]:
    s3, glue = clients(settings.bucket_owner)
    store = S3Store(s3, settings.raw_bucket, settings.curated_bucket)
    compaction = Compaction(
        store,
        TABLE_NAMES,
        datetime.now(UTC),
        settings.margin,
        between=between,
        publish=lambda: _publish(store, glue, settings),
    )
    try:
        return list(compaction.run(done.add))
    except ContendedError as error:
        raise LakeUnavailableError(str(error)) from error
    except LakeError as error:
        raise CannotCompactError(str(error)) from error


def _publish(store: S3Store, glue: GlueClient, settings: Settings) -> None:
    """Bring the views of the history to what is in force."""
    changed = publish_history(store, glue, settings.glue_database, settings.compacted_database)
    if changed:
        log.info("views_published", views=changed)
