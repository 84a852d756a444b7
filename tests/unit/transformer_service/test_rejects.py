"""A reject goes to the dead-letter queue with a reason, and stops no other object."""

from __future__ import annotations

import json
from datetime import timedelta

import msgspec
import pytest
from landed import RAW_BUCKET, entry, event, part, part_key, record
from twins.transformer import CuratedObject, Faults, InlineTransforms, MemoryRawObjects, World
from virtual_time import passing

from playlake_contracts.errors import ErrorCode

KEY = part_key()
BODY = part(KEY, [entry(1)])
TWO_SONGS = part(KEY, [entry(1), entry(2)])
TEST_EVENT = json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": RAW_BUCKET})


async def test_a_rejected_message_is_in_the_dead_letter_queue_before_it_is_deleted(
    world: World,
) -> None:
    world.queue.send("<xml>synthetic junk</xml>")
    async with world.transformer() as life:
        await passing(seconds=1)
    [letter] = world.queue.dead_letters
    assert (letter.body, letter.code) == ("<xml>synthetic junk</xml>", ErrorCode.EVENT_UNREADABLE)
    assert letter.reason.startswith("not an S3 event notification")
    assert [call for call in life.faults.calls if call != "receive"] == [
        "claim",
        "reject",
        "record",
        "delete",
    ]
    assert world.queue.bodies == []
    assert life.status.rejected == 1
    assert life.status.last_error == f"event_unreadable: {letter.reason}"


async def test_a_message_stays_while_the_dead_letter_queue_fails(world: World) -> None:
    faults = Faults()
    faults.fail("reject", times=100)
    world.queue.send("synthetic junk")
    async with world.transformer(faults=faults) as life:
        await passing(minutes=10)
    assert "delete" not in life.faults.calls
    assert world.queue.bodies == ["synthetic junk"]
    assert (life.status.rejected, life.status.retried) == (0, life.faults.calls.count("reject"))


async def test_two_events_of_a_reject_at_the_same_time_send_one_letter(world: World) -> None:
    created = world.land(KEY, b"synthetic junk")
    world.queue.send(event(created))
    faults = Faults()
    faults.delay("reject", seconds=1)
    async with world.transformer(faults=faults) as one, world.transformer(faults=faults) as other:
        await passing(minutes=1)
    assert len(world.queue.dead_letters) == 1
    assert one.status.rejected + other.status.rejected == 1
    assert world.queue.bodies == []


async def test_an_event_without_the_version_is_one_of_the_same_reject(world: World) -> None:
    created = world.land(KEY, b"synthetic junk")
    async with world.transformer():
        await passing(minutes=1)
        world.queue.send(event(msgspec.structs.replace(created, version_id=None)))
        await passing(minutes=1)
    assert len(world.queue.dead_letters) == 1


async def test_a_letter_is_sent_by_the_next_process_if_the_first_dies_before(world: World) -> None:
    world.land(KEY, b"synthetic junk")
    faults = Faults()
    faults.die("reject")
    async with world.transformer(faults=faults):
        await passing(minutes=2)
    assert not world.rejects.records[KEY.rejected].is_sent
    async with world.transformer():
        await passing(minutes=2)
    assert len(world.queue.dead_letters) == 1
    assert world.rejects.records[KEY.rejected].is_sent


@pytest.mark.parametrize(
    ("etag", "rows"), [("the same", "1"), ("other", "2")], ids=["other rows", "other bytes"]
)
async def test_a_curated_object_of_another_etag_or_number_of_rows_is_a_conflict(
    world: World, etag: str, rows: str
) -> None:
    """Two curated objects are the same if their raw ETag and their number of rows are equal."""
    created = world.land(KEY, TWO_SONGS)
    existing = {"raw-etag": str(created.etag) if etag == "the same" else etag, "rows": rows}
    world.curated.objects[KEY.curated("tracks")] = CuratedObject(b"an earlier version's", existing)
    async with world.transformer() as life:
        await passing(seconds=1)
    [letter] = world.queue.dead_letters
    assert letter.code == ErrorCode.COMMIT_CONFLICT
    assert life.status.committed == 0
    assert KEY.curated("loads") not in world.curated.objects


async def test_a_curated_object_of_the_same_etag_and_rows_is_accepted(world: World) -> None:
    created = world.land(KEY, TWO_SONGS)
    existing = {"raw-etag": str(created.etag), "rows": "2"}
    world.curated.objects[KEY.curated("tracks")] = CuratedObject(b"an earlier version's", existing)
    async with world.transformer() as life:
        await passing(seconds=1)
    assert world.queue.dead_letters == []
    assert life.status.committed == 1


