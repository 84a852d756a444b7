"""Prints the service's metrics: what was counted since the last line, at most once a minute.

They are differences of the counts of `Status`, so that metrics and the API agree. A process that is
killed loses the metrics of a minute at most.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from playlake_contracts.metrics import Metric, print_metrics

if TYPE_CHECKING:
    from typing import TextIO

    from playlake_transformer.ports import Clock
    from playlake_transformer.status import Status

EVERY: Final = timedelta(minutes=1)


class MetricLines:
    """Prints what `Status` has counted since the last line; nothing without a namespace."""

    def __init__(
        self, status: Status, clock: Clock, namespace: str | None, to: TextIO | None = None
    ) -> None:
        self._status = status
        self._clock = clock
        self._namespace = namespace
        self._to = to
        self._printed: Counter[Metric] = Counter()

    async def run(self) -> None:
        """Print a line each minute in which something was counted; the last when cancelled."""
        try:
            while True:
                await asyncio.sleep(EVERY.total_seconds())
                self.print_new()
        finally:
            self.print_new()

    def print_new(self) -> None:
        """Print what was counted since the last line, if anything was."""
        counted = self._counted()
        new: dict[Metric, float] = dict(counted - self._printed)
        if self._status.aws_failing_since is not None:
            new[Metric.BREAKER_OPEN] = 1
        print_metrics(self._namespace, new, self._clock.now(), self._to or sys.stdout)
        self._printed = counted

    def _counted(self) -> Counter[Metric]:
        status = self._status
        return Counter(
            {
                Metric.OBJECTS_REJECTED: status.rejected + status.parts_missing,
                Metric.ROWS_QUARANTINED: status.rows_quarantined + status.rows_alarming,
                Metric.GLUE_THROTTLES: status.glue_throttles,
                Metric.CALLS_FAILED: status.calls_failed,
            }
        )
