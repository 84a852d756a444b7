"""A backlog is committed as a whole; what is rejected or fails stops no other raw object."""

from __future__ import annotations

from dataclasses import dataclass, field
from dataclasses import replace as dataclass_replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from landed import entry, part, part_key
from msgspec.structs import replace
from structlog.testing import capture_logs
from twins.transformer import (
    Faults,
    InlineTransforms,
    MemoryCatalog,
    MemoryCuratedObjects,
    MemoryRawObjects,
    MemoryRejects,
)
from virtual_time import LoopClock

from playlake_transformer.backlog import Backlog
from playlake_transformer.committer import ByteBudget, Committer
from playlake_transformer.domain.events import RawObjectCreated
from playlake_transformer.errors import FolderUnavailableError, WorkerDiedError
from playlake_transformer.finding_contents import FindingContents

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from playlake_contracts.keys import RawKey
    from playlake_transformer.errors import RetryError

KEYS = [part_key(number) for number in range(4)]


@dataclass(slots=True)
class Lake:
    """Raw objects in memory, and what is made of them."""

    raw: MemoryRawObjects = field(default_factory=lambda: MemoryRawObjects(versioned=False))
    curated: MemoryCuratedObjects = field(default_factory=MemoryCuratedObjects)
    rejects: MemoryRejects = field(default_factory=MemoryRejects)
    transforms: InlineTransforms = field(
        default_factory=lambda: InlineTransforms(takes=timedelta(seconds=1))
    )

    def backlog(self, faults: Faults, at_once: int = 2) -> Backlog:
        raw, curated = faults.through(self.raw), faults.through(self.curated)
        transforms, clock = faults.through(self.transforms), LoopClock()
        committer = Committer(
            raw=raw,
            curated=curated,
            catalog=MemoryCatalog(),
            transforms=transforms,
            contents=FindingContents(raw, curated, transforms, clock, timedelta(hours=1)),
            clock=clock,
            budget=ByteBudget(1_000_000),
        )
        return Backlog(committer, self.rejects, at_once)

    @property
    def marks(self) -> set[str]:
        return {key for key in self.curated.objects if key.startswith("curated/loads/")}


@pytest.fixture
def lake() -> Lake:
    """Four parts, of which the second is no part at all."""
    lake = Lake()
    for key in KEYS:
        lake.raw.put(key, b"junk" if key == KEYS[1] else part(key, [entry(1)]))
    return lake


def marks_of(*keys: RawKey) -> set[str]:
    return {key.curated("loads") for key in keys}


async def test_every_object_is_committed_or_rejected(lake: Lake) -> None:
    result = await lake.backlog(Faults()).commit(KEYS)
    assert (result.committed, result.rejected, result.failed) == (3, 1, 0)
    assert lake.marks == marks_of(KEYS[0], *KEYS[2:])
    [(key, reject)] = lake.rejects.records.items()
    assert (key, reject.raw_key) == (KEYS[1].rejected, str(KEYS[1]))
    assert (reject.code, reject.message_id) == ("corrupt_zstd", None)


async def test_each_object_is_one_line_and_every_line_names_it(
    lake: Lake, logs: list[MutableMapping[str, Any]]
) -> None:
    faults = Faults()
    faults.fail("transform", ZeroDivisionError("synthetic bug"))
    lake.raw.put(KEYS[0], part(KEYS[0], [entry(1, lyrics="la")]))
    lake.raw.delete(KEYS[3])
    await lake.backlog(faults, at_once=1).commit(KEYS)
    await lake.backlog(Faults(), at_once=1).commit([KEYS[0], KEYS[2]])
    lines = [log for log in logs if log["event"] == "part_processed"]
    assert [(line["part"], line["outcome"]) for line in lines] == [
        ("part-0000", "retried"),
        ("part-0001", "rejected"),
        ("part-0002", "committed"),
        ("part-0003", "vanished"),
        ("part-0000", "committed"),
        ("part-0002", "repeated"),
    ]
    assert {log["event"] for log in logs} == {"part_processed", "object_failed", "unknown_field"}
    assert [log for log in logs if not {"run_id", "part"} <= log.keys()] == []
    assert not any("event_to_row_seconds" in line for line in lines)


