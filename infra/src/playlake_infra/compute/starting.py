"""The schedules of a task or of a Glue job, which may start that and nothing else.

A start that still fails after an hour goes to a dead-letter queue.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler

from playlake_infra.checks.nag_suppressions import suppress_wildcard

if TYPE_CHECKING:
    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_glue as glue
    from aws_cdk import aws_sqs as sqs
    from constructs import Construct

    from playlake_infra.compute.network import Network
    from playlake_infra.compute.runtime import Runtime
    from playlake_infra.compute.task import Task
    from playlake_infra.settings import Settings

_START_ATTEMPTS: Final = 3
_START_WITHIN: Final = timedelta(hours=1)
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
_START_JOB: Final = "scheduler:::aws-sdk:glue:startJobRun"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a task runs.

    Attributes:
        subnets: its subnets.
        group: its security group.
        has_public_address: whether it gets a public address.
    """

    subnets: ec2.SubnetSelection
    group: ec2.ISecurityGroup
    has_public_address: bool


def beside_transformers(network: Network) -> Placement:
    """Where transformers run: for a task that, as they, reaches nothing but AWS."""
    return Placement(
        network.transformer_subnets,
        network.transformer_group,
        has_public_address=network.has_public_transformers,
    )


@dataclass(frozen=True, slots=True)
class When:
    """When something is started.

    Attributes:
        name: the name of the schedule after that of the deployment.
        description: what it does, in a sentence.
        expression: rate(...) or cron(...).
        time_zone: the time zone of a cron expression.
    """

    name: str
    description: str
    expression: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Starts:
    """The starts of the tasks of a deployment.

    Attributes:
        settings: the settings of the deployment.
        runtime: what the tasks need to run.
        group: the group of all schedules.
        failed: the queue of starts that failed.
    """

    settings: Settings
    runtime: Runtime
    group: scheduler.CfnScheduleGroup
    failed: sqs.Queue

    def add(
        self,
        scope: Construct,
        construct: str,
        when: When,
        role: iam.Role,
        target: scheduler.CfnSchedule.TargetProperty,
    ) -> None:
        """Add a schedule, which is off while there are no images to run."""
        schedule = scheduler.CfnSchedule(
            scope,
            construct,
            name=f"{self.settings.name}-{when.name}",
            group_name=self.group.ref,
            description=when.description,
            schedule_expression=when.expression,
            schedule_expression_timezone=when.time_zone,
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            state=self.runtime.images.if_pushed("ENABLED", "DISABLED").to_string(),
            target=target,
        )
        # The schedule may start something as soon as it exists, so the role's policy is created
        # first.
        schedule.node.add_dependency(role.node.find_child("DefaultPolicy"))

    def target(
        self,
        role: iam.Role,
        arn: str,
        given: str | None,
        ecs: scheduler.CfnSchedule.EcsParametersProperty | None = None,
    ) -> scheduler.CfnSchedule.TargetProperty:
        """What a schedule starts.

        Args:
            role: the role that starts it.
            arn: its ARN.
            given: what it is given, as JSON.
            ecs: how ECS runs it, if it is a task.
        """
        return scheduler.CfnSchedule.TargetProperty(
            arn=arn,
            role_arn=role.role_arn,
            ecs_parameters=ecs,
            input=given,
            dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(
                arn=self.failed.queue_arn
            ),
            retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                maximum_retry_attempts=_START_ATTEMPTS,
                maximum_event_age_in_seconds=_START_WITHIN.total_seconds(),
            ),
        )

    def role(self, scope: Construct, name: str) -> iam.Role:
        """A role of schedules of this deployment; it may report a start that failed."""
        stack = cdk.Stack.of(scope)
        source = stack.format_arn(
            service="scheduler",
            resource="schedule-group",
            resource_name=self.settings.name,
        )
        return iam.Role(
            scope,
            name,
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={
                    "ArnEquals": {"aws:SourceArn": source},
                    "StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID},
                },
            ),
        )

    def may_report(self) -> iam.PolicyStatement:
        """Allows to send a start that failed to its queue."""
        return iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[self.failed.queue_arn])


def schedule_job(scope: Construct, starts: Starts, job: glue.CfnJob, arn: str, when: When) -> None:
    """Start a Glue job on a schedule; a start while it runs is refused, and counts as failed."""
    role = starts.role(scope, "Starter")
    role.add_to_principal_policy(iam.PolicyStatement(actions=["glue:StartJobRun"], resources=[arn]))
    role.add_to_principal_policy(starts.may_report())
    given = json.dumps({"JobName": job.name})
    target = starts.target(role, f"arn:{cdk.Aws.PARTITION}:{_START_JOB}", given)
    starts.add(scope, "Schedule", when, role, target)


class TaskSchedules:
    """The schedules of a task; they share a role."""

    def __init__(self, scope: Construct, starts: Starts, task: Task, placement: Placement) -> None:
        self._scope = scope
        self._starts = starts
        self._task = task
        self._placement = placement
        self._role = self._make_role()

    def add(
        self,
        construct: str,
        name: str,
        *,
        description: str,
        expression: str,
        time_zone: str,
        overrides: str | None = None,
    ) -> None:
        """Add a schedule, which is off while there are no images to run.

        Args:
            construct: the name of the construct.
            name: the name of the schedule after that of the deployment.
            description: what it does, in a sentence.
            expression: when: rate(...) or cron(...).
            time_zone: the time zone of a cron expression.
            overrides: what the task gets instead of its definition, as JSON.
        """
        when = When(name, description, expression, time_zone)
        arn = self._starts.runtime.cluster.cluster_arn
        target = self._starts.target(self._role, arn, overrides, self._run())
        self._starts.add(self._scope, construct, when, self._role, target)

    def _run(self) -> scheduler.CfnSchedule.EcsParametersProperty:
        placement = self._placement
        subnets = self._starts.runtime.network.vpc.select_subnets(
            subnet_type=placement.subnets.subnet_type
        )
        vpc = scheduler.CfnSchedule.AwsVpcConfigurationProperty(
            assign_public_ip="ENABLED" if placement.has_public_address else "DISABLED",
            security_groups=[placement.group.security_group_id],
            subnets=subnets.subnet_ids,
        )
        return scheduler.CfnSchedule.EcsParametersProperty(
            task_definition_arn=self._task.definition.task_definition_arn,
            launch_type="FARGATE",
            task_count=1,
            network_configuration=scheduler.CfnSchedule.NetworkConfigurationProperty(
                awsvpc_configuration=vpc
            ),
        )

    def _make_role(self) -> iam.Role:
        role = self._starts.role(self._scope, "Role")
        stack = cdk.Stack.of(self._scope)
        family = stack.format_arn(
            service="ecs", resource="task-definition", resource_name=f"{self._task.family}:*"
        )
        for statement in self._statements(family):
            role.add_to_principal_policy(statement)
        suppress_wildcard(role, family, "every revision of the one task, of no other")
        return role

    def _statements(self, family: str) -> list[iam.PolicyStatement]:
        cluster = self._starts.runtime.cluster.cluster_arn
        return [
            iam.PolicyStatement(
                actions=["ecs:RunTask"],
                resources=[family],
                conditions={"ArnEquals": {"ecs:cluster": cluster}},
            ),
            iam.PolicyStatement(
                actions=["iam:PassRole"],
                resources=[self._task.role.role_arn, self._task.execution_role.role_arn],
                conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
            ),
            self._starts.may_report(),
        ]
