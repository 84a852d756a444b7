"""The metrics of the service: what was counted in a minute is one line, and nothing is no line."""

from __future__ import annotations

import asyncio
import io
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from landed import bad_entry, entry, part, part_key
from twins.transformer import Faults, World
from virtual_time import LoopClock, passing

from playlake_transformer.errors import AwsUnavailableError, WorkerDiedError
from playlake_transformer.metric_lines import MetricLines

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playlake_transformer.status import Status


@asynccontextmanager
async def printing(
    status: Status, namespace: str | None = "playlake"
) -> AsyncIterator[io.StringIO]:
    """What the service prints while the context lasts, and at its end."""
    to = io.StringIO()
    printing = asyncio.create_task(MetricLines(status, LoopClock(), namespace, to).run())
    try:
        yield to
    finally:
        printing.cancel()
        await asyncio.wait([printing])


def lines(to: io.StringIO) -> list[dict[str, Any]]:
    """The values of each line."""
    found = [json.loads(line) for line in to.getvalue().splitlines()]
    return [{name: one[name] for name in one if name != "_aws"} for one in found]


async def test_a_minute_is_one_line_and_a_quiet_minute_is_none(world: World) -> None:
    async with world.transformer() as life, printing(life.status) as to:
        world.queue.send("synthetic junk")
        world.queue.send("more of it")
        world.land(part_key(), part(part_key(), [bad_entry()]))
        await passing(seconds=59)
        assert lines(to) == []
        await passing(minutes=10)
        assert lines(to) == [{"ObjectsRejected": 2, "RowsQuarantined": 1}]
        life.status.note_throttle()
    assert lines(to)[1:] == [{"GlueThrottles": 1}]


async def test_calls_that_fail_are_counted_and_other_failures_are_not(world: World) -> None:
    faults = Faults()
    faults.fail("receive", AwsUnavailableError("synthetic outage"))
    faults.fail("put_new curated/tracks", AwsUnavailableError("synthetic outage"))
    faults.fail("transform", WorkerDiedError("synthetic death"))
    world.land(part_key(), part(part_key(), [entry(1)]))
    async with (
        world.transformer(faults=faults) as life,
        printing(life.status) as to,
    ):
        await passing(minutes=10)
    assert (life.status.committed, life.status.retried) == (1, 2)
    assert sum(line["CallsFailed"] for line in lines(to)) == 2


async def test_each_minute_of_an_outage_is_a_line(world: World) -> None:
    faults = Faults()
    faults.fail("receive", AwsUnavailableError("synthetic outage"), times=1_000)
    async with world.transformer(faults=faults) as life, printing(life.status) as to:
        await passing(minutes=20, seconds=1)
        assert [line.get("BreakerOpen") for line in lines(to)] == [1] * 20
        faults.heal("receive")
        world.land(part_key(), part(part_key(), [entry(1)]))
        await passing(minutes=10)
    assert sum(line.get("BreakerOpen", 0) for line in lines(to)) in {20, 21}


async def test_without_a_namespace_nothing_is_printed(world: World) -> None:
    async with (
        world.transformer() as life,
        printing(life.status, namespace=None) as to,
    ):
        life.status.rejected += 1
        await passing(minutes=2)
    assert to.getvalue() == ""
