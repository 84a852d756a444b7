"""What of a template is paid for: counted in the very template that is deployed."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playlake.cost.schedules import runs_a_month
from playlake.errors import CommandError
from playlake_contracts.metrics import OF_FAULTS, Metric, Sender

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ALARM = "AWS::CloudWatch::Alarm"
_CPU_UNITS_PER_VCPU = 1024
_MIB_PER_GB = 1024
# Only a login at Spotify ends.
_OF_SPOTIFY = frozenset({Metric.TOKEN_DAYS_LEFT})


@dataclass(frozen=True, slots=True)
class TaskSize:
    """A Fargate task's share of a machine."""

    vcpus: float
    memory_gb: float


@dataclass(frozen=True, slots=True)
class Compactor:
    """The task that compacts.

    Attributes:
        size: its size.
        disk_gb: its disk.
        runs: compactions a month.
    """

    size: TaskSize
    disk_gb: float
    runs: float


@dataclass(frozen=True, slots=True)
class Chore:
    """A task that a schedule starts, and that mostly has little to do.

    Attributes:
        size: its size.
        runs: starts a month.
    """

    size: TaskSize
    runs: float


@dataclass(frozen=True, slots=True)
class Deployment:
    """The priced parts of a template.

    Attributes:
        compactor: the task that compacts; None if there is none.
        always_on: transformers that run even while nothing is queued.
        idle_minutes: minutes after which a transformer without messages is stopped.
        crawl: when the crawler runs: every_run, on_schema_change or never.
        crawls_per_day: crawls a day at most.
        alarm_metrics: metrics that alarms watch; an alarm on a sum is paid for each metric.
        run_alarms: those of the runs of any source.
        run_metrics: metrics that the runs of any source send.
        custom_metrics: metrics that the extractor and the transformer send.
        endpoints: interface endpoints, counted once a zone.
        sources: sources that the template reads; its alarms and secrets are counted.
        chores: what else schedules start, such as retention.
    """

    extractor: TaskSize
    transformer: TaskSize
    compactor: Compactor | None
    always_on: int
    idle_minutes: int
    crawl: str
    crawls_per_day: int
    alarm_metrics: int
    run_alarms: int
    run_metrics: int
    custom_metrics: int
    dashboards: int
    secrets: int
    keys: int
    endpoints: int
    sources: int = 1
    chores: tuple[Chore, ...] = ()


def read_deployment(templates: Path, preset: str) -> Deployment:
    """Read the deployment of a preset from the folder of templates.

    Raises:
        CommandError: there is no such preset; the message names those that there are.
    """
    known = sorted(file.stem for file in templates.glob("*.json"))
    if preset not in known:
        raise CommandError(f"there is no preset {preset}: choose {', '.join(known)}")
    return deployment_of(json.loads((templates / f"{preset}.json").read_text(encoding="utf-8")))


def deployment_of(template: dict[str, Any]) -> Deployment:
    """Count what a template has of everything that is paid for."""
    resources = list(template["Resources"].values())
    count = Counter(resource["Type"] for resource in resources)
    transformer = _task(resources, "transformer")
    return Deployment(
        extractor=_size(_task(resources, "extractor")),
        transformer=_size(transformer),
        compactor=_compactor(resources),
        always_on=_always_on(resources),
        idle_minutes=_idle_minutes(template["Resources"]),
        crawl=_setting(transformer, "PLAYLAKE_CRAWL"),
        crawls_per_day=int(_setting(transformer, "PLAYLAKE_CRAWLER_DAILY_LIMIT")),
        alarm_metrics=sum(len(_watched(alarm)) for alarm in _of_type(resources, _ALARM)),
        run_alarms=sum(_is_of_runs(alarm) for alarm in _of_type(resources, _ALARM)),
        run_metrics=len(_sent(_task(resources, "extractor")) - _OF_SPOTIFY),
        custom_metrics=sum(
            len(_sent(task)) for task in (_task(resources, "extractor"), transformer)
        ),
        dashboards=count["AWS::CloudWatch::Dashboard"],
        secrets=count["AWS::SecretsManager::Secret"],
        keys=count["AWS::KMS::Key"],
        endpoints=sum(map(_zones, _of_type(resources, "AWS::EC2::VPCEndpoint"))),
        sources=1 + sum(name.startswith("extractor-") for name in _containers(resources)),
        chores=tuple(_chores(template["Resources"])),
    )


