"""What no event tells is found in the buckets, and only that."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from landed import RAW_BUCKET, entry, manifest, part, part_key, run_id
from twins.transformer import Faults, MemoryAnnouncements, MemoryListings, World
from virtual_time import MORNING, LoopClock, passing

from playlake_contracts.keys import RawKey
from playlake_contracts.metrics import Metric
from playlake_contracts.runs import RunId
from playlake_transformer.reconciler import Reconciler, ReconcileRule
from playlake_transformer.status import Status

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, MutableMapping

RULE = ReconcileRule(timedelta(hours=1), days=3, grace=timedelta(minutes=10))


@asynccontextmanager
async def reconciling(
    world: World,
    faults: Faults | None = None,
    rule: ReconcileRule = RULE,
    passes: list[datetime] | None = None,
) -> AsyncIterator[Reconciler]:
    """Run a reconciler, starting at 6 in the morning of 2026-11-21."""
    faults = faults or Faults()
    noted: list[datetime] = []
    reconciler = Reconciler(
        listings=faults.through(MemoryListings(world.raw, world.curated, world.rejects)),
        announcements=faults.through(MemoryAnnouncements(world.queue)),
        note_commit=noted.append,
        note_pass=lambda: None if passes is None else passes.append(LoopClock().now()),
        status=Status(started_at=LoopClock().now()),
        clock=LoopClock(),
        rule=rule,
        raw_bucket=RAW_BUCKET,
    )
    running = asyncio.create_task(reconciler.run())
    try:
        yield reconciler
        assert not running.done()
    finally:
        running.cancel()


def land_without_event(world: World, key: RawKey) -> None:
    world.raw.put(key, part(key, [entry(1)]))


def on_day(day: datetime) -> RawKey:
    return RawKey.of_part("spotify", RunId.derive("spotify", day), 0)


async def test_a_pass_is_noted_and_a_failed_one_is_not(world: World) -> None:
    faults, passes = Faults(), list[datetime]()
    faults.fail("sources", times=2)
    async with reconciling(world, faults, passes=passes):
        await passing(hours=1)
    assert passes == [MORNING + timedelta(minutes=2)]


async def test_objects_whose_events_were_lost_are_committed_within_an_hour_and_a_bit(
    world: World, logs: list[MutableMapping[str, Any]]
) -> None:
    for number in range(10):
        land_without_event(world, part_key(number))
    async with reconciling(world) as reconciler, world.transformer() as life:
        await passing(minutes=59)
        assert life.status.committed == 0
        await passing(minutes=2)
    assert life.status.committed == reconciler.status.reannounced == 10
    assert world.queue.bodies == []
    # The hour is part of the time until their rows could be found.
    latencies = life.status.measured[Metric.EVENT_TO_ROW_SECONDS].take_new()
    assert latencies == [3600] * 10
    lines = [log for log in logs if log["event"] == "object_reannounced"]
    assert {(log["run_id"], log["part"]) for log in lines} == {
        (str(run_id()), f"part-{number:04}") for number in range(10)
    }


async def test_an_event_on_its_way_is_not_doubled(world: World) -> None:
    async with reconciling(world):
        await passing(minutes=55)
        land_without_event(world, part_key())
        await passing(minutes=64)
        assert world.queue.bodies == []
        await passing(minutes=2)
        assert len(world.queue.bodies) == 1


async def test_a_long_backlog_is_not_announced_again_and_again(world: World) -> None:
    for number in range(20):
        world.land(part_key(number), part(part_key(number), [entry(1)]))
    async with reconciling(world):
        await passing(hours=12)
    assert len(world.queue.bodies) == 20


async def test_a_lost_event_is_found_beside_a_backlog_which_grows_once(world: World) -> None:
    for number in range(20):
        world.land(part_key(number), part(part_key(number), [entry(1)]))
    land_without_event(world, part_key(20))
    async with reconciling(world):
        await passing(hours=12)
    assert len(world.queue.bodies) == 20 + 21


async def test_what_is_committed_or_rejected_is_left_alone(world: World) -> None:
    committed, rejected = part_key(0), part_key(1)
    async with world.transformer():
        world.land(committed, part(committed, [entry(1)]))
        world.land(rejected, b"synthetic junk")
        await passing(minutes=1)
    async with reconciling(world) as reconciler:
        await passing(hours=3)
    assert (world.queue.bodies, reconciler.status.reannounced) == ([], 0)


async def test_only_recent_days_are_listed_and_today_is_one(world: World) -> None:
    today = datetime(2026, 11, 21, 6, tzinfo=UTC)
    for ago in (0, 2, 3, 400):
        land_without_event(world, on_day(today - timedelta(days=ago)))
    faults = Faults()
    async with reconciling(world, faults):
        await passing(minutes=30)
        lists = [call for call in faults.calls if call.startswith(("raw", "curated"))]
        assert len(lists) == 3 * 3
        await passing(hours=1)
    assert len(world.queue.bodies) == 2


async def test_a_part_that_a_manifest_names_and_nobody_landed_is_found_once(
    world: World, logs: list[MutableMapping[str, Any]]
) -> None:
    there, missing = part_key(0), part_key(1)
    key = RawKey.of_manifest("spotify", run_id())
    world.land(there, part(there, [entry(1)]))
    world.land(key, manifest("synthetic", (there, b"1", 1), (missing, b"1", 1)))
    async with reconciling(world) as reconciler:
        await passing(hours=5)
    assert reconciler.status.parts_missing == 1
    [found] = [log for log in logs if log["event"] == "parts_missing"]
    assert (found["object_key"], found["parts"]) == (str(key), [str(missing)])
    assert (found["run_id"], found["part"]) == (str(run_id()), "manifest")


async def test_a_part_that_is_committed_and_has_expired_since_is_not_missing(world: World) -> None:
    gone, key = part_key(0), RawKey.of_manifest("spotify", run_id())
    async with world.transformer():
        world.land(gone, part(gone, [entry(1)]))
        await passing(minutes=1)
    world.raw.delete(gone)
    world.raw.put(key, manifest("synthetic", (gone, b"1", 1)))
    async with reconciling(world) as reconciler:
        await passing(minutes=1)
    assert reconciler.status.parts_missing == 0


async def test_an_unreadable_manifest_is_left_to_the_transformer(world: World) -> None:
    world.raw.put(RawKey.of_manifest("spotify", run_id()), b"synthetic junk")
    async with reconciling(world) as reconciler:
        await passing(hours=2)
    assert (reconciler.status.parts_missing, len(world.queue.bodies)) == (0, 1)


@pytest.mark.parametrize("call", ["sources", "raw", "queued", "send", "manifest"])
async def test_a_pass_that_aws_fails_counts_as_nothing_and_another_follows_within_a_minute(
    world: World, call: str, logs: list[MutableMapping[str, Any]]
) -> None:
    there, key = part_key(0), RawKey.of_manifest("spotify", run_id())
    world.raw.put(there, part(there, [entry(1)]))
    world.raw.put(key, manifest("synthetic", (there, b"1", 1), (part_key(1), b"1", 1)))
    faults = Faults()
    faults.fail_every(call)
    async with reconciling(world, faults) as reconciler:
        await passing(hours=3, minutes=30)
        assert reconciler.status.reconciled_at is None or call in {"queued", "send"}
        assert "reconcile_failed" in {log["event"] for log in logs}
        faults.heal_every(call)
        await passing(minutes=1)
    assert reconciler.status.reconciled_at is not None
    assert reconciler.status.reconciled_at >= LoopClock().now() - timedelta(minutes=1)
    assert reconciler.status.parts_missing == 1
    assert len(world.queue.bodies) == 2


async def test_the_newest_commit_is_told_once_also_after_a_restart(world: World) -> None:
    async with world.transformer():
        world.land(part_key(), part(part_key(), [entry(1)]))
        await passing(minutes=1)
    for _ in range(2):
        noted: list[datetime] = []
        async with reconciling(world) as reconciler:
            reconciler.note_commit = noted.append
            await passing(hours=3)
        assert noted == [world.curated.objects[part_key().curated("loads")].written_at]
