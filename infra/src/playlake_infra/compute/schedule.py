"""The schedule that starts the extractor.

It passes the scheduled time on, so that a retried start continues the same run.

If runs are so far apart that no alarm can wait for them, another schedule starts the same task once
a day with the command `overdue`, which measures how long ago a run has finished.
"""

from __future__ import annotations

import json
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from playlake_contracts.settings import environment_variables
from playlake_infra.checks.nag_suppressions import suppress
from playlake_infra.compute.extractor import SERVICE
from playlake_infra.compute.starting import Placement, Starts, TaskSchedules

if TYPE_CHECKING:
    from playlake_infra.compute.network import Network
    from playlake_infra.compute.runtime import Runtime
    from playlake_infra.compute.task import Task
    from playlake_infra.settings import Settings

_WATCH = "rate(1 day)"


class Schedule(Construct):
    """Starts the extractor on a schedule.

    Attributes:
        starts: what the schedules of other tasks share with it.
    """

    def __init__(
        self, scope: Construct, name: str, settings: Settings, task: Task, runtime: Runtime
    ) -> None:
        super().__init__(scope, name)
        self._settings = settings
        failed = self._failed_starts()
        group = scheduler.CfnScheduleGroup(self, "Group", name=settings.name)
        self.starts = Starts(settings, runtime, group, failed)
        self._schedules = TaskSchedules(self, self.starts, task, _placement(runtime.network))
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
        self._schedules.add(
            "Resource",
            "extract",
            description="Takes a snapshot of every playlist",
            expression=self._settings.schedule,
            time_zone=self._settings.schedule_time_zone,
            overrides=_scheduled_time_override(),
        )

    def _schedule_watcher(self) -> None:
        hours = ceil(self._settings.overdue_after / timedelta(hours=1))
        self._schedules.add(
            "Watcher",
            "overdue",
            description="Measures how long ago a run has finished",
            expression=_WATCH,
            time_zone=self._settings.schedule_time_zone,
            overrides=_overrides(command=["overdue", "--after", f"{hours}h"]),
        )


def _placement(network: Network) -> Placement:
    # Spotify is on the internet; the security group has no inbound rule.
    return Placement(network.public_subnets, network.extractor_group, has_public_address=True)


def _scheduled_time_override() -> str:
    # https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
    variables = environment_variables(scheduled_at="<aws.scheduler.scheduled-time>")
    environment = [{"name": name, "value": value} for name, value in variables.items()]
    return _overrides(environment=environment)


def _overrides(**overrides: object) -> str:
    return json.dumps({"containerOverrides": [{"name": SERVICE, **overrides}]})
