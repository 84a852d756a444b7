"""`playlist_daily` says of each run what the raw JSON says, whatever is transformed when."""

from __future__ import annotations

import io
import random
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from landed import RAW_BUCKET, event
from run_history import History, Landed, Unchanged, item, true_rows
from twins.transformer import Faults, World
from virtual_time import passing

from playlake_contracts.manifest import decode_manifest
from playlake_contracts.outcomes import Outcome
from playlake_contracts.raw import compress_frame, read_frames
from playlake_contracts.s3_events import StoredObject, created_event
from playlake_contracts.tables import COMMON_COLUMNS, TABLES
from playlake_transformer import finding_contents
from playlake_transformer.errors import TransformTimeoutError, WorkerDiedError

if TYPE_CHECKING:
    from collections.abc import Iterable, MutableMapping, Sequence

    from playlake_contracts.keys import RawKey

    Row = dict[str, Any]
    Logs = list[MutableMapping[str, Any]]

FIGURES = (
    "distinct_tracks",
    "distinct_artists",
    "duration_ms",
    "explicit_share",
    "median_release_year",
)
CHANGE = ("entries_added", "entries_removed")
UNREAD = dict.fromkeys((*FIGURES, *CHANGE))


def tracks(*numbers: int) -> Landed:
    return Landed([item(number) for number in numbers])


def eventful() -> History:
    """Five runs: playlists that change, stay, fail, vanish, come back, and are read in part."""
    odd = [
        item(1, duration_ms=None, explicit=None, year=None),
        None,
        item(2, artists=[], album=None),
        item(3, type="episode", uri="spotify:episode:e3", year=None),
    ]
    history = History()
    history.run({
        "changing": tracks(1, 2, 3, 3), "still": tracks(4, 5), "failing": tracks(6),
        "empty": Landed([]), "odd": Landed(odd), "late": tracks(7), "partial": tracks(8, 9),
        "silent": Landed([item(1, duration_ms=None), item(2, duration_ms=None)]),
    })  # fmt: skip
    history.run({
        "changing": tracks(3, 2, 10, 3, 3), "still": Unchanged(0), "failing": Outcome.TORN,
        "empty": Unchanged(0), "odd": Landed([*odd, None, item(4)]), "late": Unchanged(0),
        "partial": Landed([item(8)], is_complete=False), "new": tracks(11),
    })  # fmt: skip
    history.run({
        "changing": Landed([item(3), item(2)], has_digest=False), "still": tracks(5, 4),
        "failing": tracks(6, 12), "empty": tracks(13), "odd": Outcome.GONE,
        "late": Unchanged(0), "partial": tracks(8, 9), "new": Outcome.FAILED,
    })  # fmt: skip
    history.run({
        "changing": Unchanged(2), "still": Unchanged(2), "failing": Unchanged(2),
        "empty": Landed([]), "odd": Landed(odd), "late": tracks(7, 7), "new": Unchanged(1),
    })  # fmt: skip
    history.run({
        "changing": Unchanged(0), "still": tracks(5, 4), "failing": Outcome.RATE_LIMITED,
        "empty": Unchanged(3), "odd": Unchanged(1), "late": Unchanged(3), "partial": tracks(8),
        "new": Unchanged(1),
    })  # fmt: skip
    return history


def put(world: World, history: History, keys: Iterable[RawKey] | None = None) -> None:
    """Land raw objects, without an event."""
    for key in history.objects if keys is None else keys:
        world.raw.put(key, history.objects[key])


async def transform_all(
    world: World, keys: Sequence[RawKey], faults: Faults | None = None, minutes: int = 5
) -> Faults:
    """Have a transformer commit raw objects that were put, one after another."""
    faults = faults or Faults()
    async with world.transformer(faults=faults):
        for key in keys:
            world.queue.send(event(world.raw.put(key, world.raw.current()[str(key)].body)))
            await passing(minutes=minutes)
    assert world.queue.bodies == []
    return faults


async def overwrite(world: World, key: RawKey, history: History) -> None:
    """Have a transformer commit a manifest anew."""
    async with world.transformer():
        created = world.raw.put(key, history.objects[key])
        stored = StoredObject(created.key, created.bytes, created.etag or "", created.version_id)
        world.queue.send(created_event(RAW_BUCKET, stored, overwrite=True))
        await passing(minutes=1)


