"""A hardened Fargate task: ARM64, not root, read-only, no capability, logs that end.

Its execution role may pull its image, write its log, nothing else; its task
role may do what the service is given, and only tasks of this account can take it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import Duration
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct

from playlake_infra.checks.nag_suppressions import acknowledge, acknowledge_wildcard
from playlake_infra.watch.logs import log_group

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake_infra.compute.fargate import Fargate
    from playlake_infra.compute.images import Image
    from playlake_infra.settings import Settings

# The most that Fargate gives between SIGTERM and SIGKILL.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
STOP_TIMEOUT = Duration.seconds(120)
_USER = "10001:10001"
_TMP = "tmp"


@dataclass(frozen=True, slots=True)
class Container:
    """What runs in a task.

    Attributes:
        service: extractor or transformer: the container's name.
        image: its image.
        size: the task's size.
        environment: its settings.
        health_check: how ECS asks whether it lives.
        needs_tmp: whether it writes temporary files.
    """

    service: str
    image: Image
    size: Fargate
    environment: Mapping[str, str]
    health_check: ecs.HealthCheck | None = None
    needs_tmp: bool = False


class Task(Construct):
    """A task definition with its roles and its log.

    Attributes:
        definition: the task definition.
        container: its one container.
        log: where the container's lines go.
        role: who the service is when it calls AWS.
        execution_role: who ECS is when it starts the task.
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
        self.definition = self._definition(container.size)
        self.container = self._add(container)
        if container.needs_tmp:
            self._add_tmp()

    def allow(
        self,
        actions: list[str],
        resources: list[str],
        *,
        where: Mapping[str, Mapping[str, str | list[str]]] | None = None,
        wildcard: str | None = None,
    ) -> None:
        """Let the service do something.

        Args:
            actions: what.
            resources: on what: ARNs.
            where: under which conditions.
            wildcard: why a resource is named by a wildcard, where one is.
        """
        statement = iam.PolicyStatement(
            actions=actions, resources=resources, conditions=where or {}
        )
        self.role.add_to_principal_policy(statement)
        if wildcard is not None:
            for resource in filter(_has_wildcard, resources):
                acknowledge_wildcard(self.role, resource, wildcard)

    def _execution_role(self) -> iam.Role:
        # Without a condition on the account: ECS documents one for task roles only.
        role = iam.Role(
            self,
            "ExecutionRole",
            assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"),
        )
        acknowledge(
            role,
            "IAM5[Resource::*]",
            "ecr:GetAuthorizationToken takes no resource; pulling is limited to the one registry",
        )
        return role

    def _definition(self, size: Fargate) -> ecs.FargateTaskDefinition:
        return ecs.FargateTaskDefinition(
            self,
            "Definition",
            family=self.family,
            cpu=size.cpu,
            memory_limit_mib=size.memory_mib,
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
        acknowledge(self.definition, "ECS2", "no secret is among them, only where the one is")
        return self.definition.add_container(
            container.service,
            container_name=container.service,
            image=ecs.ContainerImage.from_ecr_repository(
                container.image.repository, container.image.tag
            ),
            # botocore reads no AWS_REGION, and of the two ECS promises none.
            environment={**container.environment, "AWS_DEFAULT_REGION": cdk.Aws.REGION},
            health_check=container.health_check,
            linux_parameters=linux,
            logging=ecs.LogDrivers.aws_logs(stream_prefix=container.service, log_group=self.log),
            readonly_root_filesystem=True,
            stop_timeout=STOP_TIMEOUT,
            user=_USER,
        )

    def _add_tmp(self) -> None:
        """The one writable folder. It ends with the task."""
        self.definition.add_volume(name=_TMP)
        self.container.add_mount_points(
            ecs.MountPoint(source_volume=_TMP, container_path=f"/{_TMP}", read_only=False)
        )


def _has_wildcard(resource: str) -> bool:
    return "*" in resource


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
