"""Runs many histories, and adds up what was met in them and what they broke."""

from __future__ import annotations

import gc
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from simulation.history import run
from simulation.invariants import violations
from simulation.plan import draw

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulation.violation import Violation

# Above every level that the service logs with.
_SILENT = 50
# A history leaves little behind, and a collection walks through all that is cached.
_OBJECTS_BETWEEN_COLLECTIONS = 200_000


@dataclass(slots=True)
class Batch:
    """What came of some histories.

    Attributes:
        met: in how many histories each class of faults was met.
        broken: what was broken, with the seed.
    """

    histories: int = 0
    met: Counter[str] = field(default_factory=Counter)
    broken: list[tuple[int, Violation]] = field(default_factory=list)

    def add(self, other: Batch) -> None:
        """Add other histories."""
        self.histories += other.histories
        self.met += other.met
        self.broken += other.broken


def run_batch(seeds: Iterable[int], *, stops: bool = False) -> Batch:
    """Run a history for each seed; with `stops`, none after the first that broke something."""
    batch = Batch()
    with _silent_and_seldom_collected():
        for seed in seeds:
            history = run(draw(seed))
            batch.histories += 1
            batch.met.update(history.chaos.fired.keys())
            batch.broken += [(seed, broken) for broken in violations(history)]
            if stops and batch.broken:
                break
    return batch


@contextmanager
def _silent_and_seldom_collected() -> Iterator[None]:
    """Log nothing, and collect garbage seldom, while a block lasts."""
    logging, thresholds = structlog.get_config(), gc.get_threshold()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(_SILENT))
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    try:
        yield
    finally:
        structlog.configure(**logging)
        gc.set_threshold(*thresholds)
