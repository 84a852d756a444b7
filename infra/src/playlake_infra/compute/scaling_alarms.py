"""The two alarms that scale the transformers: messages wait, or nothing has happened for a while.

SQS reports messages that wait only while the queue is active, and messages in flight only while
there are some. A queue that nobody has used for six hours is not active; once it is used again,
its metrics are late by up to 15 minutes.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/monitoring-using-cloudwatch.html
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

if TYPE_CHECKING:
    from aws_cdk import aws_sqs as sqs
    from constructs import Construct

_MINUTE = Duration.minutes(1)
_LATEST_METRIC = timedelta(minutes=15)
# Longer than a metric is late, so that a filled zero never hides every message of the window. It
# is also longer than the crawler's quiet time, so that the crawl of the last run starts first.
_IDLE = _LATEST_METRIC + timedelta(minutes=5)

# A missing value counts as zero, because SQS leaves out what is zero. FILL also fills minutes whose
# values are late: the alarm sees zeros there until the values arrive.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
_MESSAGES_HELD = "FILL(waiting, 0) + FILL(taken, 0)"


def backlog_alarm(scope: Construct, queue: sqs.Queue) -> cloudwatch.Alarm:
    """Create the alarm that is on while messages wait.

    Nothing is filled here: with one period, a filled zero in the latest minute would hide the
    messages for as long as the metric is late.
    """
    return cloudwatch.Alarm(
        scope,
        "Backlog",
        alarm_description="Scales out: messages wait for a transformer",
        metric=_waiting(queue),
        threshold=1,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluation_periods=1,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )


def idle_alarm(scope: Construct, queue: sqs.Queue) -> cloudwatch.Alarm:
    """Create the alarm that is on while no message has waited or been in flight for a while.

    It stays on while the queue sleeps, and one message turns it off: it cannot undo what the
    alarm above has started.
    """
    periods = _IDLE // timedelta(minutes=1)
    return cloudwatch.Alarm(
        scope,
        "Idle",
        alarm_description="Scales in: nothing has been queued or worked on for a while",
        metric=_messages_held(queue),
        threshold=1,
        comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
        evaluation_periods=periods,
        datapoints_to_alarm=periods,
        # FILL needs a value to begin with: where CloudWatch has none at all, the queue sleeps too.
        treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
    )


def _waiting(queue: sqs.Queue) -> cloudwatch.Metric:
    return queue.metric_approximate_number_of_messages_visible(period=_MINUTE, statistic="Maximum")


def _messages_held(queue: sqs.Queue) -> cloudwatch.MathExpression:
    """The number of messages that wait or are in flight."""
    taken = queue.metric_approximate_number_of_messages_not_visible(
        period=_MINUTE, statistic="Maximum"
    )
    return cloudwatch.MathExpression(
        expression=_MESSAGES_HELD,
        label="messages held",
        period=_MINUTE,
        using_metrics={"waiting": _waiting(queue), "taken": taken},
    )
