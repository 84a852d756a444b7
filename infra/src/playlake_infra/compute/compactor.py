"""The compactor: its task definition and permissions, and the schedule that starts it.

Without the setting `compaction` none of it exists. A compaction that is killed or missed loses
nothing: the next one goes on. Two at once do no harm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from constructs import Construct

from playlake_contracts.keys import (
    COMPACTED_PREFIX,
    CURATED_PREFIX,
    RAW_PREFIX,
    REJECTED_PREFIX,
)
from playlake_contracts.table_names import HISTORY_TABLE_NAMES
from playlake_infra.compute.lake_environment import lake_environment
from playlake_infra.compute.permissions import allow
from playlake_infra.compute.starting import TaskSchedules, beside_transformers
from playlake_infra.compute.task import Container, Task
from playlake_infra.data.catalog import glue_arn

if TYPE_CHECKING:
    from aws_cdk import aws_iam as iam

    from playlake_infra.compute.runtime import Runtime
    from playlake_infra.compute.starting import Starts
    from playlake_infra.data.resources import Data
    from playlake_infra.data.storage import Storage
    from playlake_infra.settings import Settings

SERVICE: Final = "compactor"

# A month of 10,000 playlists that are read every hour is about 15 GB, and is there three times.
_DISK_GIB: Final = 60


class Compactor(Construct):
    """The compactor and its schedule.

    Attributes:
        task: its task definition with roles and log.
    """

    def __init__(
        self, scope: Construct, name: str, settings: Settings, data: Data, starts: Starts
    ) -> None:
        super().__init__(scope, name)
        container = _container(settings, data, starts.runtime)
        self.task = Task(self, "Task", settings, container)
        allow_compaction(self.task.role, data)
        schedules = TaskSchedules(
            self, starts, self.task, beside_transformers(starts.runtime.network)
        )
        schedules.add(
            "Schedule",
            "compact",
            description="Compacts the days that are over",
            expression=settings.compaction,
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
            compacted_database=data.catalog.compacted,
        ),
        # The files of a month are downloaded, sorted and made there.
        needs_tmp=True,
        disk_gib=_DISK_GIB,
    )


def allow_compaction(role: iam.Role, data: Data) -> None:
    """Allow reading the tables, and replacing what is compacted; raw objects are only listed."""
    _allow_objects(role, data.storage)
    database = data.catalog.database
    views = [glue_arn(f"table/{database}/{view}") for view in HISTORY_TABLE_NAMES]
    allow(
        role,
        ["glue:GetTable", "glue:UpdateTable"],
        [glue_arn("catalog"), glue_arn(f"database/{database}"), *views],
    )


def _allow_objects(role: iam.Role, storage: Storage) -> None:
    raw, curated = storage.raw, storage.curated
    named_at_run_time = "objects are named at run time, under fixed prefixes"
    allow(
        role,
        ["s3:ListBucket"],
        [raw.bucket_arn],
        conditions={"StringLike": {"s3:prefix": [f"{RAW_PREFIX}*"]}},
    )
    listed = (CURATED_PREFIX, REJECTED_PREFIX, COMPACTED_PREFIX)
    allow(
        role,
        ["s3:ListBucket"],
        [curated.bucket_arn],
        conditions={"StringLike": {"s3:prefix": [f"{prefix}*" for prefix in listed]}},
    )
    allow(
        role,
        ["s3:GetObject"],
        [curated.arn_for_objects(f"{CURATED_PREFIX}*")],
        wildcard_reason=named_at_run_time,
    )
    allow(
        role,
        ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
        [curated.arn_for_objects(f"{COMPACTED_PREFIX}*")],
        wildcard_reason=named_at_run_time,
    )
    storage.allow_key(role, "kms:Decrypt", "kms:GenerateDataKey")
