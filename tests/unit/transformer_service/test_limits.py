"""The limits of messages in flight and of bytes in memory are kept."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from landed import entry, part, part_key
from twins.transformer import InlineTransforms, World
from virtual_time import VirtualTimeLoop, passing

from playlake_transformer.committer import ByteBudget

LIMIT = 100
KEYS = [part_key(number) for number in range(25)]
BODIES = [part(key, [entry(1)]) for key in KEYS]


@pytest.fixture
def busy() -> World:
    """25 landed parts; each takes ten seconds to transform."""
    world = World(transforms=InlineTransforms(takes=timedelta(seconds=10)))
    for key, body in zip(KEYS, BODIES, strict=True):
        world.land(key, body)
    return world


@pytest.mark.parametrize("limit", [1, 3, 10, 12, 1000])
async def test_no_more_messages_are_in_flight_than_the_limit(busy: World, limit: int) -> None:
    async with busy.transformer(in_flight=limit) as life:
        await passing(seconds=5)
        assert busy.queue.in_flight == life.status.in_flight == min(limit, len(KEYS))
        await passing(minutes=5)
    assert busy.transforms.most_objects == min(limit, len(KEYS))
    assert life.status.committed == len(KEYS)


async def test_a_free_place_is_used_at_once() -> None:
    world = World(transforms=InlineTransforms(takes=timedelta(seconds=10)))
    async with world.transformer(in_flight=2) as life:
        for key, body in zip(KEYS[:4], BODIES[:4], strict=True):
            world.land(key, body)
        await passing(seconds=21)
        assert life.status.committed == 4


@pytest.mark.parametrize("objects", [1, 2, 5])
async def test_no_more_bytes_are_in_memory_than_the_budget(busy: World, objects: int) -> None:
    budget = objects * max(map(len, BODIES))
    async with busy.transformer(in_flight=10, budget=budget) as life:
        await passing(minutes=5)
    assert 0 < busy.transforms.most_bytes <= budget
    assert busy.transforms.most_objects == objects
    assert life.status.committed == len(KEYS)


@given(st.lists(st.tuples(st.integers(0, 2 * LIMIT), st.integers(0, 5)), max_size=20))
def test_a_budget_is_never_exceeded_and_every_request_is_served(
    requests: list[tuple[int, int]],
) -> None:
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        most = runner.run(_most_in_use(requests))
    assert most <= LIMIT
    assert most >= max((min(size, LIMIT) for size, _ in requests), default=0)


async def _most_in_use(requests: list[tuple[int, int]]) -> int:
    budget = ByteBudget(LIMIT)
    in_use = most = 0

    async def hold(size: int, seconds: int) -> None:
        nonlocal in_use, most
        async with budget.hold(size):
            in_use += min(size, LIMIT)
            most = max(most, in_use)
            await passing(seconds=seconds)
            in_use -= min(size, LIMIT)

    await asyncio.gather(*(hold(size, seconds) for size, seconds in requests))
    return most


async def test_a_budget_is_released_after_an_error() -> None:
    budget = ByteBudget(LIMIT)
    with pytest.raises(ZeroDivisionError):
        async with budget.hold(LIMIT):
            raise ZeroDivisionError
    async with asyncio.timeout(1), budget.hold(LIMIT):
        pass
