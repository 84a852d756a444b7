"""The longest increasing chain, by Hunt and Szymanski: which entries of a list kept their order.

https://doi.org/10.1145/359581.359603
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def longest_chain(candidates: Iterable[tuple[int, Sequence[int]]]) -> dict[int, int]:
    """Pair as many new positions with old ones as possible, so that both increase.

    Of several longest chains it is always the same one. It takes O(r log r) for r candidates.

    Args:
        candidates: for each new position, in ascending order, the old positions that it can be
            paired with, in ascending order.

    Returns:
        The old position by new position.
    """
    # For each length, the smallest old position at which a chain of that length ends, and that
    # chain as a linked list from its end: (new, old, the chain before).
    ends: list[int] = []
    chains: list[tuple[int, int, object]] = []
    for new, olds in candidates:
        # From the largest, so that a chain takes at most one of them.
        for old in reversed(olds):
            length = bisect_left(ends, old) if ends and old <= ends[-1] else len(ends)
            if length == len(ends):
                ends.append(old)
                chains.append((new, old, chains[-1] if length else None))
            elif old < ends[length]:
                ends[length] = old
                chains[length] = (new, old, chains[length - 1] if length else None)
    return _unlinked(chains[-1] if chains else None)


def _unlinked(chain: object) -> dict[int, int]:
    pairs: dict[int, int] = {}
    while isinstance(chain, tuple):
        new, old, chain = chain
        pairs[new] = old
    return pairs
