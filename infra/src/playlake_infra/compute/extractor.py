"""The extractor: its task definition and permissions; the schedule starts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from constructs import Construct

from playlake_contracts.keys import CONFIG_PREFIX, COVERS_PREFIX, RAW_PREFIX, STATE_PREFIX
from playlake_contracts.settings import environment_variables
from playlake_infra.compute.landing import allow_landing
from playlake_infra.compute.pseudonym_key import pseudonym_key
from playlake_infra.compute.task import Container, Task
from playlake_infra.runs import EXTRACTOR

if TYPE_CHECKING:
    from playlake_infra.compute.runtime import Runtime
    from playlake_infra.data.resources import Data
    from playlake_infra.settings import Settings

_WRITTEN = (RAW_PREFIX, STATE_PREFIX, COVERS_PREFIX)


class Extractor(Construct):
    """The extractor.

    Attributes:
        task: its task definition with roles and log.
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
        _allow(self.task, data)

    def _container(self, data: Data, runtime: Runtime) -> Container:
        return Container(
            service=EXTRACTOR,
            image=runtime.images.extractor,
            size=self._settings.extractor,
            environment=environment_variables(
                raw_bucket=data.storage.raw.bucket_name,
                bucket_owner=cdk.Aws.ACCOUNT_ID,
                playlists=_playlists(self).value_as_string,
                # The task updates the secret when Spotify replaces the refresh token.
                spotify_credentials=data.secret.secret_arn,
                requests_per_second=self._settings.requests_per_second,
                refresh_after_days=self._settings.refresh_after_days,
                enrich=self._settings.enrich,
                covers=self._settings.covers,
                liked_songs=self._settings.liked_songs,
                least_read_percent=self._settings.least_read_percent,
                metrics_namespace=self._settings.name,
                log_level=self._settings.log_level,
            ),
            # A part that exceeds its share of memory continues in a temporary file.
            needs_tmp=True,
            secrets=pseudonym_key(self, self._settings),
        )


def _allow(task: Task, data: Data) -> None:
    """Allow landing objects, keeping state and renewing the token; nothing may be deleted."""
    allow_landing(
        task,
        data.storage.raw,
        _WRITTEN,
        reason="objects are named at run time, under the three prefixes",
    )
    task.allow(
        ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"],
        [data.secret.secret_arn],
    )
    data.storage.allow_key(task.role, "kms:Decrypt", "kms:GenerateDataKey")


def _playlists(scope: Construct) -> cdk.CfnParameter:
    return cdk.CfnParameter(
        cdk.Stack.of(scope),
        "Playlists",
        default="mine",
        allowed_pattern=r".*\S.*",
        constraint_description="mine, playlists, or the s3:// address of a file of them",
        description="Playlists to snapshot: mine; ids, URIs or links, separated by commas; or "
        f"s3://RAW_BUCKET/{CONFIG_PREFIX}playlists.yaml",
    )
