"""While AWS fails, no message is charged for it; a part that crashes the transformer is."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest
from landed import entry, part, part_key
from twins.transformer import Faults, MemoryQueue, World
from virtual_time import LoopClock, passing

from playlake_contracts.errors import ErrorCode
from playlake_transformer.breaker import (
    FAILURES_TO_OPEN,
    FORGET_AFTER,
    LONGEST_PAUSE,
    Breaker,
    backoff,
)
from playlake_transformer.errors import TransformTimeoutError, WorkerDiedError
from playlake_transformer.processor import FAILURES_TO_REJECT

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from typing import Any

PARTS = 20
# The template's, which is the most that SQS allows.
MAX_RECEIVE_COUNT = 1_000
RETENTION = timedelta(days=4)


def land(world: World, count: int) -> None:
    for number in range(count):
        key = part_key(number)
        world.land(key, part(key, [entry(number)]))


@pytest.mark.parametrize("call", ["get", "put_new curated/tracks", "register tracks", "delete"])
async def test_an_outage_of_half_an_hour_charges_no_message_much(world: World, call: str) -> None:
    faults = Faults()
    faults.fail(call, times=1_000_000)
    land(world, PARTS)
    async with world.transformer(faults=faults) as life:
        await passing(minutes=30)
        assert len(world.queue.bodies) == PARTS
        assert life.status.received < 100
        faults.heal(call)
        await passing(minutes=1)
        assert world.queue.bodies == []
    assert world.queue.dead_letters == []
    assert life.status.committed + life.status.repeated >= PARTS


async def test_no_message_is_received_too_often_while_the_queue_keeps_it(world: World) -> None:
    faults = Faults()
    faults.fail("get", times=1_000_000)
    land(world, 1)
    async with world.transformer(faults=faults) as life:
        await passing(seconds=RETENTION.total_seconds())
        assert 100 < life.status.received < MAX_RECEIVE_COUNT
        faults.heal("get")
        await passing(minutes=16)
    assert life.status.committed == 1


async def test_the_breaker_opens_after_failures_in_a_row_and_closes_on_success() -> None:
    breaker = Breaker(LoopClock(), Random(1))
    for _ in range(FAILURES_TO_OPEN - 1):
        breaker.note_failure()
    assert breaker.open_since is None
    assert breaker.pause() == timedelta(0)
    breaker.note_success()
    for _ in range(FAILURES_TO_OPEN):
        breaker.note_failure()
    opened = breaker.open_since
    assert opened == LoopClock().now()
    await passing(minutes=1)
    breaker.note_failure()
    assert breaker.open_since == opened
    assert breaker.pause() > timedelta(0)
    breaker.note_success()
    assert breaker.open_since is None
    assert breaker.pause() == timedelta(0)


async def test_the_breaker_closes_where_nothing_is_left_to_try() -> None:
    breaker = Breaker(LoopClock(), Random(1))
    for _ in range(FAILURES_TO_OPEN):
        breaker.note_failure()
    await passing(seconds=FORGET_AFTER.total_seconds())
    assert breaker.open_since is not None
    await passing(seconds=1)
    assert breaker.open_since is None
    breaker.note_failure()
    assert breaker.open_since is None, "earlier failures are forgotten"


async def test_the_status_tells_since_when_aws_fails(world: World) -> None:
    faults = Faults()
    faults.fail("receive", times=1_000)
    async with world.transformer(faults=faults) as life:
        await passing(minutes=10)
        assert life.status.aws_failing_since is not None
        faults.heal("receive")
        land(world, 1)
        await passing(minutes=1)
        assert life.status.aws_failing_since is None
    assert life.status.committed == 1


def test_pauses_grow_to_a_limit_and_differ() -> None:
    dice = Random(1)
    pauses = [[backoff(attempt, dice) for attempt in range(1, 40)] for _ in range(2)]
    assert pauses[0] != pauses[1]
    for found in pauses:
        assert timedelta(seconds=1) <= found[0] <= timedelta(seconds=2)
        assert all(LONGEST_PAUSE / 2 <= pause <= LONGEST_PAUSE for pause in found[5:])


@pytest.mark.parametrize(
    "error",
    [
        WorkerDiedError("synthetic death"),
        TransformTimeoutError("synthetic hang"),
        ZeroDivisionError("synthetic bug"),
    ],
)
async def test_a_part_on_which_the_transformer_fails_three_times_is_rejected(
    world: World, error: Exception, logs: list[MutableMapping[str, Any]]
) -> None:
    faults = Faults()
    faults.fail("transform", error, times=FAILURES_TO_REJECT)
    land(world, 1)
    async with world.transformer(faults=faults) as life:
        await passing(minutes=2)
    [letter] = world.queue.dead_letters
    assert letter.code == ErrorCode.CRASHES_TRANSFORMER
    assert letter.reason == f"failed 3 times, at last: {type(error).__name__}: {error}"
    assert world.queue.bodies == []
    assert (life.status.rejected, life.status.retried) == (1, FAILURES_TO_REJECT - 1)
    assert "object_crashes_transformer" in [log["event"] for log in logs]


async def test_failures_are_remembered_beyond_the_process(world: World) -> None:
    land(world, 1)
    for _ in range(FAILURES_TO_REJECT):
        faults = Faults()
        faults.fail("transform", WorkerDiedError("synthetic death"))
        async with world.transformer(faults=faults):
            await passing(seconds=0.5)
        await passing(minutes=1)
    assert [letter.code for letter in world.queue.dead_letters] == [ErrorCode.CRASHES_TRANSFORMER]


async def test_two_failures_do_not_reject_a_part(world: World) -> None:
    faults = Faults()
    faults.fail("transform", WorkerDiedError("synthetic death"), times=FAILURES_TO_REJECT - 1)
    land(world, 1)
    async with world.transformer(faults=faults) as life:
        await passing(minutes=2)
    assert (life.status.committed, world.queue.dead_letters) == (1, [])


async def test_a_failure_that_cannot_be_noted_is_tried_again(world: World) -> None:
    faults = Faults()
    faults.fail("transform", WorkerDiedError("synthetic death"))
    faults.fail("note")
    land(world, 1)
    async with world.transformer(faults=faults) as life:
        await passing(minutes=2)
    assert (life.status.committed, world.failures.noted) == (1, [])


async def test_polls_that_end_at_once_are_a_second_apart() -> None:
    world = World(MemoryQueue(poll_wait=timedelta(0)))
    async with world.transformer() as life:
        await passing(seconds=40)
    assert 30 < life.faults.calls.count("receive") < 45


async def test_what_is_in_progress_when_the_drain_time_ends_is_given_back(world: World) -> None:
    world.transforms.takes = timedelta(hours=1)
    land(world, 1)
    worker = world.begin(faults=Faults()).worker
    asyncio.get_running_loop().call_later(10, worker.stop)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(100):
            await worker.run()
    assert (len(world.queue.bodies), world.queue.in_flight) == (1, 0)