def rows(world: World, key: RawKey) -> dict[str, Row]:
    """The committed rows of a run, by playlist."""
    body = world.curated.objects[key.curated("playlist_daily")].body
    found = pq.ParquetFile(io.BytesIO(body)).read().to_pylist()
    return {row["playlist_id"]: row for row in found}


def own(row: Row) -> Row:
    """A row without the columns that all tables have."""
    return {name: value for name, value in row.items() if name not in COMMON_COLUMNS}


def own_rows(world: World, key: RawKey) -> dict[str, Row]:
    return {playlist_id: own(row) for playlist_id, row in rows(world, key).items()}


def unknown(logs: Logs) -> list[tuple[str, str]]:
    """What could not be read: the object and the code."""
    events = [line for line in logs if line["event"] == "contents_unknown"]
    return [(line["read"], line.get("code", "bug")) for line in events]


HISTORY = eventful()
MANIFESTS = HISTORY.manifests
ORDERS = [
    MANIFESTS,
    MANIFESTS[::-1],
    *(random.Random(seed).sample(MANIFESTS, len(MANIFESTS)) for seed in range(4)),
]


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: str(list(map(MANIFESTS.index, order))))
async def test_rows_are_the_truth_whatever_the_order(
    world: World, order: Sequence[RawKey], logs: Logs
) -> None:
    put(world, HISTORY)
    await transform_all(world, order)
    for key in MANIFESTS:
        assert own_rows(world, key) == true_rows(HISTORY.objects, key), str(key)
    assert unknown(logs) == []


async def test_the_history_has_every_case() -> None:
    """What the truth says, so that the test above compares no two empty things."""
    found = [row for key in MANIFESTS for row in true_rows(HISTORY.objects, key).values()]
    changes = {(row["entries_added"], row["entries_removed"]) for row in found}
    assert {(None, None), (0, 0), (2, 0), (0, 1), (2, 1)} <= changes
    nulls = {name for row in found for name, value in row.items() if value is None}
    assert nulls == {"duration_ms", "explicit_share", "median_release_year", *CHANGE}
    columns = set(TABLES["playlist_daily"].schema.names) - set(COMMON_COLUMNS)
    assert all(set(row) == columns for row in found)


@pytest.mark.parametrize("is_backwards", [False, True])
async def test_a_run_is_compared_with_the_run_before_of_its_account(
    world: World, logs: Logs, *, is_backwards: bool
) -> None:
    history = History()
    for account, numbers in (
        ("ada", (1, 2)), ("bo", (9,)), (None, (5,)), ("bo", (9, 8, 7)), (None, (6,)), ("ada", (2,)),
    ):  # fmt: skip
        history.run({f"of {account}": tracks(*numbers), "shared": tracks(*numbers)}, account)
    put(world, history)
    manifests = history.manifests
    await transform_all(world, manifests[::-1] if is_backwards else manifests)
    found = [own_rows(world, key) for key in manifests]
    assert found == [true_rows(history.objects, key) for key in manifests]
    changes = [
        [(row["entries_added"], row["entries_removed"]) for row in rows.values()] for rows in found
    ]
    first, added, exchanged, removed = (None, None), (2, 0), (1, 1), (0, 1)
    assert changes == [[one] * 2 for one in (first, first, first, added, exchanged, removed)]
    assert unknown(logs) == []


@pytest.mark.parametrize(
    ("accounts", "others_read"),
    [(["bo", "ada", "ada", "bo"], 0), ([None, "ada", "ada", None], 2), ([None, None], 0)],
)
async def test_runs_of_others_are_read_only_if_their_ids_do_not_tell_whose_they_are(
    world: World, accounts: list[str | None], others_read: int
) -> None:
    history = History()
    for number, account in enumerate(accounts):
        history.run({"one": tracks(number)}, account)
    put(world, history)
    last = history.manifests[-1]
    made = await transform_all(world, [last])
    of_both_runs = len(["manifest", "part"] * 2 + ["rows of the run before"])
    assert made.calls.count("get") == of_both_runs + others_read
    assert own_rows(world, last) == true_rows(history.objects, last)


