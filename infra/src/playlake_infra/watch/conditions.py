"""The conditions of the alarms: for each failure, what is measured, and when it is out of bounds.

The table of docs/operations.md has a row for each; a test compares the two.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from playlake_contracts.metrics import Metric
from playlake_infra.runs import Runs
from playlake_infra.watch.condition import Condition
from playlake_infra.watch.metrics import PERIOD, duration, metric_of
from playlake_infra.watch.run_conditions import run_conditions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_cdk import aws_cloudwatch as cloudwatch
    from aws_cdk import aws_sqs as sqs

    from playlake_infra.compute.schedule import Schedule
    from playlake_infra.data.queue import RawEvents
    from playlake_infra.settings import Settings

_HOUR = timedelta(hours=1)
_QUARTER_OF_AN_HOUR = timedelta(minutes=15)
# A task is started within minutes, and an outage has an alarm of its own.
_OLDEST_MESSAGE = timedelta(minutes=30)
# One throttle is retried; many in a row are too small a quota.
_MANY_THROTTLES = 10
_MINUTES_OF_OUTAGE = 10


def all_conditions(
    settings: Settings, events: RawEvents, schedule: Schedule
) -> Iterator[Condition]:
    """Yield the conditions of a deployment."""
    for runs in Runs.all(settings):
        yield from run_conditions(settings, runs)
    yield from _queue_conditions(events, schedule)
    yield from _transformer_conditions(settings)


def _queue_conditions(events: RawEvents, schedule: Schedule) -> Iterator[Condition]:
    yield Condition(
        "dead-letters",
        "Messages were rejected or received too often: read their code and reason, then redrive",
        _visible_messages(events.dead_letters),
    )
    yield Condition(
        "failed-starts",
        "A scheduled task could not be started: the message says what ECS answered",
        _visible_messages(schedule.starts.failed),
    )
    yield Condition(
        "oldest-message",
        "Raw objects have waited for 30 minutes: check that a transformer runs and is healthy",
        events.queue.metric_approximate_age_of_oldest_message(
            period=duration(PERIOD), statistic="Maximum"
        ),
        threshold=_OLDEST_MESSAGE.total_seconds(),
    )


def _transformer_conditions(settings: Settings) -> Iterator[Condition]:
    yield Condition(
        "rejects",
        "Raw objects were rejected: the transformer's log says why",
        metric_of(settings.name, Metric.OBJECTS_REJECTED),
    )
    yield Condition(
        "quarantine",
        "Many rows were quarantined, or broke a quality rule more often than is tolerated, within "
        "an hour: the tables quarantine and quality_results have the reasons",
        metric_of(settings.name, Metric.ROWS_QUARANTINED, period=_HOUR),
        threshold=settings.quarantined_rows_per_hour,
    )
    yield Condition(
        "glue-throttling",
        "Glue throttles the registration of partitions: ask AWS for a higher quota, or run less "
        "often",
        metric_of(settings.name, Metric.GLUE_THROTTLES),
        threshold=_MANY_THROTTLES,
    )
    yield Condition(
        "breaker-open",
        "AWS has failed the transformer for ten minutes: its log names the call, and AWS's answer",
        metric_of(settings.name, Metric.BREAKER_OPEN, period=_QUARTER_OF_AN_HOUR),
        threshold=_MINUTES_OF_OUTAGE,
    )


def _visible_messages(queue: sqs.Queue) -> cloudwatch.Metric:
    return queue.metric_approximate_number_of_messages_visible(
        period=duration(PERIOD), statistic="Maximum"
    )
