"""The alarms of a deployment on the local AWS: it evaluates them when a metric is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playlake.local_aws.aws import _CONFIG

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake.local_aws import LocalAws
    from playlake_contracts.metrics import Metric


def client_of(aws: LocalAws, service: str) -> Any:  # noqa: ANN401 - the service decides the type
    """A client of a service that `LocalAws` itself does not need."""
    return aws._session.client(service, endpoint_url=aws.endpoint_url, config=_CONFIG)  # type: ignore[call-overload]


def send(cloudwatch: Any, deployment: str, values: Mapping[Metric, float]) -> None:  # noqa: ANN401
    """Send metrics, as CloudWatch Logs makes them from a line of a service."""
    data = [{"MetricName": metric.value, "Value": value} for metric, value in values.items()]
    cloudwatch.put_metric_data(Namespace=deployment, MetricData=data)


def ringing(cloudwatch: Any, deployment: str) -> set[str]:  # noqa: ANN401
    """The names of the deployment's alarms that are on."""
    found = cloudwatch.describe_alarms(AlarmNamePrefix=f"{deployment}-", StateValue="ALARM")
    return {alarm["AlarmName"].removeprefix(f"{deployment}-") for alarm in found["MetricAlarms"]}
