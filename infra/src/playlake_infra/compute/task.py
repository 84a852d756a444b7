"""A hardened Fargate task: ARM64, not root, read-only file system, no capabilities.

The execution role may only pull the image and write the log. The task role has the permissions
that `allow` adds, and only tasks of this account can assume it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import Duration
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct

from playlake_infra.checks.nag_suppressions import suppress
from playlake_infra.compute.permissions import allow
from playlake_infra.watch.logs import log_group

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playlake_infra.compute.fargate import Fargate
    from playlake_infra.compute.images import Image
    from playlake_infra.settings import Settings

# The longest time that Fargate allows between SIGTERM and SIGKILL.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
STOP_TIMEOUT = Duration.seconds(120)
_USER = "10001:10001"
_TMP = "tmp"


@dataclass(frozen=True, slots=True)
class Container:
    """The container of a task.

    Attributes:
        service: what it does, such as `extractor`, which is also the container's name.
        image: its image.
        size: the task's size.
        environment: its environment variables.
        health_check: how ECS checks it.
        needs_tmp: whether it writes temporary files.
        disk_gib: the size of its disk; None for the 20 GiB that every task has.
        secrets: the environment variables that ECS fills from secrets when it starts the task.
        command: what its image is told to do; None for what it does by itself.
    """

    service: str
    image: Image
    size: Fargate
    environment: Mapping[str, str]
    health_check: ecs.HealthCheck | None = None
    needs_tmp: bool = False
    disk_gib: int | None = None
    secrets: Mapping[str, ecs.Secret] = field(default_factory=dict)
    command: Sequence[str] | None = None


class Task(Construct):
    """A task definition with its roles and its log.

    Attributes:
        definition: the task definition.
        container: its one container.
        log: the log group of the container.
        role: the role with which the service calls AWS.
        execution_role: the role with which ECS starts the task.
    """

    def __init__(
        self, scope: Construct, name: str, settings: Settings, container: Container
    ) -> None:
        super().__init__(scope, name)
        self._settings = settings
        self.family = f"{settings.name}-{container.service}"
        self.role = iam.Role(self, "Role", assumed_by=_tasks_of_this_account())
        self.execution_role = self._execution_role()
        self.log = log_group(self, "Log", settings, container.service)
        self.definition = self._definition(container.size, container.disk_gib)
        container.image.repository.grant_pull(self.execution_role)
        self.container = self._add(container)
        if container.needs_tmp:
            self._add_tmp()

    def allow(
        self,
        actions: list[str],
        resources: list[str],
        *,
        conditions: Mapping[str, Mapping[str, str | list[str]]] | None = None,
        wildcard_reason: str | None = None,
    ) -> None:
        """Allow the service to call AWS.

        Args:
            actions: the IAM actions.
            resources: the ARNs of the resources.
            conditions: the IAM conditions, if any.
            wildcard_reason: why an ARN has a wildcard, if one has.
        """
        allow(self.role, actions, resources, conditions=conditions, wildcard_reason=wildcard_reason)

    def _execution_role(self) -> iam.Role:
        # There is no condition on the account: ECS documents it for task roles only.
        role = iam.Role(
            self,
            "ExecutionRole",
            assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"),
        )
        suppress(
            role,
            "IAM5[Resource::*]",
            "ecr:GetAuthorizationToken takes no resource; pulling is limited to one repository",
        )
        return role

    def _definition(self, size: Fargate, disk_gib: int | None) -> ecs.FargateTaskDefinition:
        return ecs.FargateTaskDefinition(
            self,
            "Definition",
            family=self.family,
            cpu=size.cpu,
            memory_limit_mib=size.memory_mib,
            ephemeral_storage_gib=disk_gib,
            task_role=self.role,
            execution_role=self.execution_role,
            runtime_platform=ecs.RuntimePlatform(
                cpu_architecture=ecs.CpuArchitecture.ARM64,
                operating_system_family=ecs.OperatingSystemFamily.LINUX,
            ),
        )

    def _add(self, container: Container) -> ecs.ContainerDefinition:
        linux = ecs.LinuxParameters(self, "Linux", init_process_enabled=True)
        linux.drop_capabilities(ecs.Capability.ALL)
        suppress(
            self.definition, "ECS2", "the variables hold the ARN of the secret, never its content"
        )
        return self.definition.add_container(
            container.service,
            container_name=container.service,
            image=ecs.ContainerImage.from_registry(container.image.reference),
            command=container.command,
            # botocore reads AWS_DEFAULT_REGION, not AWS_REGION, and ECS guarantees neither.
            environment={**container.environment, "AWS_DEFAULT_REGION": cdk.Aws.REGION},
            secrets=dict(container.secrets) or None,
            health_check=container.health_check,
            linux_parameters=linux,
            logging=ecs.LogDrivers.aws_logs(stream_prefix=container.service, log_group=self.log),
            readonly_root_filesystem=True,
            stop_timeout=STOP_TIMEOUT,
            user=_USER,
        )

    def _add_tmp(self) -> None:
        """Add the only writable folder; it is deleted with the task."""
        self.definition.add_volume(name=_TMP)
        self.container.add_mount_points(
            ecs.MountPoint(source_volume=_TMP, container_path=f"/{_TMP}", read_only=False)
        )


def _tasks_of_this_account() -> iam.PrincipalBase:
    account = cdk.Aws.ACCOUNT_ID
    tasks = f"arn:{cdk.Aws.PARTITION}:ecs:{cdk.Aws.REGION}:{account}:*"
    return iam.ServicePrincipal(
        "ecs-tasks.amazonaws.com",
        conditions={
            "ArnLike": {"aws:SourceArn": tasks},
            "StringEquals": {"aws:SourceAccount": account},
        },
    )
