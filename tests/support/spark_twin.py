"""A twin of Spark's context for tasks without rows: what it is given and gives is pickled.

An error of a task is no error of Playlake any more, as with Spark.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass
class TwinContext:
    """Does tasks in this process.

    Attributes:
        lost: says of each task whether its first attempt is lost after it is done.
        defaultParallelism: the number of tasks that run at a time.
        done: the tasks that were done, in their order.
        cancelled: how often all jobs were cancelled.
    """

    lost: Callable[[Any], bool] = lambda _: False
    defaultParallelism: int = 2  # noqa: N815 - Spark's name
    done: list[Any] = field(default_factory=list)
    cancelled: int = 0

    def parallelize(self, tasks: Sequence[Any], slices: int) -> TwinTasks:
        """Take tasks."""
        assert slices == len(tasks)
        return TwinTasks(self, tasks)

    def cancelAllJobs(self) -> None:  # noqa: N802 - Spark's name
        """Take note of it."""
        self.cancelled += 1


@dataclass
class TwinTasks:
    """Tasks, and what is to be called with each."""

    context: TwinContext
    tasks: Sequence[Any]
    function: Callable[[Any], Any] = lambda task: task

    def map(self, function: Callable[[Any], Any]) -> TwinTasks:
        """Call a function with each task."""
        return TwinTasks(self.context, self.tasks, function)

    def collect(self) -> list[Any]:
        """Do the tasks; one that was lost is done again."""
        return [self._do(task) for task in self.tasks]

    def _do(self, task: Any) -> Any:  # noqa: ANN401 - any task
        given = pickle.loads(pickle.dumps((self.function, task)))  # noqa: S301 - made above
        function, own = given
        if self.context.lost(own):
            function(own)
        self.context.done.append(own)
        try:
            found = function(own)
        except Exception as error:
            raise RuntimeError("a task failed four times") from error
        return pickle.loads(pickle.dumps(found))  # noqa: S301 - made here
