"""A plan has each raw object once, and no lot has much more work than another."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from stored_parts import stored_manifest, stored_part

from playlake_backfill.planning import LOT_BYTES, LOTS_A_WORKER, in_order, lots, weight

if TYPE_CHECKING:
    from playlake_backfill.planning import Lot
    from playlake_contracts.s3_events import StoredObject

WORKERS = 2
MIB = 1024 * 1024

sizes = st.lists(st.integers(0, 3 * LOT_BYTES), max_size=60)
workers = st.integers(1, 50)


def parts_of(sizes: list[int]) -> list[StoredObject]:
    return [stored_part(number, size) for number, size in enumerate(sizes)]


def manifests_of(days: list[int]) -> list[StoredObject]:
    return [stored_manifest(day=day) for day in days]


def work(lot: Lot) -> int:
    return sum(map(weight, lot))


@given(sizes, st.sets(st.integers(0, 300), max_size=40), workers)
def test_each_raw_object_is_in_exactly_one_lot(
    sizes: list[int], days: set[int], workers: int
) -> None:
    objects = [*manifests_of(list(days)), *parts_of(sizes)]
    planned = lots(objects, workers)
    assert sorted(str(each.key) for lot in planned for each in lot) == sorted(
        str(each.key) for each in objects
    )
    assert all(planned)


@given(sizes, workers)
def test_no_lot_has_more_work_than_another_and_one_part(sizes: list[int], workers: int) -> None:
    planned = lots(parts_of(sizes), workers)
    for lot in planned:
        assert work(lot) - weight(lot[-1]) <= min(map(work, planned))


@given(sizes, workers)
def test_the_heaviest_lot_comes_first(sizes: list[int], workers: int) -> None:
    planned = lots(parts_of(sizes), workers)
    assert all(work(one) >= work(next_one) for one, next_one in pairwise(planned))


def test_one_huge_part_is_alone_and_comes_first() -> None:
    small = [stored_part(number, MIB) for number in range(40)]
    huge = stored_part(40, 500 * MIB)
    first, *others = lots([*small, huge], WORKERS)
    assert first == (huge,)
    assert sum(map(len, others)) == 40


def test_every_worker_has_several_lots_and_no_lot_is_large() -> None:
    few = lots(parts_of([1_000] * 100), WORKERS)
    assert len(few) == WORKERS * LOTS_A_WORKER
    many = lots(parts_of([MIB] * 10_000), WORKERS)
    assert max(map(work, many)) <= LOT_BYTES + 2 * MIB
    assert len(lots(parts_of([1_000]), 50)) == 1


def test_small_objects_weigh_as_well() -> None:
    """A thousand empty parts are not the work of none."""
    planned = lots(parts_of([0] * 1_000), WORKERS)
    assert max(map(len, planned)) - min(map(len, planned)) <= 1


def test_manifests_come_last_as_stretches_of_runs_that_follow_each_other() -> None:
    others = [stored_manifest(day=day, source="listenbrainz") for day in range(3)]
    days = [7, 3, 0, 5, 1, 6, 2, 4]
    planned = lots([*manifests_of(days), *others, stored_part(0, 1)], WORKERS)
    first, *stretches = planned
    assert first == (stored_part(0, 1),)
    assert len(stretches) == WORKERS
    in_order_of_runs = [*others, *manifests_of(sorted(days))]
    assert [each for lot in stretches for each in lot] == in_order_of_runs


def test_a_pool_takes_the_largest_parts_first_and_manifests_in_their_order_last() -> None:
    objects = [*manifests_of([2, 0, 1]), *parts_of([5, 900, 70])]
    assert in_order(objects) == [
        *(stored_part(number, size) for number, size in [(1, 900), (2, 70), (0, 5)]),
        *manifests_of([0, 1, 2]),
    ]
    assert in_order([]) == []
    assert lots([], WORKERS) == []
