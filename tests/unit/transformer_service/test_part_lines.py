"""Each delivery of a part is one line of the log, and every line about a part names it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from landed import bad_entry, entry, event, manifest, manifest_key, part, part_key, record
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs
from twins.transformer import Faults, InlineTransforms, World
from virtual_time import passing

from playlake_contracts.metrics import Metric
from playlake_transformer.errors import AwsUnavailableError, WorkerDiedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from playlake_transformer.status import Status

    Line = MutableMapping[str, Any]

KEY = part_key()
BODY = part(KEY, [entry(1), bad_entry()])
# What is about no part.
OF_THE_SERVICE = {"worker_drained", "crawl_started", "poll_failed"}
WHOLE = ["wait", "get", "transform", "put", "mark", "register"]


def processed(logs: list[Line]) -> list[Line]:
    """The line of each delivery of a part."""
    return [line for line in logs if line["event"] == "part_processed"]


def nothing_else_unnamed(logs: list[Line]) -> None:
    """Check that every line about a part has its run and its part."""
    unnamed = [
        line
        for line in logs
        if line["event"] not in OF_THE_SERVICE and not {"run_id", "part"} <= line.keys()
    ]
    assert unnamed == []


def latency(status: Status) -> tuple[int, float]:
    """How many latencies were measured, and their sum."""
    found = status.measured[Metric.EVENT_TO_ROW_SECONDS]
    return found.buckets()[-1][1], found.total


async def committed(world: World) -> None:
    world.land(KEY, BODY)
    async with world.transformer():
        await passing(seconds=1)


async def repeated(world: World) -> None:
    await committed(world)
    world.queue.send(event(world.raw.put(KEY, BODY)))
    async with world.transformer():
        await passing(seconds=1)


async def rejected(world: World) -> None:
    world.land(KEY, b"synthetic junk")
    async with world.transformer():
        await passing(seconds=1)


async def rejected_again(world: World) -> None:
    created = world.land(KEY, b"synthetic junk")
    async with world.transformer():
        await passing(seconds=1)
        world.queue.send(event(created))
        await passing(seconds=1)


async def vanished(world: World) -> None:
    world.land(KEY, BODY)
    world.raw.delete(KEY)
    async with world.transformer():
        await passing(seconds=1)


async def failing(world: World, call: str, error: Exception, times: int = 1) -> None:
    faults = Faults()
    faults.fail(call, error, times=times)
    world.land(KEY, BODY)
    async with world.transformer(faults=faults):
        await passing(minutes=10)


async def failing_get(world: World) -> None:
    await failing(world, "get", AwsUnavailableError("synthetic outage"))


async def dying(world: World) -> None:
    await failing(world, "transform", WorkerDiedError("synthetic death"))


async def failing_mark(world: World) -> None:
    await failing(world, "put_new curated/loads", AwsUnavailableError("synthetic outage"))


async def failing_delete(world: World) -> None:
    await failing(world, "delete", AwsUnavailableError("synthetic outage"))


async def a_bug(world: World) -> None:
    await failing(world, "get", ZeroDivisionError("synthetic bug"))


async def crashing(world: World) -> None:
    await failing(world, "transform", WorkerDiedError("synthetic death"), times=3)


async def failing_letter(world: World) -> None:
    faults = Faults()
    faults.fail("reject")
    world.land(KEY, b"synthetic junk")
    async with world.transformer(faults=faults):
        await passing(minutes=10)


async def too_slow(world: World) -> None:
    world.land(KEY, BODY)
    faults = Faults()
    faults.delay("transform", seconds=100)
    faults.fail_every("extend")
    async with world.transformer(faults=faults, deadline=timedelta(seconds=50)):
        await passing(seconds=49)
        faults.delay("transform", seconds=0)
        await passing(minutes=10)


SCENES: list[tuple[Callable[[World], Awaitable[None]], list[tuple[str, str | None]]]] = [
    (committed, [("committed", None)]),
    (repeated, [("committed", None), ("repeated", None)]),
    (rejected, [("rejected", "corrupt_zstd")]),
    (rejected_again, [("rejected", "corrupt_zstd"), ("repeated", "corrupt_zstd")]),
    (vanished, [("vanished", None)]),
    (failing_get, [("retried", "aws_unavailable"), ("committed", None)]),
    (dying, [("retried", "worker_died"), ("committed", None)]),
    (failing_mark, [("retried", "aws_unavailable"), ("committed", None)]),
    (failing_delete, [("committed", None), ("repeated", None)]),
    (a_bug, [("retried", None), ("committed", None)]),
    (
        crashing,
        [
            ("retried", "worker_died"),
            ("retried", "worker_died"),
            ("rejected", "crashes_transformer"),
        ],
    ),
    (failing_letter, [("retried", "aws_unavailable"), ("rejected", "corrupt_zstd")]),
    (too_slow, [("retried", None), ("committed", None)]),
]


@pytest.mark.parametrize(("scene", "lines"), SCENES, ids=lambda each: getattr(each, "__name__", ""))
async def test_a_delivery_of_a_part_is_one_line_and_every_line_names_the_part(
    world: World,
    logs: list[Line],
    scene: Callable[[World], Awaitable[None]],
    lines: list[tuple[str, str | None]],
) -> None:
    await scene(world)
    found = processed(logs)
    assert [(line["outcome"], line.get("code")) for line in found] == lines
    for line in found:
        assert (line["run_id"], line["part"]) == (str(KEY.run_id), "part-0000")
        assert (line["source"], line["object_key"]) == ("spotify", str(KEY))
        assert line["message_id"].startswith("message-")
        assert line["raw_bytes"] > 0
        assert 0 <= sum(line["stage_seconds"].values()) <= line["seconds"] + 0.001
        assert ("reason" in line) == (line["outcome"] not in {"committed", "repeated"}) or (
            line.get("code") is not None
        )
        assert None not in line.values()
    nothing_else_unnamed(logs)


async def test_a_committed_part_has_its_rows_its_stages_and_its_latency(
    logs: list[Line],
) -> None:
    world = World(transforms=InlineTransforms(takes=timedelta(seconds=2)))
    faults = Faults()
    faults.delay("get", seconds=3)
    faults.delay("put_new curated/tracks", seconds=5)
    faults.delay("put_new curated/loads", seconds=7)
    faults.delay("register loads", seconds=11)
    world.land(KEY, BODY)
    async with world.transformer(faults=faults) as life:
        await passing(minutes=1)
    (line,) = processed(logs)
    stages = {"wait": 0, "get": 3, "transform": 2, "put": 5, "mark": 7, "register": 11}
    assert line["stage_seconds"] == stages
    assert (line["seconds"], line["transform_seconds"]) == (28, 2)
    # The rows are found once the mark is written and the day is registered, and not before.
    assert line["event_to_row_seconds"] == 28
    assert latency(life.status) == (1, 28)
    assert (line["attempts"], line["snapshots"], line["raw_bytes"]) == (1, 1, len(BODY))
    (load,) = life.status.loads
    assert line["rows"] == sum(load.rows.values()) > 1
    assert line["rows_quarantined"] == load.rows_quarantined == 1
    assert line["log_level"] == "info"


async def test_what_was_done_before_has_no_latency(world: World, logs: list[Line]) -> None:
    created = world.land(KEY, BODY)
    overwriting = event(created).replace('"s3": {', '"playlake": {"overwrite": true}, "s3": {', 1)
    timeless = part_key(1)
    put = world.raw.put(timeless, part(timeless, [entry(2)]))
    async with world.transformer() as life:
        await passing(seconds=1)
        for body in (
            event(created),
            overwriting,
            event(msgspec.structs.replace(put, created_at=None)),
        ):
            world.queue.send(body)
        await passing(seconds=1)
    assert [line["outcome"] for line in processed(logs)] == [
        "committed",
        "repeated",
        "committed",
        "committed",
    ]
    measured = ["event_to_row_seconds" in line for line in processed(logs)]
    assert measured == [True, False, False, False]
    assert latency(life.status) == (1, 0)


async def test_a_lost_event_and_a_dead_letter_count_from_the_landing(
    world: World, logs: list[Line]
) -> None:
    faults = Faults()
    faults.fail("transform", ZeroDivisionError("synthetic bug"), times=3)
    world.land(KEY, BODY)
    async with world.transformer(faults=faults) as life:
        await passing(hours=1)
        world.queue.redrive()
        await passing(minutes=1)
    assert processed(logs)[-1]["outcome"] == "committed"
    assert latency(life.status) == (1, 3600)


async def test_a_clock_behind_that_of_s3_gives_no_negative_latency(world: World) -> None:
    created = world.land(KEY, BODY)
    assert created.created_at is not None
    late = msgspec.structs.replace(created, created_at=created.created_at + timedelta(hours=1))
    world.queue.send(event(late))
    async with world.transformer(in_flight=1) as life:
        await passing(seconds=1)
    assert latency(life.status) == (1, 0)


@pytest.mark.parametrize(
    ("time", "is_measured"),
    [
        ("1970-01-01T00:00:00.000Z", True),
        ("2026-11-21T06:00:00", True),
        ("synthetic junk", False),
        (7, False),
        (None, False),
    ],
)
async def test_no_time_of_an_event_costs_a_part(
    world: World, time: object, *, is_measured: bool
) -> None:
    announced = record(world.raw.put(KEY, BODY)) | {"eventTime": time}
    world.queue.send(json.dumps({"Records": [announced]}))
    async with world.transformer() as life:
        await passing(seconds=1)
    assert (life.status.committed, latency(life.status)[0]) == (1, int(is_measured))


async def test_each_part_of_a_message_has_lines_of_its_own(world: World, logs: list[Line]) -> None:
    keys = [part_key(number) for number in range(3)]
    created = [world.raw.put(key, part(key, [entry(1, lyrics="la")])) for key in keys]
    world.raw.delete(keys[1])
    world.queue.send(event(*created))
    async with world.transformer():
        await passing(seconds=1)
    assert {line["part"]: line["outcome"] for line in processed(logs)} == {
        "part-0000": "committed",
        "part-0001": "vanished",
        "part-0002": "committed",
    }
    nothing_else_unnamed(logs)
    assert "unknown_field" in {line["event"] for line in logs}


async def test_a_manifest_is_a_part_as_well(world: World, logs: list[Line]) -> None:
    key, lost = manifest_key(), part_key()
    world.land(key, manifest("synthetic", (lost, BODY, 1)))
    async with world.transformer():
        await passing(seconds=1)
    (line,) = processed(logs)
    assert (line["part"], line["outcome"]) == ("manifest", "committed")
    assert list(line["stage_seconds"]) == ["wait", "get", "contents", *WHOLE[2:]]
    assert {each["event"] for each in logs} >= {"contents_unknown"}
    nothing_else_unnamed(logs)


async def test_a_message_that_names_no_part_is_named_by_its_id(
    world: World, logs: list[Line]
) -> None:
    world.queue.send("synthetic junk")
    async with world.transformer() as life:
        await passing(seconds=1)
    (line,) = (line for line in logs if line["event"] == "message_rejected")
    assert (line["message_id"], line["code"]) == ("message-1", "event_unreadable")
    assert (processed(logs), life.status.rejected) == ([], 1)


async def test_a_quality_alarm_names_its_part(world: World) -> None:
    world.land(KEY, part(KEY, [entry(number, popularity=101) for number in range(30)]))
    with capture_logs([merge_contextvars]) as logs:
        async with world.transformer():
            await passing(seconds=1)
    nothing_else_unnamed(logs)
    (alarm,) = (line for line in logs if line["event"] == "quality_alarm")
    assert (alarm["part"], alarm["object_key"]) == ("part-0000", str(KEY))
