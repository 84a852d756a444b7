"""The metrics that the services print, as CloudWatch finds them in their logs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

if TYPE_CHECKING:
    from playlake_contracts.metrics import Metric

PERIOD: Final = timedelta(minutes=5)


def metric_of(
    namespace: str, metric: Metric, statistic: str = "Sum", period: timedelta = PERIOD
) -> cloudwatch.Metric:
    """A metric of a deployment or of the runs of a source, without dimensions.

    Args:
        namespace: the name of the deployment, or the namespace of the runs.
        metric: the metric.
        statistic: how its values are taken together.
        period: over which time they are.

    Raises:
        ValueError: no service sends it to CloudWatch.
    """
    if not metric.is_on_cloudwatch:
        raise ValueError(f"{metric} is not on CloudWatch")
    return cloudwatch.Metric(
        namespace=namespace,
        metric_name=metric.value,
        statistic=statistic,
        period=duration(period),
    )


def duration(time: timedelta) -> Duration:
    """A time as the CDK writes it."""
    return Duration.seconds(time.total_seconds())
