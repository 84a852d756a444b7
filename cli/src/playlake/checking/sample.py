"""Chooses the parts that are checked: the same ones every time, spread over the days."""

from __future__ import annotations

from collections import defaultdict
from itertools import zip_longest
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from playlake_contracts.keys import RawKey

T = TypeVar("T")

# Manifests have a table of their own, so some are among the parts: one of so many.
_A_MANIFEST_OF = 4


def sample(keys: Iterable[RawKey], size: int) -> list[RawKey]:
    """Choose parts, the newest among them; one in four is a manifest, where there are enough.

    Args:
        keys: the raw objects that are committed.
        size: the number to choose; fewer if there are not so many.
    """
    manifests: list[RawKey] = []
    parts: list[RawKey] = []
    for key in sorted(keys, key=_age, reverse=True):
        (manifests if key.is_manifest else parts).append(key)
    share = max(min(size // _A_MANIFEST_OF, len(manifests)), size - len(parts))
    return [*_spread(parts, size - min(share, size)), *_spread(manifests, share)]


def _age(key: RawKey) -> tuple[object, ...]:
    return key.run_id, key.source, key.part


def _spread(keys: Sequence[RawKey], size: int) -> list[RawKey]:
    """Choose the newest of each day, then the second of each, and so on."""
    days: defaultdict[str, list[RawKey]] = defaultdict(list)
    for key in keys:
        days[key.run_id.snapshot_date].append(key)
    chosen: list[RawKey] = []
    for level in zip_longest(*days.values()):
        there = [key for key in level if key is not None]
        chosen += _evenly(there, size - len(chosen))
    return chosen


def _evenly(things: Sequence[T], size: int) -> list[T]:
    """Choose from a sequence at equal distances, the first always."""
    if size >= len(things):
        return list(things)
    if size == 1:
        return [things[0]]
    return [things[round(at * (len(things) - 1) / (size - 1))] for at in range(size)]
