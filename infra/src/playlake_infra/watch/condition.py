"""The condition of an alarm: a metric, its bound, and what missing data means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from aws_cdk import aws_cloudwatch as cloudwatch

ABOVE: Final = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
BELOW: Final = cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
IS_FINE: Final = cloudwatch.TreatMissingData.NOT_BREACHING
IS_A_BREACH: Final = cloudwatch.TreatMissingData.BREACHING
# A run sends its metrics when it ends: until the next one ends, its alarm stays as it is.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
CHANGES_NOTHING: Final = cloudwatch.TreatMissingData.IGNORE


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
    comparison: cloudwatch.ComparisonOperator = ABOVE
    periods: int = 1
    missing: cloudwatch.TreatMissingData = IS_FINE
