"""A replay that overwrites: the same keys, the new rows, the mark last, and no row of before."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
from landed import entry, part, part_key
from twins.transformer import CuratedObject, Faults, MemoryQueue, World
from virtual_time import passing

from playlake_contracts.s3_events import StoredObject, created_event
from playlake_transformer.errors import AwsUnavailableError

if TYPE_CHECKING:
    from playlake_transformer.domain.events import RawObjectCreated

KEY = part_key()
BUCKET = "synthetic-raw"


def announce(world: World, created: RawObjectCreated, *, overwrite: bool = True) -> None:
    assert created.etag is not None
    stored = StoredObject(created.key, created.bytes, created.etag, created.version_id)
    world.queue.send(created_event(BUCKET, stored, overwrite=overwrite))


def rows(world: World, table: str) -> int:
    body = world.curated.objects[KEY.curated(table)].body
    found: int = pq.ParquetFile(io.BytesIO(body)).metadata.num_rows
    return found


def outdated(world: World, *tables: str) -> None:
    """Have files that another version of the transformer made of the same bytes."""
    for table in tables:
        world.curated.objects[KEY.curated(table)] = CuratedObject(b"outdated", {"rows": "77"})


async def test_files_of_another_version_are_replaced_and_the_mark_is_last(world: World) -> None:
    outdated(world, "tracks", "playlists", "loads")
    created = world.raw.put(KEY, part(KEY, [entry(1), entry(2)]))
    faults = Faults()
    async with world.transformer(faults=faults) as life:
        announce(world, created)
        await passing(minutes=1)
    assert (life.status.committed, world.queue.bodies, world.queue.dead_letters) == (1, [], [])
    assert (rows(world, "tracks"), rows(world, "playlists"), rows(world, "loads")) == (2, 1, 1)
    written = [call for call in faults.calls if call.startswith("overwrite")]
    assert written[-1] == "overwrite curated/loads"


async def test_a_table_that_has_no_rows_any_more_gets_an_empty_file(world: World) -> None:
    outdated(world, "quarantine")
    created = world.raw.put(KEY, part(KEY, [entry(1)]))
    async with world.transformer():
        announce(world, created)
        await passing(minutes=1)
    assert (rows(world, "quarantine"), rows(world, "playlist_items")) == (0, 1)
    assert KEY.curated("run_outcomes") not in world.curated.objects


async def test_an_overwrite_that_dies_at_any_call_is_completed(world: World) -> None:
    calls = await _calls_of_an_overwrite()
    for call in calls:
        world = World()
        outdated(world, "tracks", "quarantine", "loads")
        created = world.raw.put(KEY, part(KEY, [entry(1)]))
        announce(world, created)
        faults = Faults()
        faults.die(call)
        async with world.transformer(faults=faults):
            await passing(minutes=1)
        async with world.transformer():
            await passing(minutes=10)
        assert world.queue.bodies == [], call
        found = [rows(world, table) for table in ("tracks", "quarantine", "loads")]
        assert found == [1, 0, 1], call


async def _calls_of_an_overwrite() -> list[str]:
    world, faults = World(), Faults()
    outdated(world, "tracks", "quarantine", "loads")
    created = world.raw.put(KEY, part(KEY, [entry(1)]))
    announce(world, created)
    async with world.transformer(faults=faults):
        await passing(minutes=1)
    called = list(dict.fromkeys(faults.calls))
    assert len(called) > 10
    return called


async def test_a_replay_without_overwriting_changes_nothing(world: World) -> None:
    created = world.land(KEY, part(KEY, [entry(1)]))
    async with world.transformer() as life:
        await passing(minutes=1)
        before = dict(world.curated.objects)
        announce(world, created, overwrite=False)
        await passing(minutes=1)
    assert world.curated.objects == before
    assert (life.status.committed, life.status.repeated) == (1, 1)


async def test_who_may_not_overwrite_hands_over_and_writes_nothing(world: World) -> None:
    outdated(world, "tracks", "loads")
    created = world.raw.put(KEY, part(KEY, [entry(1)]))
    overwrites, faults = MemoryQueue(), Faults()
    async with world.transformer(faults=faults, overwrites=overwrites) as life:
        announce(world, created)
        await passing(minutes=1)
    assert (world.queue.bodies, world.queue.dead_letters, life.status.retried) == ([], [], 0)
    assert {call.split()[0] for call in faults.calls} <= {"receive", "delete"}
    async with replace(world, queue=overwrites).transformer():
        await passing(minutes=1)
    assert overwrites.bodies == []
    assert (rows(world, "tracks"), rows(world, "loads")) == (1, 1)


async def test_what_overwrites_nothing_is_not_handed_over(world: World) -> None:
    overwrites = MemoryQueue()
    async with world.transformer(overwrites=overwrites) as life:
        world.land(KEY, part(KEY, [entry(1)]))
        await passing(minutes=1)
    assert (life.status.committed, overwrites.bodies) == (1, [])


async def test_an_overwrite_that_cannot_be_handed_over_stays_in_the_queue(world: World) -> None:
    class Unreachable(MemoryQueue):
        async def hand_over(self, body: str, *, is_redriven: bool) -> None:
            raise AwsUnavailableError(f"synthetic: {body} {is_redriven}")

    created = world.raw.put(KEY, part(KEY, [entry(1)]))
    async with world.transformer(overwrites=Unreachable()) as life:
        announce(world, created)
        await passing(seconds=1)
    assert (len(world.queue.bodies), life.status.retried) == (1, 1)


async def test_what_is_handed_over_is_redriven_if_it_was(world: World) -> None:
    created = world.raw.put(KEY, part(KEY, [entry(1)]))
    stored = StoredObject(created.key, created.bytes, created.etag or "", created.version_id)
    overwrites = MemoryQueue()
    async with world.transformer(overwrites=overwrites):
        for is_redriven in (True, False):
            body = created_event(BUCKET, stored, overwrite=True)
            world.queue.send(body, is_redriven=is_redriven)
        await passing(seconds=1)
    found = await overwrites.receive(10)
    assert [each.is_redriven for each in found] == [True, False]
