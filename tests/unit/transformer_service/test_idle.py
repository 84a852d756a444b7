"""A service that is started when it is needed stops when its queue has been empty for a while."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from landed import entry, part, part_key
from virtual_time import LoopClock, passing

from playlake_transformer.idle import stop_when_idle

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from twins.transformer import World
    from twins.transformer.life import Life

AFTER = timedelta(minutes=1)


@asynccontextmanager
async def ending(world: World) -> AsyncIterator[Life]:
    """A transformer that stops a minute after its last message."""
    async with world.transformer() as life:
        watching = asyncio.create_task(stop_when_idle(life.worker, life.status, LoopClock(), AFTER))
        yield life
        watching.cancel()


async def test_a_service_without_messages_stops(world: World) -> None:
    async with ending(world) as life:
        await passing(seconds=59)
        assert not life.status.is_draining
        await passing(seconds=8)
        assert life.status.is_draining


async def test_each_message_begins_the_time_anew(world: World) -> None:
    async with ending(world) as life:
        for number in range(4):
            key = part_key(number)
            world.land(key, part(key, [entry(1)]))
            await passing(seconds=50)
            assert not life.status.is_draining
        await passing(seconds=20)
        assert life.status.is_draining
    assert (life.status.committed, world.queue.bodies) == (4, [])


async def test_a_message_that_takes_long_is_finished(world: World) -> None:
    world.transforms.takes = timedelta(minutes=5)
    key = part_key()
    async with ending(world) as life:
        world.land(key, part(key, [entry(1)]))
        await passing(minutes=4)
        assert not life.status.is_draining
        await passing(minutes=4)
    assert (life.status.committed, life.status.is_draining) == (1, True)
