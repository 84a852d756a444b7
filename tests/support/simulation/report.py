"""What a person reads of many histories, and whether they count as a success."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from simulation.faults import CLASSES, LEAST_MET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulation.batch import Batch

PROMISES: Final = (
    "lost",
    "phantom",
    "duplicated",
    "partial visible",
    "wrong rows",
    "innocent rejected",
    "rejected twice",
    "unregistered",
    "never done",
    "late",
    "work done twice",
    "hidden",
    "not given back",
    "charged",
    "busy polling",
    "not crawled",
    "service ended",
)

# With fewer histories the shares say little.
_ENOUGH: Final = 300
_MOST_SHOWN: Final = 10


def report(batch: Batch) -> Iterator[str]:
    """The lines that are printed."""
    broken = Counter(violation.kind for _, violation in batch.broken)
    yield ", ".join(f"{broken[promise]} {promise}" for promise in PROMISES[:4])
    yield ", ".join(f"{broken[promise]} {promise}" for promise in PROMISES[4:])
    yield ""
    yield f"{'class of faults':<22} met in"
    for kind in CLASSES:
        yield f"{kind:<22} {batch.met[kind] / batch.histories:6.1%} of histories"
    yield ""
    for seed, violation in batch.broken[:_MOST_SHOWN]:
        yield f"seed {seed}: {violation.kind}: {violation.what}"
    for seed in sorted({seed for seed, _ in batch.broken})[:_MOST_SHOWN]:
        yield f"Replay it alone: make simulate SEED={seed}"
    yield from (f"{kind} is met too seldom" for kind in too_seldom(batch))


def too_seldom(batch: Batch) -> list[str]:
    """The classes of faults that were met in fewer than a fifth of the histories."""
    if batch.histories < _ENOUGH:
        return []
    return [kind for kind in CLASSES if batch.met[kind] < LEAST_MET * batch.histories]