async def test_a_new_field_is_one_line_in_the_log(lake: Lake) -> None:
    for key in KEYS:
        lake.raw.put(key, part(key, [entry(1, lyrics="la")]))
    with capture_logs() as logs:
        await lake.backlog(Faults()).commit(KEYS)
    lines = [log for log in logs if log["event"] == "unknown_field"]
    assert [line["path"] for line in lines] == ["playlist.items.items[].item.lyrics"]


async def test_no_more_objects_are_in_progress_than_allowed(lake: Lake) -> None:
    await lake.backlog(Faults(), at_once=2).commit(KEYS)
    assert lake.transforms.most_objects == 2


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("get", FolderUnavailableError("synthetic outage")),
        ("put_new curated/tracks", FolderUnavailableError("synthetic outage")),
        ("transform", WorkerDiedError("synthetic death")),
    ],
)
async def test_a_failure_leaves_its_object_to_the_next_attempt(
    lake: Lake, call: str, error: RetryError
) -> None:
    faults = Faults()
    faults.fail(call, error)
    result = await lake.backlog(faults, at_once=1).commit(KEYS)
    assert (result.committed, result.rejected, result.failed) == (2, 1, 1)
    assert lake.marks == marks_of(*KEYS[2:])
    result = await lake.backlog(Faults()).commit([KEYS[0]])
    assert (result.committed, result.failed) == (1, 0)


async def test_an_object_that_is_gone_is_passed_over(lake: Lake) -> None:
    lake.raw.delete(KEYS[0])
    result = await lake.backlog(Faults()).commit(KEYS)
    assert (result.committed, result.rejected, result.failed) == (2, 1, 0)


async def test_a_reject_that_cannot_be_recorded_stops_no_other(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise FolderUnavailableError("synthetic full disk")

    monkeypatch.setattr(MemoryRejects, "claim", refuse)
    result = await lake.backlog(Faults()).commit(KEYS)
    assert (result.committed, result.rejected, result.failed) == (3, 0, 1)


async def test_a_record_of_a_backlog_is_written_anew_and_that_of_a_service_stays(
    lake: Lake,
) -> None:
    """The service's says whether its dead letter was sent."""
    await lake.backlog(Faults()).commit(KEYS)
    key = KEYS[1].rejected
    outdated = replace(lake.rejects.records[key], reason="outdated")
    lake.rejects.records[key] = outdated
    await lake.backlog(Faults()).commit(KEYS)
    assert lake.rejects.records[key].reason != "outdated"
    of_service = replace(outdated, message_id="synthetic", is_sent=False)
    lake.rejects.records[key] = of_service
    result = await lake.backlog(Faults()).commit(KEYS)
    assert lake.rejects.records[key] == of_service
    assert result.rejected == 1


async def test_listed_objects_are_taken_in_their_order_and_each_is_told_of(lake: Lake) -> None:
    told: list[tuple[str, str]] = []
    backlog = dataclass_replace(
        lake.backlog(Faults(), at_once=1),
        note=lambda processed: told.append((processed.created.key.part, processed.outcome.value)),
    )
    objects = [
        RawObjectCreated(key, bytes=2_000_000 if key == KEYS[0] else 1, etag=None, version_id=None)
        for key in reversed(KEYS)
    ]
    await backlog.commit_listed(objects)
    assert told == [
        ("part-0003", "committed"),
        ("part-0002", "committed"),
        ("part-0001", "rejected"),
        ("part-0000", "rejected"),  # it is larger than the budget, as its listing says
    ]
    assert lake.rejects.records[KEYS[0].rejected].code == "object_too_large"


async def test_a_bug_stops_no_other_object(lake: Lake) -> None:
    faults = Faults()
    faults.fail("transform", ZeroDivisionError("synthetic bug"))
    with capture_logs() as logs:
        result = await lake.backlog(faults).commit(KEYS)
    assert (result.committed, result.rejected, result.failed) == (2, 1, 1)
    (failed,) = (log for log in logs if log["event"] == "object_failed")
    assert failed["exc_info"] is True
    assert failed["object_key"] in map(str, KEYS)
