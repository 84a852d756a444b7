"""The overwriter: the one task that may write files of tables over those that are there.

It runs the transformer's image with a queue and a role of its own. A transformer hands over what
`playlake replay --overwrite` asks for, because the buckets refuse it. The overwriter is started by
a schedule or by hand, and ends when its queue is empty. What is not done then waits for the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from constructs import Construct

from playlake_infra.compute.starting import TaskSchedules, beside_transformers
from playlake_infra.compute.task import Container, Task
from playlake_infra.compute.transformer import allow_commits, environment_of

if TYPE_CHECKING:
    from playlake_infra.compute.starting import Starts
    from playlake_infra.data.resources import Data
    from playlake_infra.settings import Settings

SERVICE: Final = "overwriter"
# A start that finds nothing to do costs a twentieth of a cent.
_EVERY: Final = "rate(6 hours)"
_IDLE_SECONDS: Final = 60


class Overwriter(Construct):
    """The overwriter and its schedule.

    Attributes:
        task: its task definition with roles and log.
    """

    def __init__(
        self, scope: Construct, name: str, settings: Settings, data: Data, starts: Starts
    ) -> None:
        super().__init__(scope, name)
        queue = data.events.overwrites
        container = Container(
            service=SERVICE,
            image=starts.runtime.images.transformer,
            size=settings.transformer,
            environment=environment_of(
                settings,
                data,
                queue_url=queue.queue_url,
                crawl="never",
                stop_when_idle_seconds=_IDLE_SECONDS,
            ),
        )
        self.task = Task(self, "Task", settings, container)
        allow_commits(self.task, data, queue)
        placement = beside_transformers(starts.runtime.network)
        TaskSchedules(self, starts, self.task, placement).add(
            "Schedule",
            "overwrite",
            description="Writes anew what a replay asks for",
            expression=_EVERY,
            time_zone="UTC",
        )