async def test_rows_have_what_every_row_of_the_manifest_has(world: World) -> None:
    put(world, HISTORY)
    await transform_all(world, MANIFESTS[:1])
    row = rows(world, MANIFESTS[0])["still"]
    assert {name: row[name] for name in COMMON_COLUMNS} == {
        "source": "spotify",
        "run_id": str(MANIFESTS[0].run_id),
        "part": "manifest",
        "snapshot_date": "2026-11-20",
        "fetched_at": decode_manifest(HISTORY.objects[MANIFESTS[0]]).finished_at,
    }


async def test_what_is_unchanged_is_not_read_again(world: World) -> None:
    history = History()
    history.run({"one": Landed([item(1)], has_digest=False), "two": tracks(2)})
    history.run({"one": Unchanged(0), "two": Unchanged(0)})
    put(world, history)
    assert "held" in (await transform_all(world, history.manifests[:1])).calls
    world.raw.delete(history.part(0))
    second = await transform_all(world, history.manifests[1:])
    assert {"held", "changes"}.isdisjoint(second.calls)
    assert own_rows(world, history.manifest(1)) == true_rows(history.objects, history.manifest(1))


async def test_an_overwrite_reads_what_is_there_and_keeps_what_is_not(world: World) -> None:
    """Another version of the transformer may have made other figures of the same parts."""
    history = History()
    history.run({"one": tracks(1), "two": tracks(2), "three": tracks(3)})
    history.run({"one": Unchanged(0), "two": Unchanged(0), "three": Unchanged(0)})
    put(world, history)
    await transform_all(world, history.manifests)
    first = history.manifest(0).curated("playlist_daily")
    file = world.curated.objects[first]
    table = pq.ParquetFile(io.BytesIO(file.body)).read()
    place = table.schema.get_field_index("duration_ms")
    outdated = table.set_column(place, table.schema.field(place), [pa.array([7, 7, 7], pa.int64())])
    body = io.BytesIO()
    pq.write_table(outdated, body)
    world.curated.objects[first] = replace(file, body=body.getvalue())
    world.raw.delete(history.part(0, 1))
    await overwrite(world, history.manifest(1), history)
    truth = true_rows(history.objects, history.manifest(1))
    kept = {"three": truth["three"] | {"duration_ms": 7}}
    assert own_rows(world, history.manifest(1)) == truth | kept


async def test_an_overwrite_keeps_where_the_contents_are_if_that_has_expired(world: World) -> None:
    history = History()
    for fate in (tracks(1), Unchanged(0), Unchanged(0)):
        history.run({"one": fate})
    put(world, history)
    await transform_all(world, history.manifests)
    for key in (history.part(0), history.manifest(0)):
        world.raw.delete(key)
    await overwrite(world, history.manifest(2), history)
    assert own_rows(world, history.manifest(2)) == true_rows(history.objects, history.manifest(2))


async def test_an_unchanged_playlist_is_found_in_the_manifest_that_an_earlier_row_lacked(
    world: World,
) -> None:
    history = History()
    for fate in (tracks(1), Unchanged(0), Unchanged(0)):
        history.run({"one": fate})
    put(world, history, history.manifests[1:])
    await transform_all(world, history.manifests[1:2])
    put(world, history, [history.manifest(0)])
    await transform_all(world, history.manifests[2:])
    truth = true_rows(history.objects, history.manifest(2))["one"]
    assert own_rows(world, history.manifest(2))["one"] == truth | dict.fromkeys(FIGURES)


async def test_a_part_that_is_too_large_to_read_leaves_its_figures_null(
    world: World, logs: Logs
) -> None:
    history = History()
    history.run({"one": tracks(*range(400))})
    sizes = [len(history.objects[key]) for key in (history.manifest(0), history.part(0))]
    assert sizes[0] < sizes[1]
    world.raw.max_bytes = sizes[0]
    put(world, history)
    await transform_all(world, history.manifests)
    truth = true_rows(history.objects, history.manifest(0))["one"]
    assert own_rows(world, history.manifest(0))["one"] == truth | UNREAD
    assert unknown(logs) == [(str(history.part(0)), "object_too_large")]


async def test_equal_digests_spare_reading_the_part_of_before(world: World) -> None:
    history = History()
    history.run({"one": tracks(1, 2)})
    history.run({"one": tracks(1, 2)})
    put(world, history)
    faults = await transform_all(world, history.manifests[1:])
    assert (faults.calls.count("held"), faults.calls.count("changes")) == (1, 0)
    assert own_rows(world, history.manifest(1)) == true_rows(history.objects, history.manifest(1))


