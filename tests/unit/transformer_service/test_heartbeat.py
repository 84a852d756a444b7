"""A message stays hidden while it is processed, and no longer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from landed import entry, part, part_key
from twins.transformer import Faults, InlineTransforms, World
from virtual_time import passing

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from typing import Any

KEY = part_key()


@pytest.fixture
def slow() -> World:
    """A part takes almost an hour, and a message is hidden for a minute."""
    world = World(transforms=InlineTransforms(takes=timedelta(minutes=59, seconds=59)))
    world.land(KEY, part(KEY, [entry(1)]))
    return world


async def test_a_message_that_takes_long_is_delivered_once(slow: World) -> None:
    async with slow.transformer() as life:
        await passing(hours=2)
    assert (life.status.received, life.status.committed) == (1, 1)


async def test_beats_are_sent_during_processing_and_not_after(slow: World) -> None:
    async with slow.transformer() as life:
        await passing(minutes=30, seconds=1)
        assert life.faults.calls.count("extend") == 90
        await passing(hours=5)
    assert life.faults.calls.count("extend") == 179
    assert life.faults.calls[life.faults.calls.index("delete") :].count("extend") == 0


async def test_after_a_failed_beat_the_next_one_extends_the_timeout(
    slow: World, logs: list[MutableMapping[str, Any]]
) -> None:
    faults = Faults()
    faults.fail("extend")
    async with slow.transformer(faults=faults) as life:
        await passing(hours=2)
    assert (life.status.received, life.status.committed) == (1, 1)
    assert [log["event"] for log in logs].count("heartbeat_failed") == 1


async def test_if_every_beat_fails_the_redelivery_changes_nothing(slow: World) -> None:
    faults = Faults()
    faults.fail("extend", times=10_000)
    async with slow.transformer(in_flight=2, faults=faults) as life:
        await passing(hours=4)
    assert life.status.committed == 1
    assert life.status.repeated > 1


async def test_beats_stop_when_processing_fails(slow: World) -> None:
    faults = Faults()
    faults.fail("put_new curated/tracks")
    faults.fail("release")
    async with slow.transformer(faults=faults) as life:
        await passing(hours=1, seconds=25)
        assert (life.status.retried, life.status.in_flight) == (1, 0)
        beats = life.faults.calls.count("extend")
        await passing(seconds=25)
        assert life.faults.calls.count("extend") == beats


async def test_a_beat_on_its_way_does_not_hide_a_message_that_is_given_back() -> None:
    world = World(transforms=InlineTransforms(takes=timedelta(seconds=21)))
    world.land(KEY, part(KEY, [entry(1)]))
    faults = Faults()
    faults.fail("put_new curated/tracks")
    # The beat begins after 20 s, and the part fails before it has ended.
    faults.delay("extend", seconds=1.5)
    async with world.transformer(faults=faults) as life:
        await passing(seconds=30)
        assert life.status.received == 2


async def test_a_bug_in_a_beat_ends_no_beats_and_is_counted(slow: World) -> None:
    faults = Faults()
    faults.fail("extend", ZeroDivisionError("synthetic bug"))
    async with slow.transformer(faults=faults) as life:
        await passing(seconds=21)
        assert life.status.heartbeats_failed == 1
        await passing(seconds=20)
        assert life.status.heartbeats_failed == 0
        await passing(hours=2)
    assert (life.status.received, life.status.committed) == (1, 1)
