"""The extractor: its task and what it may do; the schedule runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from playlake_contracts.keys import RAW_PREFIX
from playlake_infra.spotify import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN
from playlake_infra.task import Container, Task

if TYPE_CHECKING:
    from playlake_infra.data import Data
    from playlake_infra.runtime import Runtime
    from playlake_infra.settings import Settings
    from playlake_infra.storage import Storage

SERVICE = "extractor"


class Extractor(Construct):
    """The task that a schedule runs.

    Attributes:
        task: its task.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        settings: Settings,
        data: Data,
        runtime: Runtime,
    ) -> None:
        super().__init__(scope, name)
        self._settings = settings
        self.task = Task(self, "Task", settings, self._container(data, runtime))
        _allow(self.task, data.storage)

    def _container(self, data: Data, runtime: Runtime) -> Container:
        return Container(
            service=SERVICE,
            image=runtime.images.extractor,
            size=self._settings.extractor,
            environment={
                "PLAYLAKE_RAW_BUCKET": data.storage.raw.bucket_name,
                "PLAYLAKE_PLAYLISTS": _playlists(self).value_as_string,
            },
            secrets={
                f"PLAYLAKE_SPOTIFY_{key.upper()}": ecs.Secret.from_secrets_manager(data.secret, key)
                for key in (CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN)
            },
            # A part that outgrows its share of memory goes on in a temporary file.
            needs_tmp=True,
        )


def _allow(task: Task, storage: Storage) -> None:
    """Landing: put objects, compare with what an earlier attempt put, list what it landed."""
    task.allow(
        ["s3:GetObject", "s3:PutObject"],
        [storage.raw.arn_for_objects(f"{RAW_PREFIX}*")],
        wildcard="raw objects are named at run time, under the one prefix",
    )
    task.allow(
        ["s3:ListBucket"],
        [storage.raw.bucket_arn],
        where={"StringLike": {"s3:prefix": f"{RAW_PREFIX}*"}},
    )
    storage.allow_key(task.role, "kms:Decrypt", "kms:GenerateDataKey")


def _playlists(scope: Construct) -> cdk.CfnParameter:
    return cdk.CfnParameter(
        cdk.Stack.of(scope),
        "Playlists",
        allowed_pattern=r".*\S.*",
        constraint_description="at least one playlist",
        description="Playlists to snapshot: ids, URIs or links, separated by commas",
    )