async def test_expired_raw_objects_leave_the_rows_of_before(world: World, logs: Logs) -> None:
    history = History()
    history.run({"one": tracks(1), "two": tracks(2)})
    history.run({"one": Unchanged(0), "two": Unchanged(0)})
    history.run({"one": Unchanged(0), "two": tracks(3)})
    put(world, history)
    await transform_all(world, history.manifests[:2])
    for key in (history.part(0), history.manifest(0)):
        world.raw.delete(key)
    await transform_all(world, history.manifests[2:])
    truth = true_rows(history.objects, history.manifest(2))
    found = own_rows(world, history.manifest(2))
    assert found["one"] == truth["one"]
    assert found["two"] == truth["two"] | dict.fromkeys(CHANGE)
    assert unknown(logs) == [(str(history.part(0)), "missing")]


async def test_what_expired_before_it_was_transformed_is_null_and_its_row_stays(
    world: World, logs: Logs
) -> None:
    history = History()
    history.run({"one": tracks(1)})
    history.run({"one": Unchanged(0)})
    put(world, history, [key for key in history.objects if key != history.part(0)])
    await transform_all(world, history.manifests[1:])
    truth = true_rows(history.objects, history.manifest(1))["one"]
    read = own_rows(world, history.manifest(1))["one"]
    assert read == truth | dict.fromkeys(FIGURES)
    assert (read["entries"], read["entries_added"]) == (1, 0)
    assert unknown(logs) == [(str(history.part(0)), "missing")]


async def test_without_the_manifest_of_the_landing_only_the_run_is_known(
    world: World, logs: Logs
) -> None:
    history = History()
    history.run({"one": tracks(1)})
    history.run({"one": Unchanged(0)})
    put(world, history, [key for key in history.objects if key != history.manifest(0)])
    await transform_all(world, history.manifests[1:])
    row = own_rows(world, history.manifest(1))["one"]
    nothing = dict.fromkeys(row)
    assert row == nothing | {
        "playlist_id": "one",
        "contents_run_id": str(history.manifest(0).run_id),
    }
    assert unknown(logs) == [(str(history.manifest(0)), "missing")]


async def test_rows_that_were_null_are_not_taken_over(world: World) -> None:
    history = History()
    history.run({"one": tracks(1)})
    history.run({"one": Unchanged(0)})
    put(world, history, [key for key in history.objects if key != history.part(0)])
    await transform_all(world, history.manifests[:1])
    assert own_rows(world, history.manifest(0))["one"].items() >= dict.fromkeys(FIGURES).items()
    put(world, history, [history.part(0)])
    await transform_all(world, history.manifests[1:])
    assert own_rows(world, history.manifest(1)) == true_rows(history.objects, history.manifest(1))


def corrupt(world: World, key: RawKey, body: bytes = b"synthetic junk") -> None:
    world.raw.put(key, body)


async def test_a_corrupt_part_leaves_its_figures_null_and_the_outcomes_are_committed(
    world: World, logs: Logs
) -> None:
    history = History()
    history.run({"one": tracks(1), "two": tracks(2), "three": tracks(3)})
    key = history.manifest(0)
    put(world, history)
    corrupt(world, history.part(0), history.objects[history.part(0)][:-3])
    await transform_all(world, [key])
    truth, found = true_rows(history.objects, key), own_rows(world, key)
    assert found["one"] == truth["one"] | UNREAD
    assert found["two"] == truth["two"] | UNREAD
    assert found["three"] == truth["three"]
    assert unknown(logs) == [(str(history.part(0)), "corrupt_zstd")]
    assert key.curated("run_outcomes") in world.curated.objects
    assert key.curated("loads") in world.curated.objects
    assert world.queue.dead_letters == []


async def test_a_corrupt_part_of_before_leaves_the_change_null(world: World, logs: Logs) -> None:
    history = History()
    history.run({"one": tracks(1)})
    history.run({"one": tracks(2)})
    put(world, history)
    corrupt(world, history.part(0))
    await transform_all(world, history.manifests[1:])
    truth = true_rows(history.objects, history.manifest(1))["one"]
    assert own_rows(world, history.manifest(1))["one"] == truth | dict.fromkeys(CHANGE)
    assert unknown(logs) == [(str(history.part(0)), "corrupt_zstd")]


