"""The CloudWatch dashboard: alarms, runs, rejects, the queue and the transformers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

if TYPE_CHECKING:
    from aws_cdk import aws_ecs as ecs

    from playlake_infra.data.queue import RawEvents
    from playlake_infra.watch.alarms import Alarms
    from playlake_infra.watch.metrics import Metrics

_HOUR = Duration.hours(1)
_WIDTH = 12


class Dashboard(Construct):
    """The one page of the dashboard."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        alarms: Alarms,
        metrics: Metrics,
        events: RawEvents,
        service: ecs.FargateService,
    ) -> None:
        super().__init__(scope, name)
        page = cloudwatch.Dashboard(self, "Page", dashboard_name=cdk.Stack.of(self).stack_name)
        page.add_widgets(
            cloudwatch.AlarmStatusWidget(
                title="Alarms", alarms=list(alarms.alarms), width=2 * _WIDTH, height=2
            )
        )
        page.add_widgets(
            _graph("Runs an hour", metrics.runs, metrics.refused, period=_HOUR),
            _graph("Rejects an hour", metrics.rejects, period=_HOUR),
        )
        page.add_widgets(
            _graph("Messages", *_queue(events)),
            _graph("Age of the oldest message", *_age(events)),
        )
        page.add_widgets(
            _graph("Transformer CPU, %", service.metric_cpu_utilization()),
            _graph("Transformer memory, %", service.metric_memory_utilization()),
        )


def _queue(events: RawEvents) -> list[cloudwatch.Metric]:
    return [
        events.queue.metric_approximate_number_of_messages_visible(label="waiting"),
        events.queue.metric_approximate_number_of_messages_not_visible(label="in flight"),
        events.dead_letters.metric_approximate_number_of_messages_visible(label="dead letters"),
    ]


def _age(events: RawEvents) -> list[cloudwatch.Metric]:
    return [events.queue.metric_approximate_age_of_oldest_message(label="seconds")]


def _graph(
    title: str, *metrics: cloudwatch.Metric, period: Duration | None = None
) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=_WIDTH, period=period)
