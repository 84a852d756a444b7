"""A landed object becomes exactly one set of curated objects, even after failures."""

from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from landed import bad_entry, entry, manifest, manifest_key, part, part_key
from twins.transformer import Faults, World
from virtual_time import MORNING, VirtualTimeLoop, passing

from playlake_transformer.ports import IDENTITY

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = part_key()
BODY = part(KEY, [entry(1), entry(12)], [entry(2), bad_entry()])

TABLES = (
    "playlists",
    "playlist_items",
    "tracks",
    "albums",
    "artists",
    "track_artists",
    "album_artists",
)
FILES = (*(f"put_new curated/{table}" for table in TABLES), "put_new quarantine")
MARK = "put_new curated/loads"
STEPS = (
    "get",
    "transform",
    *FILES,
    MARK,
    *(f"register {table}" for table in (*TABLES, "quarantine", "loads")),
    "delete",
)

VOLATILE = {"committed_at"}


def lake(world: World) -> dict[str, Any]:
    """All that a reader of the lake can see, without the time and the attempt of the commit."""
    objects = {
        key: (
            {name: curated.metadata[name] for name in IDENTITY},
            _load(curated.body) if key.startswith("curated/loads/") else curated.body,
        )
        for key, curated in world.curated.objects.items()
    }
    return {"objects": objects, "days": world.catalog.days}


def _load(body: bytes) -> dict[str, object]:
    [row] = pq.read_table(io.BytesIO(body)).to_pylist()
    return {name: value for name, value in row.items() if name not in VOLATILE}


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, Any]:
    """The lake after a commit without failures."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(_undisturbed())


async def _undisturbed() -> dict[str, Any]:
    world = World()
    world.land(KEY, BODY)
    async with world.transformer():
        await passing(seconds=1)
    return lake(world)


async def test_a_commit_without_failures_takes_exactly_these_steps(world: World) -> None:
    world.land(KEY, BODY)
    async with world.transformer() as life:
        await passing(seconds=1)
    assert [call for call in life.faults.calls if call != "receive"] == list(STEPS)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("disturb", [Faults.die, Faults.fail, Faults.lose_answer])
async def test_a_failure_at_any_step_gives_the_same_lake(
    world: World,
    undisturbed: dict[str, Any],
    disturb: Callable[[Faults, str], None],
    step: str,
) -> None:
    faults = Faults()
    disturb(faults, step)
    world.land(KEY, BODY)
    async with world.transformer(faults=faults):
        await passing(minutes=2)
    async with world.transformer():
        await passing(minutes=2)
    assert step in faults.calls
    assert lake(world) == undisturbed
    assert (world.queue.bodies, world.queue.dead_letters) == ([], [])


@pytest.mark.parametrize("step", FILES)
async def test_no_commit_mark_is_written_before_every_file(world: World, step: str) -> None:
    faults = Faults()
    faults.fail(step, times=100)
    world.land(KEY, BODY)
    async with world.transformer(faults=faults) as life:
        await passing(minutes=10)
    assert life.status.retried > 1
    assert not any("loads" in key for key in world.curated.objects)
    assert len(world.queue.bodies) == 1


async def test_the_message_stays_until_the_commit_mark_is_written(world: World) -> None:
    faults = Faults()
    faults.fail(MARK, times=100)
    world.land(KEY, BODY)
    async with world.transformer(faults=faults) as life:
        await passing(minutes=10)
    assert "delete" not in life.faults.calls
    assert len(world.queue.bodies) == 1


async def test_a_redelivery_changes_nothing_and_counts_as_repeated(
    world: World, undisturbed: dict[str, Any]
) -> None:
    world.land(KEY, BODY)
    [message] = world.queue.bodies
    async with world.transformer() as life:
        await passing(seconds=1)
        rows = life.status.rows.copy()
        world.queue.send(message)
        await passing(seconds=1)
    assert (life.status.committed, life.status.repeated) == (1, 1)
    assert (life.status.rows, len(life.status.loads)) == (rows, 1)
    assert lake(world) == undisturbed


async def test_a_redelivery_says_when_the_object_was_committed(world: World) -> None:
    world.land(KEY, BODY)
    [message] = world.queue.bodies
    async with world.transformer() as life:
        await passing(hours=1)
        world.queue.send(message)
        await passing(hours=1)
    assert (life.status.committed, life.status.repeated) == (1, 1)
    assert life.crawler._committed_at == MORNING


async def test_two_transformers_with_the_same_event_commit_once(
    world: World, undisturbed: dict[str, Any]
) -> None:
    world.land(KEY, BODY)
    world.queue.send(world.queue.bodies[0])
    async with world.transformer(in_flight=1) as one, world.transformer(in_flight=1) as other:
        await passing(seconds=1)
    assert one.status.committed + other.status.committed == 1
    assert one.status.repeated + other.status.repeated == 1
    assert lake(world) == undisturbed


async def test_a_manifest_completes_its_run(world: World) -> None:
    world.land(manifest_key(), manifest("synthetic", (KEY, BODY, 2)))
    async with world.transformer() as life:
        await passing(seconds=1)
    assert life.status.runs_completed == {str(KEY.run_id)}
    assert {table for table, _ in world.catalog.days} == {"run_outcomes", "playlist_daily", "loads"}


async def test_a_commit_is_counted_with_its_rows(world: World) -> None:
    world.land(KEY, BODY)
    async with world.transformer() as life:
        await passing(seconds=1)
    assert life.status.rows["playlist_items"] == 4
    assert life.status.rows_quarantined == 1
    [load] = life.status.loads
    assert (load.key, load.snapshots, load.raw_bytes) == (str(KEY), 2, len(BODY))
