"""The sync of Iceberg tables: its task definition and permissions, and the schedule that starts it.

It runs the compactor's image with another command, and has a role of its own. Without the setting
`iceberg` none of it exists. A sync that is killed or missed loses nothing: the next one goes on.
Two at once do no harm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from constructs import Construct

from playlake_contracts.keys import CURATED_PREFIX, ICEBERG_PREFIX
from playlake_infra.compute.lake_environment import lake_environment
from playlake_infra.compute.starting import TaskSchedules, beside_transformers
from playlake_infra.compute.task import Container, Task
from playlake_infra.data.catalog import glue_database_arns

if TYPE_CHECKING:
    from playlake_infra.compute.runtime import Runtime
    from playlake_infra.compute.starting import Starts
    from playlake_infra.data.resources import Data
    from playlake_infra.data.storage import Storage
    from playlake_infra.settings import Settings

SERVICE: Final = "iceberg"


class IcebergSync(Construct):
    """The sync and its schedule.

    Attributes:
        task: its task definition with roles and log.
    """

    def __init__(
        self, scope: Construct, name: str, settings: Settings, data: Data, starts: Starts
    ) -> None:
        super().__init__(scope, name)
        self.task = Task(self, "Task", settings, _container(settings, data, starts.runtime))
        _allow(self.task, settings, data.storage)
        placement = beside_transformers(starts.runtime.network)
        TaskSchedules(self, starts, self.task, placement).add(
            "Schedule",
            SERVICE,
            description="Brings the Iceberg tables to what is committed",
            expression=settings.iceberg,
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
            iceberg_database=settings.names.iceberg_database,
        ),
        # The commit marks are downloaded there.
        needs_tmp=True,
        command=["iceberg"],
    )


def _allow(task: Task, settings: Settings, storage: Storage) -> None:
    """Allow reading committed files, and writing the metadata of the one database's tables."""
    curated = storage.curated
    named_at_run_time = "objects are named at run time, under fixed prefixes"
    # S3 answers 403 for metadata that is not there yet, so the sync asks a list.
    listed = (CURATED_PREFIX, ICEBERG_PREFIX)
    task.allow(
        ["s3:ListBucket"],
        [curated.bucket_arn],
        conditions={"StringLike": {"s3:prefix": [f"{prefix}*" for prefix in listed]}},
    )
    task.allow(
        ["s3:GetObject"],
        [curated.arn_for_objects(f"{CURATED_PREFIX}*")],
        wildcard_reason=named_at_run_time,
    )
    task.allow(
        ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
        [curated.arn_for_objects(f"{ICEBERG_PREFIX}*")],
        wildcard_reason=named_at_run_time,
    )
    # The sync makes the database. A template could not adopt one that somebody has made by hand.
    task.allow(
        ["glue:CreateDatabase", "glue:CreateTable", "glue:GetDatabase", "glue:GetTable",
         "glue:UpdateTable"],
        glue_database_arns(settings.names.iceberg_database),
        wildcard_reason="the tables of the one database",
    )  # fmt: skip
    storage.allow_key(task.role, "kms:Decrypt", "kms:GenerateDataKey")
