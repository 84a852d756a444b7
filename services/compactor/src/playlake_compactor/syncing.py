"""One sync of Iceberg tables: opens the lake, syncs each table, logs it, and prints the metrics.

However the sync ends, its metrics are printed, and the tables that it has brought up to date stay.
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
from playlake_compactor.errors import CannotSyncError, LakeUnavailableError
from playlake_contracts.embedded_metrics import print_metrics
from playlake_contracts.metrics import Metric
from playlake_contracts.table_names import TABLE_NAMES
from playlake_contracts.version import VERSION
from playlake_iceberg.errors import BusyTableError, first_line
from playlake_iceberg.glue_catalog import in_glue
from playlake_iceberg.row_counts import RowCounts
from playlake_iceberg.sync import sync
from playlake_lake.errors import ContendedError, LakeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake_compactor.settings import IcebergSettings
    from playlake_iceberg.sync import Synced

log = structlog.get_logger()


@dataclass
class Done:
    """What a sync has done so far.

    Attributes:
        added: the number of files that came into tables.
        removed: the number of files that left them.
        swept: the number of files of old metadata that were removed.
    """

    added: int = 0
    removed: int = 0
    swept: int = 0

    def add(self, table: Synced) -> None:
        """Count and log what was done to a table, if anything was."""
        self.added += table.added
        self.removed += table.removed
        self.swept += table.swept
        if table.snapshots:
            log.info(
                "iceberg_table_synced",
                table=table.table,
                snapshots=table.snapshots,
                added=table.added,
                removed=table.removed,
                swept=table.swept,
                rows=table.rows,
                newest_run=table.run_id,
            )


def sync_once(settings: IcebergSettings, between: Callable[[], None]) -> None:
    """Bring the Iceberg tables of the lake of the settings up to date.

    Args:
        settings: the settings.
        between: is called after each table, and may raise to end the sync.

    Raises:
        StopError: a table or the lake cannot be read, or AWS fails.
    """
    log.info("iceberg_sync_started", version=VERSION)
    done, begun = Done(), time.monotonic()
    try:
        with aws_calls():
            _sync(settings, done, between)
    finally:
        seconds = round(time.monotonic() - begun, 3)
        values: dict[Metric, float] = {
            Metric.FILES_ADOPTED: done.added,
            Metric.ICEBERG_SYNC_SECONDS: seconds,
        }
        print_metrics(settings.metrics_namespace, values, datetime.now(UTC), sys.stdout)
    log.info(
        "iceberg_sync_finished",
        added=done.added,
        removed=done.removed,
        swept=done.swept,
        duration_seconds=seconds,
    )


def _sync(settings: IcebergSettings, done: Done, between: Callable[[], None]) -> None:
    s3, glue = clients(settings.bucket_owner)
    store = S3Store(s3, settings.raw_bucket, settings.curated_bucket)

    def noted(table: Synced) -> None:
        done.add(table)
        between()

    try:
        place = in_glue(store, glue, settings.iceberg_database)
        sync(place, TABLE_NAMES, RowCounts(store), settings.keep_runs, noted)
    except (BusyTableError, ContendedError) as error:
        raise LakeUnavailableError(str(error)) from error
    except LakeError as error:
        raise CannotSyncError(str(error)) from error
    except OSError as error:
        raise LakeUnavailableError(
            f"S3 did not give or take the metadata of an Iceberg table ({first_line(error)}): if "
            "it stays, check the permissions of the role; the next sync goes on"
        ) from error
