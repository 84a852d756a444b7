from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from playlake.checking.sample import sample
from playlake_contracts.keys import RawKey
from playlake_contracts.runs import RunId

FIRST = datetime(2026, 1, 1, 6, tzinfo=UTC)


def run(day: int, hour: int = 0) -> RunId:
    return RunId.derive("spotify", FIRST + timedelta(days=day, hours=hour))


def keys(days: int, parts: int = 1, runs: int = 1) -> list[RawKey]:
    """The keys of some days, each with runs of some parts and a manifest."""
    made = [run(day, hour) for day in range(days) for hour in range(runs)]
    landed = [RawKey.of_part("spotify", one, number) for one in made for number in range(parts)]
    return [*landed, *(RawKey.of_manifest("spotify", one) for one in made)]


def days_of(chosen: list[RawKey]) -> list[int]:
    return sorted((key.run_id.scheduled_at - FIRST).days for key in chosen)


def test_a_sample_is_spread_over_the_days_from_the_newest_to_the_oldest() -> None:
    chosen = sample(keys(days=365), 20)
    assert len(set(chosen)) == 20
    parts = days_of([key for key in chosen if not key.is_manifest])
    gaps = [later - earlier for earlier, later in pairwise(parts)]
    assert (parts[0], parts[-1], set(gaps)) == (0, 364, {26})


def test_one_in_four_is_a_manifest() -> None:
    chosen = sample(keys(days=365), 20)
    assert sum(key.is_manifest for key in chosen) == 5


def test_the_newest_part_is_always_chosen() -> None:
    there = keys(days=9, parts=3, runs=2)
    newest = RawKey.of_part("spotify", run(8, 1), 2)
    assert sample(there, 1) == [newest]
    assert all(newest in sample(there, size) for size in range(1, 40))


def test_a_day_with_many_parts_has_no_more_than_others() -> None:
    busy = [RawKey.of_part("spotify", run(3), number) for number in range(500)]
    assert days_of(sample([*keys(days=8), *busy], 8)) == days_of(sample(keys(days=8), 8))


def test_a_sample_is_as_large_as_it_can_be() -> None:
    there = keys(days=3, parts=2)
    for size in range(1, len(there) + 1):
        assert len(set(sample(there, size))) == size
    assert set(sample(there, 100)) == set(there)
    manifests = [key for key in there if key.is_manifest]
    assert set(sample(manifests, 3)) == set(manifests)
    assert sample([], 5) == []


def test_a_sample_is_the_same_whatever_the_order() -> None:
    there = keys(days=50, parts=2)
    assert sample(there, 7) == sample(there[::-1], 7)
