"""The metrics of the service: what was counted in a minute is one line, and nothing is no line."""

from __future__ import annotations

import asyncio
import io
import json
from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from landed import bad_entry, entry, part, part_key
from twins.transformer import Faults, World
from virtual_time import LoopClock, passing

from playlake_contracts.metrics import OF_FAULTS, Metric, Sender
from playlake_contracts.samples import Distribution
from playlake_transformer.errors import AwsUnavailableError, WorkerDiedError
from playlake_transformer.metric_lines import MetricLines
from playlake_transformer.process_metrics import samples

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
        assert lines(to) == [
            {
                "PartsCommitted": 1,
                "RowsQuarantined": 1,
                "ObjectsRejected": 2,
                "EventToRowSeconds": [0],
                "TransformSeconds": [0],
            }
        ]
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
    assert sum(line.get("CallsFailed", 0) for line in lines(to)) == 2


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


async def test_every_latency_of_a_minute_is_sent_once_in_lines_that_cloudwatch_takes(
    world: World,
) -> None:
    async with world.transformer() as life, printing(life.status) as to:
        for number in range(130):
            world.land(part_key(number), part(part_key(number), [entry(1)]))
        await passing(minutes=10)
    assert [len(line["EventToRowSeconds"]) for line in lines(to)] == [100, 30]
    assert lines(to)[0].keys() == {
        metric
        for metric in Metric
        if metric.sender is Sender.TRANSFORMER
        and metric.is_on_cloudwatch
        and metric not in OF_FAULTS
    }
    assert [line.get("PartsCommitted", 0) for line in lines(to)] == [130, 0]


async def test_every_metric_of_the_service_is_sent_and_no_other(world: World) -> None:
    """What the dashboard and the alarms show is what the service sends; likewise Prometheus."""
    faults = Faults()
    faults.fail("receive", AwsUnavailableError("synthetic outage"), times=10)
    async with world.transformer(faults=faults) as life, printing(life.status) as to:
        world.queue.send("synthetic junk")
        world.land(part_key(), part(part_key(), [entry(1), bad_entry()]))
        life.status.note_throttle()
        await passing(minutes=20)
    sent = {name for line in lines(to) for name in line}
    of_service = {metric for metric in Metric if metric.sender is Sender.TRANSFORMER}
    assert sent == {metric for metric in of_service if metric.is_on_cloudwatch}
    shown = [sample.metric for sample in samples(life.status)]
    assert sorted(shown) == sorted(metric for metric in of_service if metric.prometheus_name)


async def test_prometheus_and_cloudwatch_count_the_same(world: World) -> None:
    async with world.transformer() as life, printing(life.status) as to:
        for number in range(3):
            world.land(part_key(number), part(part_key(number), [entry(1), bad_entry()]))
            await passing(minutes=1)
        world.queue.send("synthetic junk")
        await passing(seconds=1)
    sent: Counter[str] = Counter()
    for line in lines(to):
        sent.update({n: len(v) if isinstance(v, list) else v for n, v in line.items()})
    shown = {each.metric: each.value for each in samples(life.status)}
    counted = {
        metric: value.buckets()[-1][1] if isinstance(value, Distribution) else value
        for metric, value in shown.items()
        if metric.is_on_cloudwatch
    }
    assert sent == {metric: value for metric, value in counted.items() if value}
    assert (sent["PartsCommitted"], sent["ObjectsRejected"]) == (3, 1)


async def test_without_a_namespace_nothing_is_printed(world: World) -> None:
    async with (
        world.transformer() as life,
        printing(life.status, namespace=None) as to,
    ):
        world.land(part_key(), part(part_key(), [entry(1)]))
        await passing(minutes=2)
        # They are forgotten all the same, or they would fill the memory.
        assert life.status.measured[Metric.TRANSFORM_SECONDS].take_new() == []
    assert (to.getvalue(), life.status.committed) == ("", 1)