async def test_a_corrupt_manifest_of_before_leaves_the_change_null(
    world: World, logs: Logs
) -> None:
    history = History()
    history.run({"one": tracks(1)})
    history.run({"one": tracks(2)})
    put(world, history)
    corrupt(world, history.manifest(0))
    await transform_all(world, history.manifests[1:])
    truth = true_rows(history.objects, history.manifest(1))["one"]
    assert own_rows(world, history.manifest(1))["one"] == truth | dict.fromkeys(CHANGE)
    assert unknown(logs) == [(str(history.manifest(0)), "invalid_manifest")]


async def test_a_corrupt_file_of_before_is_passed_over(world: World, logs: Logs) -> None:
    history = History()
    history.run({"one": tracks(1)})
    history.run({"one": Unchanged(0)})
    put(world, history)
    await transform_all(world, history.manifests[:1])
    name = history.manifest(0).curated("playlist_daily")
    whole = world.curated.objects[name]
    other = world.curated.objects[history.manifest(0).curated("run_outcomes")]
    for body in (b"", b"synthetic junk", whole.body[: len(whole.body) // 2], other.body):
        world.curated.objects[name] = replace(whole, body=body)
        world.curated.objects.pop(history.manifest(1).curated("playlist_daily"), None)
        logs.clear()
        await transform_all(world, history.manifests[1:])
        truth = true_rows(history.objects, history.manifest(1))
        assert own_rows(world, history.manifest(1)) == truth
        assert unknown(logs) == [(name, "unreadable")]


async def test_a_snapshot_that_its_part_lacks_is_null(world: World, logs: Logs) -> None:
    history = History()
    history.run({"one": tracks(1), "two": tracks(2)})
    put(world, history)
    other = History()
    other.run({"one": tracks(1), "three": tracks(2)})
    corrupt(world, history.part(0), other.objects[other.part(0)])
    await transform_all(world, history.manifests)
    truth, found = (
        true_rows(history.objects, history.manifest(0)),
        own_rows(world, history.manifest(0)),
    )
    assert found == truth | {"two": truth["two"] | UNREAD}
    assert unknown(logs) == [(str(history.part(0)), "absent")]


async def test_other_snapshots_of_a_part_are_not_decoded(world: World) -> None:
    """The other one would have its part rejected: it has not the entries that it counts."""
    history = History()
    history.run({"one": tracks(1), "two": tracks(2)})
    history.run({"one": Unchanged(0)})
    put(world, history)
    one, two = read_frames(history.objects[history.part(0)])
    lie = two.replace(b'"entries":1', b'"entries":9')
    assert lie != two
    corrupt(
        world, history.part(0), b"".join(compress_frame([one])) + b"".join(compress_frame([lie]))
    )
    await transform_all(world, history.manifests[1:])
    assert own_rows(world, history.manifest(1)) == true_rows(history.objects, history.manifest(1))


@pytest.mark.parametrize("call", ["get", "manifests_before", "held", "changes"])
async def test_a_failure_of_aws_is_tried_again_and_nothing_is_null(
    world: World, logs: Logs, call: str
) -> None:
    put(world, HISTORY)
    faults = Faults()
    faults.fail(call)
    await transform_all(world, MANIFESTS[2:3], faults)
    assert own_rows(world, MANIFESTS[2]) == true_rows(HISTORY.objects, MANIFESTS[2])
    assert [line["code"] for line in logs if line["event"] == "message_retried"] == [
        "aws_unavailable"
    ]


@pytest.mark.parametrize("error", [WorkerDiedError("died"), TransformTimeoutError("hung")])
async def test_a_process_that_dies_once_costs_nothing(world: World, error: Exception) -> None:
    put(world, HISTORY)
    faults = Faults()
    faults.fail("held", error)
    await transform_all(world, MANIFESTS[:1], faults)
    assert own_rows(world, MANIFESTS[0]) == true_rows(HISTORY.objects, MANIFESTS[0])


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (WorkerDiedError("died"), "worker_died"),
        (TransformTimeoutError("hung"), "transform_timeout"),
        (RuntimeError("synthetic bug"), "bug"),
    ],
)
async def test_a_part_on_which_reading_fails_does_not_keep_the_outcomes_from_the_lake(
    world: World, logs: Logs, error: Exception, code: str
) -> None:
    history = History()
    history.run({"one": tracks(1)})
    put(world, history)
    faults = Faults()
    faults.fail("held", error, times=1_000)
    await transform_all(world, history.manifests, faults)
    truth = true_rows(history.objects, history.manifest(0))["one"]
    assert own_rows(world, history.manifest(0))["one"] == truth | UNREAD
    assert unknown(logs) == [(str(history.part(0)), code)]
    assert history.manifest(0).curated("run_outcomes") in world.curated.objects
    assert world.queue.dead_letters == []


