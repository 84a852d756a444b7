"""The CloudWatch dashboard: alarms, runs, rows and their latency, rejects, the queue, the tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from playlake_contracts.metrics import Metric
from playlake_infra.runs import Runs
from playlake_infra.watch.metrics import metric_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aws_cdk import aws_ecs as ecs

    from playlake_infra.data.queue import RawEvents
    from playlake_infra.settings import Settings
    from playlake_infra.watch.alarms import Alarms

_HOUR = Duration.hours(1)
_WIDTH = 12
_RUNS = (Metric.RUNS_FINISHED, Metric.RUNS_PARTIAL, Metric.RUNS_READ_TOO_LITTLE)
_UNREAD = (Metric.PLAYLISTS_FAILED_PERCENT, Metric.PLAYLISTS_RATE_LIMITED_PERCENT)
_COMMITTED = (Metric.PARTS_COMMITTED,)
# The usual and the worst latency.
_PERCENTILES = ("p50", "p99")
_REJECTS = (Metric.OBJECTS_REJECTED, Metric.ROWS_QUARANTINED)
_COMPACTED = (Metric.MONTHS_COMPACTED,)
_COMPACTION = (Metric.COMPACTION_SECONDS,)
_ADOPTED = (Metric.FILES_ADOPTED,)
_SYNC = (Metric.ICEBERG_SYNC_SECONDS,)
_CALLS = (Metric.CALLS_FAILED, Metric.BREAKER_OPEN, Metric.GLUE_THROTTLES)


class Dashboard(Construct):
    """The one page of the dashboard."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        settings: Settings,
        alarms: Alarms,
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
            _graph("Runs an hour", *_metrics(settings.name, _RUNS), period=_HOUR),
            _graph("Playlists not read, %", *_metrics(settings.name, _UNREAD, "Maximum")),
        )
        page.add_widgets(
            _graph("Event to row, s", *_ranked(settings.name, Metric.EVENT_TO_ROW_SECONDS)),
            _graph("Transforming a part, s", *_ranked(settings.name, Metric.TRANSFORM_SECONDS)),
        )
        page.add_widgets(
            _graph("Parts committed an hour", *_metrics(settings.name, _COMMITTED), period=_HOUR),
            _graph("Messages", *_queue(events)),
        )
        page.add_widgets(
            _graph("Rejects an hour", *_metrics(settings.name, _REJECTS), period=_HOUR),
            _graph("Failed calls an hour", *_metrics(settings.name, _CALLS), period=_HOUR),
        )
        page.add_widgets(
            _graph("Age of the oldest message", *_age(events)),
            _graph("Transformer CPU and memory, %", *_use(service)),
        )
        for runs in Runs.all(settings)[1:]:
            page.add_widgets(*_of_runs(runs))
        if settings.has_compactor:
            page.add_widgets(
                _graph("Months compacted", *_metrics(settings.name, _COMPACTED)),
                _graph("Compaction, s", *_metrics(settings.name, _COMPACTION, "Maximum")),
            )
        if settings.has_iceberg:
            page.add_widgets(
                _graph("Files adopted by Iceberg tables", *_metrics(settings.name, _ADOPTED)),
                _graph("Iceberg sync, s", *_metrics(settings.name, _SYNC, "Maximum")),
            )


def _of_runs(runs: Runs) -> list[cloudwatch.GraphWidget]:
    """The graphs of the runs of a further source."""
    return [
        _graph(f"Runs of {runs.title} an hour", *_metrics(runs.namespace, _RUNS), period=_HOUR),
        _graph(
            f"Playlists of {runs.title} not read, %",
            *_metrics(runs.namespace, _UNREAD, "Maximum"),
        ),
    ]


def _metrics(
    namespace: str, metrics: Iterable[Metric], statistic: str = "Sum"
) -> list[cloudwatch.Metric]:
    return [metric_of(namespace, metric, statistic) for metric in metrics]


def _ranked(namespace: str, metric: Metric) -> list[cloudwatch.Metric]:
    """The percentiles of a distribution."""
    return [metric_of(namespace, metric, percentile) for percentile in _PERCENTILES]


def _use(service: ecs.FargateService) -> list[cloudwatch.Metric]:
    return [service.metric_cpu_utilization(), service.metric_memory_utilization()]


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
