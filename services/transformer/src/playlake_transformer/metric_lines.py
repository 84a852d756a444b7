"""Prints the service's metrics for CloudWatch: what happened since the last line, once a minute.

A process that is killed loses the metrics of a minute at most.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from playlake_contracts.embedded_metrics import print_metrics
from playlake_transformer.process_metrics import counters, gauges

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

    from playlake_contracts.metrics import Metric
    from playlake_transformer.ports import Clock
    from playlake_transformer.status import Status

EVERY: Final = timedelta(minutes=1)


class MetricLines:
    """Prints what has happened since the last line; nothing without a namespace."""

    def __init__(
        self, status: Status, clock: Clock, namespace: str | None, to: TextIO | None = None
    ) -> None:
        self._status = status
        self._clock = clock
        self._namespace = namespace
        self._to = to
        self._printed: Counter[Metric] = Counter()

    async def run(self) -> None:
        """Print a line each minute in which something happened; the last when cancelled."""
        try:
            while True:
                await asyncio.sleep(EVERY.total_seconds())
                self.print_new()
        finally:
            self.print_new()

    def print_new(self) -> None:
        """Print what happened since the last line, if anything did."""
        new = {metric: value for metric, value in self._new().items() if metric.is_on_cloudwatch}
        print_metrics(self._namespace, new, self._clock.now(), self._to or sys.stdout)

    def _new(self) -> dict[Metric, float | Sequence[float]]:
        """The counts and values since this was last called, and the gauges that are not 0."""
        counted = counters(self._status)
        increases, self._printed = counted - self._printed, counted
        measured = {metric: found.take_new() for metric, found in self._status.measured.items()}
        return {
            **increases,
            **{metric: value for metric, value in gauges(self._status).items() if value},
            **{metric: values for metric, values in measured.items() if values},
        }