def _of_type(resources: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [found["Properties"] for found in resources if found["Type"] == kind]


def _always_on(resources: list[dict[str, Any]]) -> int:
    """The transformers that always run: what scaling keeps, or all of them without it."""
    for target in _of_type(resources, "AWS::ApplicationAutoScaling::ScalableTarget"):
        return int(target["MinCapacity"])
    (service,) = _of_type(resources, "AWS::ECS::Service")
    _, while_pushed, _ = service["DesiredCount"]["Fn::If"]
    return int(while_pushed)


def _idle_minutes(resources: dict[str, dict[str, Any]]) -> int:
    """The minutes of the alarm that scales in; none without scaling."""
    for name, found in resources.items():
        if name.startswith("ScalingIdle"):
            return int(found["Properties"]["EvaluationPeriods"])
    return 0


def _watched(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    """The metrics that an alarm watches, with namespace and name."""
    if "MetricName" in alarm:
        return [alarm]
    return [found["MetricStat"]["Metric"] for found in alarm["Metrics"] if "MetricStat" in found]


def _is_of_runs(alarm: dict[str, Any]) -> bool:
    """Whether an alarm watches the runs of a source, whatever source it is."""
    of_runs = {metric for metric in Metric if metric.sender in (Sender.EXTRACTOR, Sender.WATCHER)}
    return alarm.get("MetricName") in of_runs - _OF_SPOTIFY


def _sent(task: dict[str, Any]) -> set[Metric]:
    """The metrics that a task sends while nothing goes wrong; each is paid for."""
    (name,) = (container["Name"] for container in task["ContainerDefinitions"])
    sent = {metric for metric in Metric if metric.is_on_cloudwatch and metric.sender == name}
    return sent - OF_FAULTS


def _task(resources: list[dict[str, Any]], container: str) -> dict[str, Any]:
    (task,) = _tasks(resources, container)
    return task


def _tasks(resources: list[dict[str, Any]], container: str) -> list[dict[str, Any]]:
    return [
        task
        for task in _of_type(resources, "AWS::ECS::TaskDefinition")
        if any(c["Name"] == container for c in task["ContainerDefinitions"])
    ]


def _containers(resources: list[dict[str, Any]]) -> list[str]:
    """The names of the containers of all tasks."""
    return [
        container["Name"]
        for task in _of_type(resources, "AWS::ECS::TaskDefinition")
        for container in task["ContainerDefinitions"]
    ]


def _compactor(resources: list[dict[str, Any]]) -> Compactor | None:
    for task in _tasks(resources, "compactor"):
        (schedule,) = (
            found
            for found in _of_type(resources, "AWS::Scheduler::Schedule")
            if found["Name"].endswith("-compact")
        )
        runs = runs_a_month(schedule["ScheduleExpression"])
        return Compactor(_size(task), task["EphemeralStorage"]["SizeInGiB"], runs)
    return None


def _chores(resources: dict[str, dict[str, Any]]) -> Iterator[Chore]:
    """The tasks that schedules start, without those of runs and of compaction."""
    for found in _of_type(list(resources.values()), "AWS::Scheduler::Schedule"):
        target = found["Target"].get("EcsParameters")
        if target is None:
            continue
        task = resources[target["TaskDefinitionArn"]["Ref"]]["Properties"]
        (name,) = (container["Name"] for container in task["ContainerDefinitions"])
        if not name.startswith(("extractor", "compactor")):
            yield Chore(_size(task), runs_a_month(found["ScheduleExpression"]))


def _size(task: dict[str, Any]) -> TaskSize:
    return TaskSize(int(task["Cpu"]) / _CPU_UNITS_PER_VCPU, int(task["Memory"]) / _MIB_PER_GB)


def _setting(task: dict[str, Any], name: str) -> str:
    (value,) = (
        variable["Value"]
        for container in task["ContainerDefinitions"]
        for variable in container["Environment"]
        if variable["Name"] == name
    )
    return str(value)


def _zones(endpoint: dict[str, Any]) -> int:
    """Zones of an interface endpoint; a gateway endpoint has none and is free."""
    if endpoint.get("VpcEndpointType") != "Interface":
        return 0
    return len(endpoint.get("SubnetIds", ()))
