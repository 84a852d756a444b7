"""When somebody is to be woken up: a condition for each way in which the promise may break."""

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
# Ten minutes of attempts, and as many again for SQS and ECS to wake up.
_OLDEST_MESSAGE = timedelta(minutes=30)
_INTERVALS_WITHOUT_RUN = 1.5

_ABOVE = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
_BELOW = cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD


@dataclass(frozen=True, slots=True)
class Condition:
    """When an alarm rings: what is measured, and for how many periods it is out of bounds."""

    name: str
    description: str
    metric: cloudwatch.Metric
    threshold: float = 0
    comparison: cloudwatch.ComparisonOperator = _ABOVE
    periods: int = 1

    @property
    def missing(self) -> cloudwatch.TreatMissingData:
        """A count that falls short is out of bounds when nothing is counted at all."""
        if self.comparison is _BELOW:
            return cloudwatch.TreatMissingData.BREACHING
        return cloudwatch.TreatMissingData.NOT_BREACHING


def all_conditions(
    settings: Settings, events: RawEvents, schedule: Schedule, metrics: Metrics
) -> Iterator[Condition]:
    """Every condition of a deployment."""
    yield from _of_queues(events, schedule)
    yield from _of_logs(metrics)
    yield _no_run(settings.interval, metrics)


def _of_queues(events: RawEvents, schedule: Schedule) -> Iterator[Condition]:
    yield Condition(
        "dead-letters",
        "Messages were rejected or received too often: read their code and reason, then redrive",
        _waiting(events.dead_letters),
    )
    yield Condition(
        "failed-starts",
        "A scheduled run could not be started: the message says what ECS answered",
        _waiting(schedule.failed_starts),
    )
    yield Condition(
        "oldest-message",
        "Raw objects wait to be transformed: does a transformer run, and is it live?",
        events.queue.metric_approximate_age_of_oldest_message(
            period=_duration(_PERIOD), statistic="Maximum"
        ),
        threshold=_OLDEST_MESSAGE.total_seconds(),
    )


def _of_logs(metrics: Metrics) -> Iterator[Condition]:
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


def _waiting(queue: sqs.Queue) -> cloudwatch.Metric:
    return queue.metric_approximate_number_of_messages_visible(
        period=_duration(_PERIOD), statistic="Maximum"
    )


def _duration(time: timedelta) -> Duration:
    return Duration.seconds(time.total_seconds())
