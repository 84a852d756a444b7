"""Runs, compactions and syncs that go on, which must end before their stack is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_infra.runs import Runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from playlake_infra.checks.aws_clients import Clients, Permitted
    from playlake_infra.settings import Settings


def running_tasks(clients: Clients, permitted: Permitted, settings: Settings) -> list[str]:
    """List the ARNs of scheduled tasks that run or are about to."""
    services = [runs.service for runs in Runs.all(settings)]
    services += ["compactor"] if settings.has_compactor else []
    services += ["iceberg"] if settings.has_iceberg else []
    services += ["retention"] if settings.has_retention else []
    tasks = permitted.read(
        "whether a run goes on", "ecs:ListTasks", lambda: _tasks(clients, settings.name, services)
    )
    return tasks or []


def running_problems(settings: Settings, tasks: Iterable[str]) -> Iterator[str]:
    """Say of each task how to end it."""
    for task in tasks:
        name = task.rpartition("/")[2]
        yield (
            f"a run or a compaction goes on in the task {name}: wait for its end, or stop it with "
            f"`aws ecs stop-task --cluster {settings.name} --task {name}`; what it has landed or "
            "brought into force stays"
        )


def _tasks(clients: Clients, name: str, services: Iterable[str]) -> list[str]:
    try:
        return [
            task
            for service in services
            for task in clients.ecs.list_tasks(cluster=name, family=f"{name}-{service}")["taskArns"]
        ]
    except clients.ecs.exceptions.ClusterNotFoundException:
        return []
