"""Plans a backfill by bytes, so that one huge part does not hold it up.

The largest parts come first, and each goes to the lot that has least to do. So the last lot to end
has at most the work of one part more than the others have on average. Manifests come last, in the
order of their runs: what a run takes over from the run before is then there to be read.
"""

from __future__ import annotations

from heapq import heapify, heapreplace
from math import ceil
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from playlake_contracts.s3_events import StoredObject

# What a raw object costs however small it is: its reading, and the writing of its files.
OBJECT_BYTES: Final = 64 * 1024
# A lot that is lost with its executor is done again, so none is large.
LOT_BYTES: Final = 64 * 1024 * 1024
# Lots end at different times: with several a worker, all are busy to the end.
LOTS_A_WORKER: Final = 4

# What one task of an engine commits, one after the other.
Lot: TypeAlias = "tuple[StoredObject, ...]"


def weight(stored: StoredObject) -> int:
    """The work that a raw object makes, in bytes."""
    return stored.size + OBJECT_BYTES


def in_order(objects: Iterable[StoredObject]) -> list[StoredObject]:
    """Raw objects in the order in which one pool of processes takes them."""
    parts, manifests = _apart(objects)
    return [*parts, *manifests]


def lots(objects: Iterable[StoredObject], workers: int) -> list[Lot]:
    """Raw objects in lots of about equal work, those with parts first, the heaviest first.

    Args:
        objects: each is in exactly one lot.
        workers: the number of lots that are worked on at a time, 1 or more.
    """
    parts, manifests = _apart(objects)
    return [*_level(parts, workers), *_consecutive(manifests, workers)]


def _apart(objects: Iterable[StoredObject]) -> tuple[list[StoredObject], list[StoredObject]]:
    """Parts, the largest first, and manifests in the order of their runs."""
    every = list(objects)
    parts = [each for each in every if not each.key.is_manifest]
    manifests = [each for each in every if each.key.is_manifest]
    parts.sort(key=lambda each: (-each.size, str(each.key)))
    manifests.sort(key=lambda each: (each.key.source, each.key.run_id))
    return parts, manifests


def _count(objects: Sequence[StoredObject], workers: int) -> int:
    needed = ceil(sum(map(weight, objects)) / LOT_BYTES)
    return min(len(objects), max(needed, workers * LOTS_A_WORKER))


def _level(parts: Sequence[StoredObject], workers: int) -> list[Lot]:
    """Give each part, the largest first, to the lot that has least to do."""
    if not parts:
        return []
    made: list[list[StoredObject]] = [[] for _ in range(_count(parts, workers))]
    loads = [(0, number) for number in range(len(made))]
    heapify(loads)
    for part in parts:
        load, number = loads[0]
        made[number].append(part)
        heapreplace(loads, (load + weight(part), number))
    heaviest_first = sorted(loads, reverse=True)
    return [tuple(made[number]) for _, number in heaviest_first]


def _consecutive(manifests: Sequence[StoredObject], workers: int) -> list[Lot]:
    """Cut manifests into stretches of runs that follow each other: one for each worker."""
    length = ceil(len(manifests) / max(1, min(workers, len(manifests))))
    return [
        tuple(manifests[start : start + length]) for start in range(0, len(manifests), length or 1)
    ]
