"""The metrics of a deployment: name, unit, meaning, and the service that sends each.

A service prints its metrics in CloudWatch's embedded metric format: one line with a JSON object on
standard output, past the logging library, so that no log level can switch them off. CloudWatch
Logs makes the metrics from such lines, also from those of the log driver `awslogs`:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Generation_PutLogEvents.html

A metric has no dimensions, because each combination of them is billed as a metric of its own.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Self, TextIO

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Sender(StrEnum):
    """The services that send metrics."""

    EXTRACTOR = "extractor"
    TRANSFORMER = "transformer"


class Unit(StrEnum):
    """Units of CloudWatch; hours and days have none.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
    """

    COUNT = "Count"
    PERCENT = "Percent"
    NONE = "None"


class Metric(StrEnum):
    """The metrics. A new metric is added only here; its value is its name on CloudWatch.

    Attributes:
        sender: the service that sends it.
        unit: its unit.
        meaning: one sentence for a person.
    """

    sender: Sender
    unit: Unit
    meaning: str

    def __new__(cls, value: str, sender: Sender, unit: Unit, meaning: str) -> Self:
        """Create a member from its name, its sender, its unit and its meaning."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.sender = sender
        member.unit = unit
        member.meaning = meaning
        return member

    # Of a run of the extractor, sent when it ends; a value that is not known is not sent.
    RUNS_FINISHED = (
        "RunsFinished",
        Sender.EXTRACTOR,
        Unit.COUNT,
        "1 if the run landed its manifest and read enough playlists, else 0.",
    )
    RUNS_READ_TOO_LITTLE = (
        "RunsReadTooLittle",
        Sender.EXTRACTOR,
        Unit.COUNT,
        "1 if the run read less than the share of its playlists that is required, else 0.",
    )
    RUNS_PARTIAL = (
        "RunsPartial",
        Sender.EXTRACTOR,
        Unit.COUNT,
        "1 if the run left playlists to the next run, because of a quota or its budget, else 0.",
    )
    RUNS_REFUSED = (
        "RunsRefused",
        Sender.EXTRACTOR,
        Unit.COUNT,
        "1 if the source refused the credentials, else 0.",
    )
    PLAYLISTS_FAILED_PERCENT = (
        "PlaylistsFailedPercent",
        Sender.EXTRACTOR,
        Unit.PERCENT,
        "The percentage of the run's playlists whose outcome is `failed`.",
    )
    PLAYLISTS_RATE_LIMITED_PERCENT = (
        "PlaylistsRateLimitedPercent",
        Sender.EXTRACTOR,
        Unit.PERCENT,
        "The percentage of playlists with the outcome `rate_limited`; 100 if no list was allowed.",
    )
    TOKEN_DAYS_LEFT = (
        "TokenDaysLeft",
        Sender.EXTRACTOR,
        Unit.NONE,
        "Days until the user's consent ends; sent if its day is stored.",
    )
    # Of the watcher, for runs that are so far apart that no alarm can wait for them.
    HOURS_SINCE_FINISHED_RUN = (
        "HoursSinceFinishedRun",
        Sender.EXTRACTOR,
        Unit.NONE,
        "Hours since the newest run that is finished; sent once a day by the watcher.",
    )
    # Of the transformer, sent at most once a minute, and only if something was counted. What else
    # it learns to notice is added here, together with its alarm.
    OBJECTS_REJECTED = (
        "ObjectsRejected",
        Sender.TRANSFORMER,
        Unit.COUNT,
        "Raw objects and messages that were rejected, and parts that a manifest names in vain.",
    )
    ROWS_QUARANTINED = (
        "RowsQuarantined",
        Sender.TRANSFORMER,
        Unit.COUNT,
        "Rows that were committed to `quarantine`, and those of alarming `quality_results`.",
    )
    GLUE_THROTTLES = (
        "GlueThrottles",
        Sender.TRANSFORMER,
        Unit.COUNT,
        "Requests that Glue answered with a throttling error, retries included.",
    )
    BREAKER_OPEN = (
        "BreakerOpen",
        Sender.TRANSFORMER,
        Unit.COUNT,
        "1 in each minute in which AWS fails again and again, so that the polling pauses.",
    )
    CALLS_FAILED = (
        "CallsFailed",
        Sender.TRANSFORMER,
        Unit.COUNT,
        "Polls and messages that failed because an AWS call failed after its own retries.",
    )


def embedded_metrics(namespace: str, values: Mapping[Metric, float], at: datetime) -> str:
    """Write metrics as a line in the embedded metric format, without its end.

    Args:
        namespace: the namespace on CloudWatch, which is the name of the deployment.
        values: the values by metric.
        at: the time of the values.
    """
    definitions = [{"Name": metric.value, "Unit": metric.unit.value} for metric in values]
    directive = {"Namespace": namespace, "Dimensions": [[]], "Metrics": definitions}
    metadata = {"Timestamp": int(at.timestamp() * 1000), "CloudWatchMetrics": [directive]}
    named = {metric.value: value for metric, value in values.items()}
    return msgspec.json.encode({"_aws": metadata, **named}).decode()


def print_metrics(
    namespace: str | None, values: Mapping[Metric, float], at: datetime, to: TextIO
) -> None:
    """Print metrics as a line; print nothing without a namespace or without values."""
    if namespace is not None and values:
        to.write(f"{embedded_metrics(namespace, values, at)}\n")
        to.flush()