async def test_a_bad_record_among_three_is_rejected_and_the_others_are_committed(
    world: World,
) -> None:
    keys = [part_key(number) for number in range(3)]
    created = [world.raw.put(key, part(key, [entry(1)])) for key in keys]
    records = [record(each) for each in created]
    records[1]["eventVersion"] = "3.0"
    world.queue.send(json.dumps({"Records": records}))
    async with world.transformer() as life:
        await passing(seconds=1)
    assert [load.key for load in life.status.loads] == [str(keys[0]), str(keys[2])]
    [letter] = world.queue.dead_letters
    assert json.loads(letter.body) == {"Records": [records[1]]}
    assert letter.code == ErrorCode.EVENT_VERSION
    assert world.queue.bodies == []


async def test_a_record_that_is_retried_loses_no_other_record(world: World) -> None:
    keys = [part_key(number) for number in range(2)]
    created = [world.raw.put(key, part(key, [entry(1)])) for key in keys]
    world.queue.send(event(*created))
    faults = Faults()
    faults.fail("get")
    async with world.transformer(faults=faults) as life:
        await passing(minutes=2)
    assert {load.key for load in life.status.loads} == set(map(str, keys))
    assert world.queue.bodies == []


async def test_the_test_event_is_deleted(world: World) -> None:
    world.queue.send(TEST_EVENT)
    async with world.transformer() as life:
        await passing(seconds=1)
    assert (world.queue.bodies, world.queue.dead_letters) == ([], [])
    assert (life.status.received, life.status.committed, life.status.ignored) == (1, 0, 1)


async def test_the_event_of_a_delete_marker_is_ignored_and_deleted(world: World) -> None:
    removed = record(world.raw.put(KEY, BODY)) | {"eventName": "ObjectRemoved:DeleteMarkerCreated"}
    world.queue.send(json.dumps({"Records": [removed]}))
    async with world.transformer() as life:
        await passing(seconds=1)
    assert (world.queue.bodies, world.queue.dead_letters) == ([], [])
    assert (life.status.ignored, life.status.committed) == (1, 0)
    assert "get" not in life.faults.calls


async def test_the_event_of_an_object_deleted_meanwhile_is_deleted_and_counted(
    world: World,
) -> None:
    world.land(KEY, BODY)
    world.raw.delete(KEY)
    async with world.transformer() as life:
        await passing(seconds=1)
    assert (world.queue.bodies, world.queue.dead_letters) == ([], [])
    assert (life.status.vanished, life.status.committed) == (1, 0)


async def test_a_replaced_object_is_rejected() -> None:
    world = World(raw=MemoryRawObjects(versioned=False))
    world.land(KEY, BODY)
    world.raw.put(KEY, part(KEY, [entry(2)]))
    async with world.transformer() as life:
        await passing(seconds=1)
    assert [letter.code for letter in world.queue.dead_letters] == [ErrorCode.OBJECT_CHANGED]
    assert world.curated.objects == {}
    assert (life.status.rejected, world.queue.bodies) == (1, [])


async def test_an_object_made_from_other_bytes_is_never_overwritten(world: World) -> None:
    world.land(KEY, BODY)
    async with world.transformer():
        await passing(seconds=1)
    committed = dict(world.curated.objects)
    world.land(KEY, part(KEY, [entry(2)]))
    async with world.transformer():
        await passing(seconds=1)
    assert [letter.code for letter in world.queue.dead_letters] == [ErrorCode.COMMIT_CONFLICT]
    assert world.curated.objects == committed


async def test_an_object_that_is_too_large_is_refused_before_it_is_read(world: World) -> None:
    world.land(KEY, BODY)
    async with world.transformer(budget=len(BODY) - 1) as life:
        await passing(seconds=1)
    assert [letter.code for letter in world.queue.dead_letters] == [ErrorCode.OBJECT_TOO_LARGE]
    assert "get" not in life.faults.calls


async def test_an_object_larger_than_its_event_says_is_refused() -> None:
    world = World(raw=MemoryRawObjects(max_bytes=len(BODY) - 1))
    created = world.raw.put(KEY, BODY)
    world.queue.send(event(msgspec.structs.replace(created, bytes=1)))
    async with world.transformer():
        await passing(seconds=1)
    assert [letter.code for letter in world.queue.dead_letters] == [ErrorCode.OBJECT_TOO_LARGE]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", ErrorCode.EMPTY_OBJECT),
        (b"synthetic junk", ErrorCode.CORRUPT_ZSTD),
        (BODY[:-1], ErrorCode.CORRUPT_ZSTD),
    ],
)
async def test_a_part_that_cannot_be_read_is_rejected(
    world: World, body: bytes, code: ErrorCode
) -> None:
    world.land(KEY, body)
    async with world.transformer():
        await passing(seconds=1)
    [letter] = world.queue.dead_letters
    assert letter.code == code
    assert str(KEY) in letter.reason
    assert world.curated.objects == {}


