"""What blocks the event loop is noticed, and forgotten after a minute."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from virtual_time import LoopClock, VirtualTimeLoop, passing

from playlake_transformer.status import Status
from playlake_transformer.watchdog import watch_loop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def watched() -> AsyncIterator[Status]:
    status = Status(started_at=LoopClock().now())
    watching = asyncio.create_task(watch_loop(status))
    await passing(seconds=5)
    yield status
    watching.cancel()


async def test_a_loop_that_is_on_time_has_no_delay(watched: Status) -> None:
    await passing(hours=1)
    assert watched.loop_delay_seconds == 0


async def test_a_call_that_blocks_the_loop_is_noticed_for_a_minute(watched: Status) -> None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualTimeLoop)
    loop.block(seconds=7)
    await passing(seconds=2)
    assert 6 <= watched.loop_delay_seconds <= 7
    await passing(seconds=55)
    assert watched.loop_delay_seconds >= 6
    await passing(seconds=10)
    assert watched.loop_delay_seconds == 0
