"""To stop, the worker releases the messages that it has not started, and finishes the others."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import timedelta
from typing import Any

import pytest
from landed import entry, part, part_key
from twins.transformer import Faults, InlineTransforms, MemoryQueue, World
from virtual_time import passing

from playlake_transformer.service import _run_until_stopped

KEY = part_key()
BODY = part(KEY, [entry(1)])


async def test_messages_received_during_the_stop_are_released(world: World) -> None:
    async with world.transformer() as life:
        await passing(seconds=5)
        life.worker.stop()
        await passing(seconds=5)
        world.land(KEY, BODY)
        await passing(seconds=1)
    assert life.faults.calls == ["receive", "receive", "release"]
    assert (len(world.queue.bodies), world.queue.in_flight) == (1, 0)
    assert life.status.in_flight == 0


async def test_stopping_waits_for_the_end_of_the_poll(world: World) -> None:
    async with world.transformer() as life:
        await passing(seconds=5)
        life.worker.stop()
    assert asyncio.get_running_loop().time() == 20


async def test_messages_in_progress_are_finished() -> None:
    world = World(transforms=InlineTransforms(takes=timedelta(minutes=5)))
    world.land(KEY, BODY)
    async with world.transformer() as life:
        await passing(seconds=1)
        life.worker.stop()
        assert (life.status.is_draining, life.status.in_flight) == (True, 1)
    assert asyncio.get_running_loop().time() == 300
    assert (life.status.committed, life.status.in_flight) == (1, 0)
    assert world.queue.bodies == []


async def test_a_full_worker_stops_without_another_poll() -> None:
    queue = MemoryQueue(poll_wait=timedelta(seconds=20))
    world = World(queue, transforms=InlineTransforms(takes=timedelta(seconds=30)))
    world.land(KEY, BODY)
    async with world.transformer(in_flight=1) as life:
        await passing(seconds=1)
        life.worker.stop()
    assert life.faults.calls.count("receive") == 1
    assert asyncio.get_running_loop().time() == 30


async def test_a_failed_release_does_not_prevent_the_stop(world: World) -> None:
    faults = Faults()
    faults.fail("release")
    async with world.transformer(faults=faults) as life:
        await passing(seconds=1)
        life.worker.stop()
        for number in range(2):
            world.land(part_key(number), BODY)
    assert life.faults.calls == ["receive", "receive", "release", "release"]
    assert (len(world.queue.bodies), world.queue.in_flight) == (2, 1)


async def stopped_at(*seconds: float) -> None:
    """Send SIGTERM to this process at these times of the loop."""
    for second in seconds:
        await passing(seconds=second - asyncio.get_running_loop().time())
        os.kill(os.getpid(), signal.SIGTERM)
        await passing(seconds=1)


async def test_a_worker_that_exceeds_the_drain_time_is_an_error(world: World) -> None:
    world.transforms.takes = timedelta(hours=1)
    world.land(KEY, BODY)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(stopped_at(10, 50))
        with pytest.raises(TimeoutError):
            await _run_until_stopped(world.begin(faults=Faults()).worker, drain_seconds=90)
    # The time counts from the first signal; the second one changes nothing.
    assert asyncio.get_running_loop().time() == 100
    assert len(world.queue.bodies) == 1


async def test_a_signal_that_comes_after_the_worker_has_finished_does_nothing(
    world: World,
) -> None:
    complaints: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, complaint: complaints.append(complaint))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(stopped_at(10, 30))
        await _run_until_stopped(world.begin(faults=Faults()).worker, drain_seconds=90)
        assert loop.time() == 20
    assert complaints == []
