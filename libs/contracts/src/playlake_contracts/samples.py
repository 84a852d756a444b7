"""What a process has measured since it started, as `GET /metrics` gives it to Prometheus."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from playlake_contracts.metrics import Metric

# Seconds: a part is transformed in tens of milliseconds, and a row may be late by a day.
BOUNDS: Final = (
    *(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0),
    *(60.0, 120.0, 300.0, 600.0, 1_200.0, 3_600.0, 21_600.0, 86_400.0),
)


@dataclass(slots=True)
class Distribution:
    """Values that were observed: how many are at most each of `BOUNDS`, and their sum.

    Attributes:
        total: the sum of all values.
    """

    total: float = 0.0
    _counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    _new: list[float] = field(default_factory=list)

    def observe(self, value: float) -> None:
        """Note a value."""
        self._counts[bisect_left(BOUNDS, value)] += 1
        self.total += value
        self._new.append(value)

    def buckets(self) -> list[tuple[float, int]]:
        """Each bound with the number of values up to it; the last is infinity."""
        return list(zip((*BOUNDS, float("inf")), accumulate(self._counts), strict=True))

    def take_new(self) -> list[float]:
        """The values since this was last called."""
        new, self._new = self._new, []
        return new


class Sample(NamedTuple):
    """The value of a metric.

    Attributes:
        metric: the metric.
        value: its value; points in time are seconds since 1970, UTC.
        labels: what tells it from other values of the metric, by name.
    """

    metric: Metric
    value: float | Distribution
    labels: tuple[tuple[str, str], ...] = ()
