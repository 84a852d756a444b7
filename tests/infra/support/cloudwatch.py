"""CloudWatch's evaluation of the alarms of a template, by its documented rules.

A metric is a list with a value for each minute, None where SQS sends none.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Series = list[float | None]

# CloudWatch retrieves more points than it evaluates; the documented example: five for three.
_MORE_POINTS = 2
_COMPARISONS = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
}


def is_on(alarm: Mapping[str, Any], metrics: Mapping[str, Sequence[float | None]]) -> bool:
    """Whether an alarm is in the state ALARM, given the values of its metrics up to now."""
    return is_breached(
        points(alarm, metrics),
        alarm["EvaluationPeriods"],
        alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"]),
        lambda value: bool(_COMPARISONS[alarm["ComparisonOperator"]](value, alarm["Threshold"])),
        {"breaching": True, "notBreaching": False}[alarm["TreatMissingData"]],
    )


def points(alarm: Mapping[str, Any], metrics: Mapping[str, Sequence[float | None]]) -> Series:
    """The values that an alarm watches: those of its metric, or of its expression."""
    if "MetricName" in alarm:
        return list(metrics[alarm["MetricName"]])
    stats = {m["Id"]: m["MetricStat"] for m in alarm["Metrics"] if "MetricStat" in m}
    assert {stat["Period"] for stat in stats.values()} == {60}
    names = {
        identifier: list(metrics[s["Metric"]["MetricName"]]) for identifier, s in stats.items()
    }
    (expression,) = (m["Expression"] for m in alarm["Metrics"] if "Expression" in m)
    return _evaluate(ast.parse(expression, mode="eval").body, names)


def is_breached(
    series: Series, evaluated: int, needed: int, breaches: Callable[[float], bool], missing: bool
) -> bool:
    """Whether enough of the latest values breach; `missing` is how those that lack count."""
    retrieved = series[-(evaluated + _MORE_POINTS) :]
    existing = [value for value in retrieved if value is not None][-evaluated:]
    filled = evaluated - len(existing)
    return sum(map(breaches, existing)) + filled * missing >= needed


def _evaluate(node: ast.expr, names: Mapping[str, Series]) -> Series:
    match node:
        case ast.Name(id=name):
            return names[name]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            pairs = zip(_evaluate(left, names), _evaluate(right, names), strict=True)
            return [_sum(a, b) for a, b in pairs]
        case ast.Call(
            func=ast.Name(id="FILL"), args=[inner, ast.Constant(value=float() | int() as filler)]
        ):
            return [filler if v is None else v for v in _evaluate(inner, names)]
    raise NotImplementedError(ast.dump(node))


def _sum(left: float | None, right: float | None) -> float | None:
    """A sum, in which a missing value counts as zero unless both are missing."""
    return None if left is None and right is None else (left or 0) + (right or 0)
