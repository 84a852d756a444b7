"""Makes months on Spark: a task reads the marks of a month, one makes each table, one finishes.

The driver brings each month into force as soon as it is finished, as a compaction in one process
does. A task that is lost with its executor is done again by another one: it makes the same file
under the same key, and finds it there if the first one had put it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any, TypeVar

from playlake_compaction.tasks import FinishMonth, MakeTable, ReadInputs, attempt
from playlake_contracts.explained import ExplainedError
from playlake_lake.compaction.months import compacted_among

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from playlake_compaction.places import Place
    from playlake_compaction.tasks import Task
    from playlake_lake.compaction.compact import Compaction
    from playlake_lake.compaction.in_force import Month
    from playlake_lake.compaction.months import MonthPlan

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class SparkMonths:
    """Makes months as tasks of Spark; it is a compaction's `make`.

    Attributes:
        context: a `pyspark.SparkContext`.
        place: the lake; every executor reaches it under the same name.
    """

    context: Any
    place: Place

    def __call__(
        self, compaction: Compaction, plans: Sequence[MonthPlan]
    ) -> Generator[tuple[MonthPlan, Month | None], None, None]:
        """Make months, several at a time, those with most parts first.

        Raises:
            LakeError: a month cannot be made. Those that are being made are given up.
        """
        tables = compacted_among(compaction.tables)
        pool = ThreadPoolExecutor(self._months_at_once(len(tables)))
        largest_first = sorted(plans, key=lambda plan: -len(plan.marks))
        made = {pool.submit(self._make, plan, tables): plan for plan in largest_first}
        try:
            for future in as_completed(made):
                compaction.between()
                yield made[future], future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            self.context.cancelAllJobs()
            pool.shutdown()

    def _months_at_once(self, tables: int) -> int:
        """So many that their tables are more than the tasks that run at a time."""
        at_once: int = self.context.defaultParallelism
        return ceil(at_once / tables) + 1

    def _make(self, plan: MonthPlan, tables: Sequence[str]) -> Month | None:
        if not plan.marks:
            return None
        place = self.place
        (inputs,) = self._run([ReadInputs(place, plan)])
        files = self._run(
            [MakeTable(place, plan.month, table, inputs.of(table)) for table in tables]
        )
        made = dict(zip(tables, files, strict=True))
        (month,) = self._run([FinishMonth(place, plan, inputs.digest, made)])
        return month

    def _run(self, tasks: Sequence[Task[_Result]]) -> list[_Result]:
        """The results of tasks, in their order."""
        found: list[_Result | ExplainedError]
        # One slice a task: Spark gives each to whichever core is free.
        found = self.context.parallelize(tasks, len(tasks)).map(attempt).collect()
        return [_result(each) for each in found]


def _result(found: _Result | ExplainedError) -> _Result:
    if isinstance(found, ExplainedError):
        raise found
    return found
