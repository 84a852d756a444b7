"""The schedule that starts the extractor.

It passes the scheduled time on, so that a retried start continues the same run. A start that
still fails after an hour goes to a dead-letter queue.

If runs are so far apart that no alarm can wait for them, another schedule starts the same task once
a day with the command `overdue`, which measures how long ago a run has finished.
"""

from __future__ import annotations

import json
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from playlake_contracts.settings import environment_variables
from playlake_infra.checks.nag_suppressions import suppress, suppress_wildcard
from playlake_infra.compute.extractor import SERVICE

if TYPE_CHECKING:
    from aws_cdk import aws_ecs as ecs

    from playlake_infra.compute.network import Network
    from playlake_infra.compute.runtime import Runtime
    from playlake_infra.compute.task import Task
    from playlake_infra.settings import Settings

_START_ATTEMPTS = 3
_START_WITHIN = timedelta(hours=1)
_WATCH = "rate(1 day)"


class Schedule(Construct):
    """Starts a task on a schedule.

    Attributes:
        failed_starts: the queue of runs that could not be started.
    """

    def __init__(
        self, scope: Construct, name: str, settings: Settings, task: Task, runtime: Runtime
    ) -> None:
        super().__init__(scope, name)
        self._task = task
        self._settings = settings
        self._runtime = runtime
        self.failed_starts = self._failed_starts()
        self._group = scheduler.CfnScheduleGroup(self, "Group", name=settings.name)
        self._role = self._make_role(runtime.cluster)
        self._schedule_runs()
        if settings.needs_watcher:
            self._schedule_watcher()

    def _failed_starts(self) -> sqs.Queue:
        queue = sqs.Queue(
            self,
            "FailedStarts",
            queue_name=f"{self._settings.name}-failed-starts",
            retention_period=Duration.days(14),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
        )
        suppress(queue, "SQS3", "it is the schedule's dead-letter queue")
        return queue

    def _schedule_runs(self) -> None:
        self._schedule(
            "Resource",
            "extract",
            description="Takes a snapshot of every playlist",
            expression=self._settings.schedule,
            overrides=_scheduled_time_override(),
        )

    def _schedule_watcher(self) -> None:
        hours = ceil(self._settings.overdue_after / timedelta(hours=1))
        self._schedule(
            "Watcher",
            "overdue",
            description="Measures how long ago a run has finished",
            expression=_WATCH,
            overrides=_overrides(command=["overdue", "--after", f"{hours}h"]),
        )

    def _schedule(
        self, construct: str, name: str, *, description: str, expression: str, overrides: str
    ) -> None:
        schedule = scheduler.CfnSchedule(
            self,
            construct,
            name=f"{self._settings.name}-{name}",
            group_name=self._group.ref,
            description=description,
            schedule_expression=expression,
            schedule_expression_timezone=self._settings.schedule_time_zone,
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            state=self._runtime.images.if_pushed("ENABLED", "DISABLED").to_string(),
            target=self._target(overrides),
        )
        # The schedule may start a run as soon as it exists, so the role's policy is created first.
        schedule.node.add_dependency(self._role.node.find_child("DefaultPolicy"))

    def _target(self, overrides: str) -> scheduler.CfnSchedule.TargetProperty:
        return scheduler.CfnSchedule.TargetProperty(
            arn=self._runtime.cluster.cluster_arn,
            role_arn=self._role.role_arn,
            ecs_parameters=self._run(self._runtime.network),
            input=overrides,
            dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(
                arn=self.failed_starts.queue_arn
            ),
            retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                maximum_retry_attempts=_START_ATTEMPTS,
                maximum_event_age_in_seconds=_START_WITHIN.total_seconds(),
            ),
        )

    def _run(self, network: Network) -> scheduler.CfnSchedule.EcsParametersProperty:
        subnets = network.vpc.select_subnets(subnet_type=network.public_subnets.subnet_type)
        vpc = scheduler.CfnSchedule.AwsVpcConfigurationProperty(
            # Spotify is on the internet; the security group has no inbound rule.
            assign_public_ip="ENABLED",
            security_groups=[network.extractor_group.security_group_id],
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

    def _make_role(self, cluster: ecs.Cluster) -> iam.Role:
        stack = cdk.Stack.of(self)
        source = stack.format_arn(
            service="scheduler", resource="schedule-group", resource_name=self._settings.name
        )
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={
                    "ArnEquals": {"aws:SourceArn": source},
                    "StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID},
                },
            ),
        )
        family = stack.format_arn(
            service="ecs", resource="task-definition", resource_name=f"{self._task.family}:*"
        )
        for statement in self._statements(cluster, family):
            role.add_to_principal_policy(statement)
        suppress_wildcard(role, family, "every revision of the extractor's task, of no other")
        return role

    def _statements(self, cluster: ecs.Cluster, family: str) -> list[iam.PolicyStatement]:
        return [
            iam.PolicyStatement(
                actions=["ecs:RunTask"],
                resources=[family],
                conditions={"ArnEquals": {"ecs:cluster": cluster.cluster_arn}},
            ),
            iam.PolicyStatement(
                actions=["iam:PassRole"],
                resources=[self._task.role.role_arn, self._task.execution_role.role_arn],
                conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
            ),
            iam.PolicyStatement(
                actions=["sqs:SendMessage"], resources=[self.failed_starts.queue_arn]
            ),
        ]


def _scheduled_time_override() -> str:
    # https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
    variables = environment_variables(scheduled_at="<aws.scheduler.scheduled-time>")
    environment = [{"name": name, "value": value} for name, value in variables.items()]
    return _overrides(environment=environment)


def _overrides(**overrides: object) -> str:
    return json.dumps({"containerOverrides": [{"name": SERVICE, **overrides}]})