async def test_a_reject_is_logged_with_its_code(
    world: World, logs: list[dict[str, object]]
) -> None:
    world.queue.send("synthetic junk")
    async with world.transformer():
        await passing(seconds=1)
    assert {"event": "message_rejected", "code": "event_unreadable"}.items() <= logs[0].items()


async def test_a_reject_is_sent_once_though_its_message_is_delivered_again(world: World) -> None:
    faults = Faults()
    faults.fail("delete", times=5)
    world.queue.send("synthetic junk")
    async with world.transformer(faults=faults) as life:
        await passing(minutes=5)
    assert life.faults.calls.count("delete") == 6
    assert len(world.queue.dead_letters) == 1
    assert (life.status.rejected, world.queue.bodies) == (1, [])


async def test_the_rejects_of_a_message_are_sent_once_while_another_record_is_retried(
    world: World,
) -> None:
    faults = Faults()
    faults.fail("get", times=4)
    created = world.raw.put(KEY, BODY)
    bad = [{**record(created), "eventVersion": f"3.{number}"} for number in range(5)]
    world.queue.send(json.dumps({"Records": [*bad, record(created)]}))
    async with world.transformer(faults=faults) as life:
        await passing(minutes=5)
    assert life.faults.calls.count("get") == 5
    assert len(world.queue.dead_letters) == 5
    assert (life.status.rejected, life.status.committed) == (5, 1)


@pytest.mark.parametrize("is_of_an_object", [False, True])
async def test_a_duplicate_of_what_was_rejected_is_not_rejected_anew(
    world: World, *, is_of_an_object: bool
) -> None:
    body = event(world.raw.put(KEY, b"junk")) if is_of_an_object else "synthetic junk"
    async with world.transformer() as life:
        for _ in range(3):
            world.queue.send(body)
            await passing(seconds=30)
    assert len(world.queue.dead_letters) == len(world.rejects.records) == 1
    assert (life.status.rejected, world.queue.bodies) == (1, [])


@pytest.mark.parametrize("is_of_an_object", [False, True])
async def test_a_dead_letter_that_is_moved_back_too_early_is_a_dead_letter_again(
    world: World, *, is_of_an_object: bool
) -> None:
    faults = Faults()
    body = event(world.raw.put(KEY, b"junk")) if is_of_an_object else "synthetic junk"
    world.queue.send(body)
    async with world.transformer(faults=faults) as life:
        await passing(seconds=30)
        world.queue.redrive()
        faults.fail("delete", times=3)
        await passing(minutes=5)
    assert len(world.queue.dead_letters) == 1
    assert (life.status.rejected, world.queue.bodies) == (2, [])


async def test_a_dead_letter_that_is_moved_back_after_the_mending_is_committed(
    world: World,
) -> None:
    world.land(KEY, BODY)
    faults = Faults()
    faults.fail("transform", ZeroDivisionError("a bug that is mended later"), times=3)
    async with world.transformer(faults=faults) as life:
        await passing(minutes=5)
        [letter] = world.queue.dead_letters
        assert (letter.raw_key, letter.run_id) == (str(KEY), str(KEY.run_id))
        assert set(world.rejects.records) == {KEY.rejected}
        world.queue.redrive()
        await passing(minutes=1)
    assert life.status.committed == 1
    assert (world.queue.dead_letters, world.queue.bodies) == ([], [])


async def test_another_version_of_a_rejected_object_is_rejected_on_its_own(world: World) -> None:
    async with world.transformer():
        for body in (b"junk", b"other junk"):
            world.land(KEY, body)
            await passing(seconds=30)
    assert len(world.queue.dead_letters) == 2


async def test_hundreds_of_records_of_one_message_are_processed_side_by_side() -> None:
    world = World(transforms=InlineTransforms(takes=timedelta(seconds=10)))
    keys = [part_key(number) for number in range(300)]
    world.queue.send(event(*(world.raw.put(key, part(key, [entry(1)])) for key in keys)))
    async with world.transformer(in_flight=10) as life:
        await passing(minutes=6)
    assert life.status.committed == 300
    assert world.transforms.most_objects == 10
    assert (life.status.received, world.queue.bodies) == (1, [])


async def test_a_message_that_takes_too_long_is_given_back_and_goes_on_later() -> None:
    world = World(transforms=InlineTransforms(takes=timedelta(minutes=20)))
    world.land(KEY, BODY)
    async with world.transformer(deadline=timedelta(minutes=15)) as life:
        await passing(minutes=15, seconds=1)
        assert (life.status.retried, life.status.in_flight) == (1, 0)
        assert life.status.last_error == "message_timeout: processing took longer than 900 s"
        world.transforms.takes = timedelta(seconds=1)
        await passing(minutes=1)
    assert (life.status.committed, world.queue.bodies) == (1, [])
