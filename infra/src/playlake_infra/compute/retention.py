"""Retention: its task definition and permissions, and the schedule that starts it.

It runs the compactor's image with another command, and has a role of its own: the only one that
removes raw objects and files of tables, for good. A look that is killed or missed loses nothing:
the next one goes on. Two at once do no harm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from constructs import Construct

from playlake_contracts.keys import (
    CURATED_PREFIX,
    FAILURES_PREFIX,
    QUARANTINE_PREFIX,
    RAW_PREFIX,
    REJECTED_PREFIX,
    RETENTION_KEY,
)
from playlake_infra.compute.lake_environment import lake_environment
from playlake_infra.compute.starting import TaskSchedules, beside_transformers
from playlake_infra.compute.task import Container, Task

if TYPE_CHECKING:
    from aws_cdk import aws_s3 as s3

    from playlake_infra.compute.runtime import Runtime
    from playlake_infra.compute.starting import Starts
    from playlake_infra.data.resources import Data
    from playlake_infra.settings import Settings

SERVICE: Final = "retention"

_OF_CURATED: Final = (CURATED_PREFIX, QUARANTINE_PREFIX, REJECTED_PREFIX, FAILURES_PREFIX)


class Retention(Construct):
    """Retention and its schedule.

    Attributes:
        task: its task definition with roles and log.
    """

    def __init__(
        self, scope: Construct, name: str, settings: Settings, data: Data, starts: Starts
    ) -> None:
        super().__init__(scope, name)
        self.task = Task(self, "Task", settings, _container(settings, data, starts.runtime))
        _allow(self.task, data)
        placement = beside_transformers(starts.runtime.network)
        TaskSchedules(self, starts, self.task, placement).add(
            "Schedule",
            SERVICE,
            description="Removes what is older than it is kept",
            expression=settings.retention,
            # Days are those of UTC, wherever the user is.
            time_zone="UTC",
        )


def _container(settings: Settings, data: Data, runtime: Runtime) -> Container:
    return Container(
        service=SERVICE,
        image=runtime.images.compactor,
        size=settings.compactor,
        environment=lake_environment(
            settings,
            data,
            glue_database=data.catalog.database,
            keep_days=str(settings.kept_days),
        ),
        command=[SERVICE],
    )


def _allow(task: Task, data: Data) -> None:
    """Allow removing objects of tables and raw ones with their versions, and partitions."""
    raw, curated = data.storage.raw, data.storage.curated
    _allow_removal(task, raw, (RAW_PREFIX,))
    _allow_removal(task, curated, _OF_CURATED)
    task.allow(["s3:GetObject", "s3:PutObject"], [curated.arn_for_objects(RETENTION_KEY)])
    # Without it S3 answers 403 instead of 404 while there is no such object yet.
    task.allow(
        ["s3:ListBucket"],
        [curated.bucket_arn],
        conditions={"StringEquals": {"s3:prefix": RETENTION_KEY}},
    )
    task.allow(
        ["glue:DeletePartition", "glue:GetPartitions"],
        data.catalog.arns,
        wildcard_reason="the tables of the one database",
    )
    data.storage.allow_key(task.role, "kms:Decrypt", "kms:GenerateDataKey")


def _allow_removal(task: Task, bucket: s3.Bucket, prefixes: tuple[str, ...]) -> None:
    task.allow(
        ["s3:ListBucket", "s3:ListBucketVersions"],
        [bucket.bucket_arn],
        conditions={"StringLike": {"s3:prefix": [f"{prefix}*" for prefix in prefixes]}},
    )
    task.allow(
        ["s3:DeleteObject", "s3:DeleteObjectVersion"],
        [bucket.arn_for_objects(f"{prefix}*") for prefix in prefixes],
        wildcard_reason="objects are named at run time, under fixed prefixes",
    )
