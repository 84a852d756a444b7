"""The schedules that start the extractor, one for each source.

They pass the scheduled time on, so that a retried start continues the same run.

If the runs of a source are so far apart that no alarm can wait for them, another schedule starts
the same task once a day with the command `overdue`, which measures how long ago a run has finished.
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
from playlake_infra.compute.starting import Placement, Starts, TaskSchedules
from playlake_infra.runs import Runs

if TYPE_CHECKING:
    from playlake_infra.compute.network import Network
    from playlake_infra.compute.runtime import Runtime
    from playlake_infra.compute.task import Task
    from playlake_infra.settings import Settings

_WATCH = "rate(1 day)"


class Schedule(Construct):
    """Starts the extractor of Spotify on a schedule.

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
        RunSchedules(self, self.starts, task, Runs.of_spotify(settings))

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


class RunSchedules:
    """The schedules of the runs of a source."""

    def __init__(self, scope: Construct, starts: Starts, task: Task, runs: Runs) -> None:
        self._runs = runs
        self._schedules = TaskSchedules(scope, starts, task, _placement(starts.runtime.network))
        self._schedule_runs()
        if runs.schedule.needs_watcher:
            self._schedule_watcher()

    def _schedule_runs(self) -> None:
        self._schedules.add(
            "Resource",
            self._runs.scheduled("extract"),
            description="Takes a snapshot of every playlist",
            expression=self._runs.schedule.schedule,
            time_zone=self._runs.time_zone,
            overrides=self._scheduled_time(),
        )

    def _schedule_watcher(self) -> None:
        hours = ceil(self._runs.schedule.overdue_after / timedelta(hours=1))
        self._schedules.add(
            "Watcher",
            self._runs.scheduled("overdue"),
            description="Measures how long ago a run has finished",
            expression=_WATCH,
            time_zone=self._runs.time_zone,
            overrides=self._overrides(command=["overdue", "--after", f"{hours}h"]),
        )

    def _scheduled_time(self) -> str:
        # https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
        variables = environment_variables(scheduled_at="<aws.scheduler.scheduled-time>")
        environment = [{"name": name, "value": value} for name, value in variables.items()]
        return self._overrides(environment=environment)

    def _overrides(self, **overrides: object) -> str:
        return json.dumps({"containerOverrides": [{"name": self._runs.service, **overrides}]})


def _placement(network: Network) -> Placement:
    # Sources are on the internet; the security group has no inbound rule.
    return Placement(
        network.extractor_subnets,
        network.extractor_group,
        has_public_address=network.has_public_extractor,
    )