async def test_what_takes_too_long_to_read_is_left(world: World, logs: Logs) -> None:
    history = History()
    history.run({f"playlist{number}": tracks(number) for number in range(8)})
    put(world, history)
    faults = Faults()
    faults.delay("held", seconds=60)
    async with world.transformer(faults=faults, deadline=timedelta(minutes=5)):
        key = history.manifest(0)
        world.queue.send(event(world.raw.put(key, history.objects[key])))
        await passing(minutes=10)
    found = own_rows(world, key)
    truth = true_rows(history.objects, key)
    read = [row for row in found.values() if row["distinct_tracks"] is not None]
    assert 0 < len(read) < len(found)
    assert all(found[name] in (row, row | UNREAD) for name, row in truth.items())
    assert [code for _, code in unknown(logs)] == ["out_of_time"]
    assert key.curated("loads") in world.curated.objects


async def test_identities_are_compared_in_portions(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding_contents, "_MOST_IDENTITIES", 1)
    put(world, HISTORY)
    faults = await transform_all(world, MANIFESTS[1:2])
    read = [call for call in faults.calls if call in {"held", "changes"}]
    assert read.index("changes") < len(read) - read[::-1].index("held")
    assert own_rows(world, MANIFESTS[1]) == true_rows(HISTORY.objects, MANIFESTS[1])


async def test_runs_of_other_sources_and_runs_without_a_manifest_do_not_count(
    world: World,
) -> None:
    history, other = History(), History("another")
    history.run({"one": tracks(1)})
    history.run({"one": tracks(2)})
    history.run({"one": tracks(2, 3)})
    other.run({})
    other.run({"one": tracks(7)})
    put(world, history, [key for key in history.objects if key != history.manifest(1)])
    put(world, other)
    await transform_all(world, [history.manifest(2)])
    left = {key: body for key, body in history.objects.items() if key != history.manifest(1)}
    truth = true_rows(left, history.manifest(2))
    assert (truth["one"]["entries_added"], truth["one"]["entries_removed"]) == (2, 1)
    assert own_rows(world, history.manifest(2)) == truth


async def test_a_manifest_that_names_no_valid_run_or_part_is_committed(
    world: World, logs: Logs
) -> None:
    history = History()
    history.run({"one": tracks(1)})
    history.run({"one": Unchanged(0), "two": tracks(2)})
    key = history.manifest(1)
    put(world, history)
    wrong = history.objects[key].replace(str(history.manifest(0).run_id).encode(), b"yesterday")
    wrong = wrong.replace(b'"part-0000"', b'"../part"')
    corrupt(world, key, wrong)
    await transform_all(world, [key])
    found = own_rows(world, key)
    assert found["one"]["contents_run_id"] == "yesterday"
    assert all(row[name] is None for row in found.values() for name in FIGURES)
    assert ("yesterday", "invalid") in unknown(logs)


async def test_a_length_that_no_column_holds_is_null(world: World) -> None:
    long = [item(1, duration_ms=2**62), item(2, duration_ms=2**62), item(3, duration_ms=2**62)]
    history = History()
    history.run({"long": Landed(long), "whole": Landed(long[:1])})
    put(world, history)
    await transform_all(world, history.manifests)
    found = rows(world, history.manifest(0))
    assert (found["long"]["duration_ms"], found["whole"]["duration_ms"]) == (None, 2**62)


async def test_a_value_that_a_quality_rule_rejects_does_not_count(world: World) -> None:
    history = History()
    history.run({"one": Landed([item(1, duration_ms=-5), item(2, duration_ms=7)])})
    put(world, history)
    await transform_all(world, history.manifests)
    assert rows(world, history.manifest(0))["one"]["duration_ms"] == 7
