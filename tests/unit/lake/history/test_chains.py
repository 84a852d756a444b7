"""The longest chain is as long as brute force finds it. All synthetic."""

from __future__ import annotations

from random import Random

from playlake_lake.history.chains import longest_chain


def longest(candidates: list[tuple[int, list[int]]]) -> int:
    """The length of the longest chain, by trying every old position that may come next."""
    best: dict[int, int] = {-1: 0}  # by the old position at which a chain ends
    for _, olds in candidates:
        longer = {old: 1 + max(best[end] for end in best if end < old) for old in olds}
        best |= {old: max(length, best.get(old, 0)) for old, length in longer.items()}
    return max(best.values())


def test_no_chain_is_longer() -> None:
    random = Random(1)
    for _ in range(3_000):
        size = random.randrange(1, 12)
        candidates = [
            (new, sorted(random.sample(range(size), random.randrange(min(size, 8) + 1))))
            for new in range(random.randrange(12))
        ]
        chain = longest_chain(candidates)
        assert len(chain) == longest(candidates), candidates
        pairs = sorted(chain.items())
        assert all(old in dict(candidates)[new] for new, old in pairs)
        assert sorted(set(chain.values())) == [old for _, old in pairs]


def test_a_long_chain_is_no_recursion() -> None:
    assert len(longest_chain((at, [at]) for at in range(100_000))) == 100_000
