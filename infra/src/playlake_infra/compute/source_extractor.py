"""The extractor of a further source or account: the same image, with a task, a role and schedules.

So its task reads no other secret, and writes under its own prefixes alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from playlake_contracts.environment import PREFIX
from playlake_contracts.settings import environment_variables
from playlake_infra.compute.landing import allow_landing
from playlake_infra.compute.pseudonym_key import pseudonym_key
from playlake_infra.compute.schedule import RunSchedules
from playlake_infra.compute.task import Container, Task
from playlake_infra.data.source_secrets import reader_secret
from playlake_infra.runs import Runs

if TYPE_CHECKING:
    from playlake_infra.compute.runtime import Runtime
    from playlake_infra.compute.starting import Starts
    from playlake_infra.data.resources import Data
    from playlake_infra.readers import Reader
    from playlake_infra.settings import Settings


class SourceExtractor(Construct):
    """The extractor of a reader, and its schedules.

    Attributes:
        task: its task definition with roles and log.
        secret: its secret; None if it needs none.
    """

    def __init__(
        self, scope: Construct, settings: Settings, reader: Reader, data: Data, starts: Starts
    ) -> None:
        super().__init__(scope, f"Source{reader.construct}")
        self._settings, self._reader = settings, reader
        self.secret = reader_secret(self, reader)
        self.task = Task(self, "Task", settings, self._container(data, starts.runtime))
        self._allow(data)
        RunSchedules(self, starts, self.task, Runs.of_reader(settings, reader))

    def _container(self, data: Data, runtime: Runtime) -> Container:
        settings, reader = self._settings, self._reader
        runs = Runs.of_reader(settings, reader)
        return Container(
            service=runs.service,
            image=runtime.images.extractor,
            size=settings.extractor,
            environment=environment_variables(
                raw_bucket=data.storage.raw.bucket_name,
                bucket_owner=cdk.Aws.ACCOUNT_ID,
                source=reader.source,
                refresh_after_days=settings.refresh_after_days,
                least_read_percent=settings.least_read_percent,
                metrics_namespace=runs.namespace,
                log_level=settings.log_level,
                **reader.settings,
                **self._own_secret,
            ),
            needs_tmp=True,
            secrets={**self._filled(), **pseudonym_key(self, settings)},
        )

    @property
    def _own_secret(self) -> dict[str, str]:
        """The setting that says where the task reads the credentials, and stores renewed ones."""
        if self.secret is None or self._reader.filled is not None:
            return {}
        return {"spotify_credentials": self.secret.secret_arn}

    def _filled(self) -> dict[str, ecs.Secret]:
        """The variable that ECS fills from the secret when it starts a task."""
        if self.secret is None or self._reader.filled is None:
            return {}
        variable = f"{PREFIX}{self._reader.filled}".upper()
        return {variable: ecs.Secret.from_secrets_manager(self.secret)}

    def _allow(self, data: Data) -> None:
        """Allow landing objects, keeping state and renewing a login; nothing may be deleted."""
        allow_landing(
            self.task,
            data.storage.raw,
            self._reader.written,
            reason="objects are named at run time, under the prefixes of the source",
        )
        if self.secret is not None and self._reader.filled is None:
            self.task.allow(
                ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"],
                [self.secret.secret_arn],
            )
        data.storage.allow_key(self.task.role, "kms:Decrypt", "kms:GenerateDataKey")
