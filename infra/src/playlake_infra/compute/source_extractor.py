"""The extractor of a further source: the same image, with a task, a role and schedules of its own.

So a source's task reads no other secret, and writes under its own prefixes alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from playlake_contracts.environment import PREFIX
from playlake_contracts.keys import source_prefix, state_prefix
from playlake_contracts.settings import environment_variables
from playlake_infra.compute.landing import allow_landing
from playlake_infra.compute.schedule import RunSchedules
from playlake_infra.compute.task import Container, Task
from playlake_infra.data.source_secrets import source_secret
from playlake_infra.runs import Runs

if TYPE_CHECKING:
    from aws_cdk import aws_secretsmanager as secretsmanager

    from playlake_infra.compute.runtime import Runtime
    from playlake_infra.compute.starting import Starts
    from playlake_infra.data.resources import Data
    from playlake_infra.data.storage import Storage
    from playlake_infra.settings import Settings
    from playlake_infra.sources import FurtherSource


class SourceExtractor(Construct):
    """The extractor of a source, and its schedules.

    Attributes:
        task: its task definition with roles and log.
        secret: its secret; None if it needs none.
    """

    def __init__(
        self,
        scope: Construct,
        settings: Settings,
        source: FurtherSource,
        data: Data,
        starts: Starts,
    ) -> None:
        super().__init__(scope, f"Source{source.title}")
        self._settings, self._source = settings, source
        self.secret = source_secret(self, settings, source)
        container = self._container(data, starts.runtime)
        self.task = Task(self, "Task", settings, container)
        _allow(self.task, data.storage, source.name)
        RunSchedules(self, starts, self.task, Runs.of_source(settings, source))

    def _container(self, data: Data, runtime: Runtime) -> Container:
        settings, source = self._settings, self._source
        runs = Runs.of_source(settings, source)
        return Container(
            service=runs.service,
            image=runtime.images.extractor,
            size=settings.extractor,
            environment=environment_variables(
                raw_bucket=data.storage.raw.bucket_name,
                bucket_owner=cdk.Aws.ACCOUNT_ID,
                source=source.name,
                playlists=source.playlists,
                refresh_after_days=settings.refresh_after_days,
                least_read_percent=settings.least_read_percent,
                metrics_namespace=runs.namespace,
                log_level=settings.log_level,
                **source.options,
            ),
            needs_tmp=True,
            secrets=_filled(source, self.secret),
        )


def _filled(source: FurtherSource, secret: secretsmanager.ISecret | None) -> dict[str, ecs.Secret]:
    """The variable that ECS fills from the secret when it starts a task."""
    if source.secret is None or secret is None:
        return {}
    return {f"{PREFIX}{source.secret}".upper(): ecs.Secret.from_secrets_manager(secret)}


def _allow(task: Task, storage: Storage, source: str) -> None:
    """Allow landing objects and keeping state of the one source; nothing may be deleted."""
    allow_landing(
        task,
        storage.raw,
        (source_prefix(source), state_prefix(source)),
        reason="objects are named at run time, under the prefixes of the source",
    )
    storage.allow_key(task.role, "kms:Decrypt", "kms:GenerateDataKey")
