"""Runs of the extractor that go on, which must end before their stack is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from playlake_infra.checks.aws_clients import Clients, Permitted
    from playlake_infra.settings import Settings


def running_extractors(clients: Clients, permitted: Permitted, settings: Settings) -> list[str]:
    """List the ARNs of the extractor's tasks that run or are about to."""
    tasks = permitted.read(
        "whether a run goes on", "ecs:ListTasks", lambda: _tasks(clients, settings.name)
    )
    return tasks or []


def running_problems(settings: Settings, tasks: Iterable[str]) -> Iterator[str]:
    """Say of each run how to end it."""
    for task in tasks:
        name = task.rpartition("/")[2]
        yield (
            f"a run goes on in the task {name}: wait for its end, or stop it with "
            f"`aws ecs stop-task --cluster {settings.name} --task {name}`; parts that it has "
            "landed stay"
        )


def _tasks(clients: Clients, name: str) -> list[str]:
    try:
        return clients.ecs.list_tasks(cluster=name, family=f"{name}-extractor")["taskArns"]
    except clients.ecs.exceptions.ClusterNotFoundException:
        return []
