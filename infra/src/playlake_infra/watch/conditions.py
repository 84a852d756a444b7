"""The conditions of the alarms: what is measured, and when it is out of bounds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_cdk import aws_sqs as sqs

    from playlake_infra.compute.schedule import Schedule
    from playlake_infra.data.queue import RawEvents
    from playlake_infra.settings import Settings
    from playlake_infra.watch.metrics import Metrics

_PERIOD = timedelta(minutes=5)
_LONG_PERIOD = timedelta(hours=1)
# Ten attempts of two minutes each, and ten minutes for starting a task.
_OLDEST_MESSAGE = timedelta(minutes=30)
_INTERVALS_WITHOUT_RUN = 1.5

_ABOVE = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
_BELOW = cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD


@dataclass(frozen=True, slots=True)
class Condition:
    """The condition of an alarm: a metric, its bound, and for how many periods it is exceeded."""

    name: str
    description: str
    metric: cloudwatch.Metric
    threshold: float = 0
    comparison: cloudwatch.ComparisonOperator = _ABOVE
    periods: int = 1

    @property
    def missing(self) -> cloudwatch.TreatMissingData:
        """How missing data counts: as a breach only where a low value is one."""
        if self.comparison is _BELOW:
            return cloudwatch.TreatMissingData.BREACHING
        return cloudwatch.TreatMissingData.NOT_BREACHING


def all_conditions(
    settings: Settings, events: RawEvents, schedule: Schedule, metrics: Metrics
) -> Iterator[Condition]:
    """Yield the conditions of a deployment."""
    yield from _queue_conditions(events, schedule)
    yield from _log_conditions(metrics)
    yield _no_run(settings.interval, metrics)


def _queue_conditions(events: RawEvents, schedule: Schedule) -> Iterator[Condition]:
    yield Condition(
        "dead-letters",
        "Messages were rejected or received too often: read their code and reason, then redrive",
        _visible_messages(events.dead_letters),
    )
    yield Condition(
        "failed-starts",
        "A scheduled run could not be started: the message says what ECS answered",
        _visible_messages(schedule.failed_starts),
    )
    yield Condition(
        "oldest-message",
        "Raw objects have waited for 30 minutes: check that a transformer runs and is healthy",
        events.queue.metric_approximate_age_of_oldest_message(
            period=_duration(_PERIOD), statistic="Maximum"
        ),
        threshold=_OLDEST_MESSAGE.total_seconds(),
    )


def _log_conditions(metrics: Metrics) -> Iterator[Condition]:
    yield Condition(
        "rejects",
        "Raw objects were rejected: the transformer's log says why",
        metrics.rejects,
    )
    yield Condition(
        "authorisation",
        "Spotify refused the credentials: authorise again and put the new token in the secret",
        metrics.refused,
    )


def _no_run(interval: timedelta, metrics: Metrics) -> Condition:
    period = _LONG_PERIOD if interval >= _LONG_PERIOD else _PERIOD
    return Condition(
        "no-finished-run",
        "No run has finished for one and a half intervals: the extractor's log says why",
        metrics.runs.with_(period=_duration(period)),
        threshold=1,
        comparison=_BELOW,
        periods=ceil(interval * _INTERVALS_WITHOUT_RUN / period),
    )


def _visible_messages(queue: sqs.Queue) -> cloudwatch.Metric:
    return queue.metric_approximate_number_of_messages_visible(
        period=_duration(_PERIOD), statistic="Maximum"
    )


def _duration(time: timedelta) -> Duration:
    return Duration.seconds(time.total_seconds())
