"""The conditions of the alarms: for each failure, what is measured, and when it is out of bounds.

The table of docs/operations.md has a row for each; a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from aws_cdk import aws_cloudwatch as cloudwatch

from playlake_contracts.metrics import Metric
from playlake_infra.watch.metrics import PERIOD, duration, metric_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_cdk import aws_sqs as sqs

    from playlake_infra.compute.schedule import Schedule
    from playlake_infra.data.queue import RawEvents
    from playlake_infra.settings import Settings

_HOUR = timedelta(hours=1)
# The watcher runs once a day; a day without its metric may just be a late one.
_WATCHED = timedelta(days=2)
# Ten attempts of two minutes each, and ten minutes for starting a task.
_OLDEST_MESSAGE = timedelta(minutes=30)
_TOKEN_DAYS = 30
# One throttle or failed call is retried; many in a row are an outage, or too small a quota.
_MANY_CALLS = 10

_ABOVE = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
_BELOW = cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
_IS_FINE = cloudwatch.TreatMissingData.NOT_BREACHING
_IS_A_BREACH = cloudwatch.TreatMissingData.BREACHING
# A run sends its metrics when it ends: until the next one ends, its alarm stays as it is.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
_CHANGES_NOTHING = cloudwatch.TreatMissingData.IGNORE


@dataclass(frozen=True, slots=True)
class Condition:
    """The condition of an alarm: a metric, its bound, and for how many periods it is exceeded.

    Attributes:
        name: the alarm's name after that of the deployment.
        description: what failed, and what to do.
        missing: how missing data counts.
    """

    name: str
    description: str
    metric: cloudwatch.Metric
    threshold: float = 0
    comparison: cloudwatch.ComparisonOperator = _ABOVE
    periods: int = 1
    missing: cloudwatch.TreatMissingData = _IS_FINE


def all_conditions(
    settings: Settings, events: RawEvents, schedule: Schedule
) -> Iterator[Condition]:
    """Yield the conditions of a deployment."""
    yield _overdue(settings) if settings.needs_watcher else _no_run(settings)
    yield from _run_conditions(settings)
    yield from _queue_conditions(events, schedule)
    yield from _transformer_conditions(settings)


def _no_run(settings: Settings) -> Condition:
    after = settings.overdue_after
    period = _HOUR if settings.interval >= _HOUR else PERIOD
    return Condition(
        "no-finished-run",
        "No run has finished for one and a half intervals: the extractor's log says why",
        metric_of(settings, Metric.RUNS_FINISHED, period=period),
        threshold=1,
        comparison=_BELOW,
        periods=ceil(after / period),
        missing=_IS_A_BREACH,
    )


def _overdue(settings: Settings) -> Condition:
    """The condition for runs so far apart that no alarm can wait for them."""
    return Condition(
        "overdue",
        "No run has finished for one and a half intervals, or the watcher itself has not run: the "
        "extractor's log says why",
        metric_of(settings, Metric.HOURS_SINCE_FINISHED_RUN, "Maximum", _WATCHED),
        threshold=settings.overdue_after / _HOUR,
        missing=_IS_A_BREACH,
    )


def _run_conditions(settings: Settings) -> Iterator[Condition]:
    yield _of_last_run(
        settings,
        "read-too-little",
        "The last run read less than least_read_percent of its playlists: its log says why; check "
        "Spotify, the internet access of the tasks, and what the user may read",
        Metric.RUNS_READ_TOO_LITTLE,
    )
    yield _of_last_run(
        settings,
        "authorisation",
        "Spotify refused the credentials: authorise again and put the new token in the secret",
        Metric.RUNS_REFUSED,
    )
    yield _of_last_run(
        settings,
        "failed-playlists",
        "More than failed_percent of the last run's playlists failed: run_outcomes has their codes",
        Metric.PLAYLISTS_FAILED_PERCENT,
        settings.failed_percent,
    )
    yield _of_last_run(
        settings,
        "partial-runs",
        "The last run left more than rate_limited_percent of its playlists to the next: run less "
        "often, read fewer playlists, or raise PLAYLAKE_REQUEST_BUDGET",
        Metric.PLAYLISTS_RATE_LIMITED_PERCENT,
        settings.rate_limited_percent,
    )
    yield Condition(
        "token",
        f"The user's consent ends in less than {_TOKEN_DAYS} days: authorise again and put the new "
        "token in the secret",
        metric_of(settings, Metric.TOKEN_DAYS_LEFT, "Minimum"),
        threshold=_TOKEN_DAYS,
        comparison=_BELOW,
        missing=_CHANGES_NOTHING,
    )


def _of_last_run(
    settings: Settings, name: str, description: str, metric: Metric, threshold: float = 0
) -> Condition:
    measured = metric_of(settings, metric, "Maximum")
    return Condition(name, description, measured, threshold, missing=_CHANGES_NOTHING)


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
            period=duration(PERIOD), statistic="Maximum"
        ),
        threshold=_OLDEST_MESSAGE.total_seconds(),
    )


def _transformer_conditions(settings: Settings) -> Iterator[Condition]:
    yield Condition(
        "rejects",
        "Raw objects were rejected: the transformer's log says why",
        metric_of(settings, Metric.OBJECTS_REJECTED),
    )
    yield Condition(
        "quarantine",
        "Many rows were quarantined within an hour: the table quarantine has their reasons",
        metric_of(settings, Metric.ROWS_QUARANTINED, period=_HOUR),
        threshold=settings.quarantined_rows_per_hour,
    )
    yield Condition(
        "glue-throttling",
        "Glue throttles the registration of partitions: ask AWS for a higher quota, or run less "
        "often",
        metric_of(settings, Metric.GLUE_THROTTLES),
        threshold=_MANY_CALLS,
    )
    yield Condition(
        "failed-calls",
        "The transformer's calls to AWS fail: its log names the call, and AWS's answer",
        metric_of(settings, Metric.CALLS_FAILED),
        threshold=_MANY_CALLS,
    )


def _visible_messages(queue: sqs.Queue) -> cloudwatch.Metric:
    return queue.metric_approximate_number_of_messages_visible(
        period=duration(PERIOD), statistic="Maximum"
    )
