"""CloudWatch's embedded metric format: one line with a JSON object on standard output.

The lines go past the logging library, so that no log level can switch them off. CloudWatch Logs
makes the metrics from them, also from those of the log driver `awslogs`:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Generation_PutLogEvents.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from typing import TextIO

    from playlake_contracts.metrics import Metric

# Of one metric in one line, by the specification.
MOST_VALUES: Final = 100


def embedded_metrics(
    namespace: str,
    values: Mapping[Metric, float | Sequence[float]],
    at: datetime,
    about: Mapping[str, str] | None = None,
) -> str:
    """Write metrics as a line in the embedded metric format, without its end.

    Args:
        namespace: the namespace on CloudWatch, which is the name of the deployment.
        values: the values by metric; of a distribution at most `MOST_VALUES`.
        at: the time of the values.
        about: what else the line says. It is no dimension, and costs nothing.
    """
    definitions = [{"Name": metric.value, "Unit": metric.unit.value} for metric in values]
    directive = {"Namespace": namespace, "Dimensions": [[]], "Metrics": definitions}
    metadata = {"Timestamp": int(at.timestamp() * 1000), "CloudWatchMetrics": [directive]}
    named = {metric.value: value for metric, value in values.items()}
    return msgspec.json.encode({"_aws": metadata, **(about or {}), **named}).decode()


def print_metrics(
    namespace: str | None,
    values: Mapping[Metric, float | Sequence[float]],
    at: datetime,
    to: TextIO,
    about: Mapping[str, str] | None = None,
) -> None:
    """Print metrics as a line, or as several if a distribution has more values than one may have.

    Without a namespace or without values nothing is printed.
    """
    if namespace is None:
        return
    lines = (embedded_metrics(namespace, of_line, at, about) for of_line in _lines(values))
    to.writelines(f"{line}\n" for line in lines)
    to.flush()


def _lines(
    values: Mapping[Metric, float | Sequence[float]],
) -> Iterator[dict[Metric, float | Sequence[float]]]:
    """Divide values into lines; a number is in the first."""
    left = dict(values)
    while left:
        cut = {metric: _first(value) for metric, value in left.items()}
        if found := {metric: value for metric, value in cut.items() if value != []}:
            yield found
        left = {
            metric: value[MOST_VALUES:]
            for metric, value in left.items()
            if not isinstance(value, int | float) and len(value) > MOST_VALUES
        }


def _first(value: float | Sequence[float]) -> float | Sequence[float]:
    return value if isinstance(value, int | float) else list(value[:MOST_VALUES])
