from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import TYPE_CHECKING, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twins.extractor import MemoryRawStore

from playlake_contracts.raw import Head, RawSnapshot, Tail, decode_snapshot, read_frames
from playlake_contracts.runs import RunId
from playlake_extractor.errors import SourceUnavailableError
from playlake_extractor.run.bundle import Bundle, Snapshot
from playlake_extractor.run.definition import Run
from playlake_extractor.run.parts import PartLimits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.extractor.conftest import Clock

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
# Enough that the compressor lets bytes go before the frame ends.
INCOMPRESSIBLE = b'"%s"' % Random(0).randbytes(100_000).hex().encode()
LIMITS = PartLimits(max_bytes=2000, max_snapshots=4, max_age=timedelta(seconds=60))


def snapshot(name: str, playlist: bytes = b"{}", *pages: bytes, at: datetime = NOON) -> Snapshot:
    head = Head(
        source="spotify",
        playlist_id=name,
        run_id="20261121T120000Z-aaaaaa",
        fetched_at=at,
        snapshot_id=None,
    )
    tail = Tail(api="items", entries=len(pages), complete=True)
    return Snapshot(head, lambda: playlist, iter(pages), lambda: tail)


def breaking_off(name: str) -> Snapshot:
    def pages() -> Iterator[bytes]:
        yield INCOMPRESSIBLE
        raise SourceUnavailableError("Spotify answered 502")

    return replace(snapshot(name), pages=pages())


def landed(store: MemoryRawStore, number: int = 0) -> list[RawSnapshot]:
    body = store.objects[sorted(store.objects)[number]]
    return [decode_snapshot(frame) for frame in read_frames(body, max_frame_bytes=1_000_000)]


def test_responses_are_landed_byte_for_byte(run: Run, store: MemoryRawStore, clock: Clock) -> None:
    playlist = b'{ "name" :\t"Gr\xc3\xb6\xc3\x9fe",\r\n\n   "total":1.0e0 ,"a":1,"a":2}'
    pages = [b'{"items":[ null\n]}', b'{\n "items" : [ ]\n}']
    with Bundle(run, store, clock) as bundle:
        bundle.add(snapshot("a", playlist, *pages))
        bundle.land()

    (found,) = landed(store)
    assert bytes(found.playlist) == playlist
    assert [bytes(page) for page in found.pages] == pages


def test_a_snapshot_of_pages_alone_is_landed(run: Run, store: MemoryRawStore, clock: Clock) -> None:
    with Bundle(replace(run, trigger="import"), store, clock) as bundle:
        bundle.add(replace(snapshot("a"), playlist=lambda: None, pages=[b"[1]"]))
        bundle.land()

    (found,) = landed(store)
    assert bytes(found.playlist) == b"null"
    assert [bytes(page) for page in found.pages] == [b"[1]"]


def test_a_torn_fetch_leaves_no_partial_frame(
    run: Run, store: MemoryRawStore, clock: Clock
) -> None:
    with Bundle(run, store, clock) as bundle:
        bundle.add(snapshot("before"))
        with pytest.raises(SourceUnavailableError):
            bundle.add(breaking_off("torn"))
        bundle.add(snapshot("after"))
        bundle.land()

    assert [found.playlist_id for found in landed(store)] == ["before", "after"]
    assert bundle.parts[0].snapshots == 2
    body = store.objects[bundle.parts[0].key]
    frames = read_frames(body, max_frame_bytes=1_000_000)
    assert bundle.parts[0].json_bytes == sum(map(len, frames))


def test_a_torn_fetch_alone_lands_nothing(run: Run, store: MemoryRawStore, clock: Clock) -> None:
    with Bundle(run, store, clock) as bundle:
        with pytest.raises(SourceUnavailableError):
            bundle.add(breaking_off("torn"))
        bundle.land()

    assert store.objects == {}
    assert bundle.parts == []


def test_pages_are_pulled_one_at_a_time(run: Run, store: MemoryRawStore, clock: Clock) -> None:
    alive = 0
    most_alive = 0

    class Body(bytes):
        def __new__(cls) -> Self:
            nonlocal alive, most_alive
            alive += 1
            most_alive = max(alive, most_alive)
            return super().__new__(cls, b"{}")

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    with Bundle(run, store, clock) as bundle:
        bundle.add(replace(snapshot("a"), pages=(Body() for _ in range(50))))

    assert most_alive <= 2


def test_a_part_is_landed_by_age_while_nothing_is_added(
    run: Run, store: MemoryRawStore, clock: Clock
) -> None:
    with Bundle(run, store, clock) as bundle:
        bundle.add(snapshot("a"))
        clock.forward(seconds=59)
        bundle.roll()
        assert bundle.parts == []
        clock.forward(seconds=1)
        bundle.roll()

    assert [part.part for part in bundle.parts] == ["part-0000"]


def test_a_part_summary_describes_the_landed_bytes(
    run: Run, store: MemoryRawStore, clock: Clock
) -> None:
    with Bundle(run, store, clock, first_part=7) as bundle:
        assert bundle.add(snapshot("a", b"{}", b"{}", b"{}")) == "part-0007"
        bundle.land()

    (part,) = bundle.parts
    body = store.objects[part.key]
    assert part.key.endswith(f"run={run.run_id}/part-0007.jsonl.zst")
    assert (part.snapshots, part.entries) == (1, 2)
    assert (part.bytes, part.sha256) == (len(body), sha256(body).hexdigest())


def is_full_after_each(body: bytes) -> list[bool]:
    frames = list(read_frames(body, max_frame_bytes=1_000_000))
    times = [decode_snapshot(frame).fetched_at for frame in frames]
    return [
        sum(map(len, frames[:count])) >= LIMITS.max_bytes
        or count >= LIMITS.max_snapshots
        or times[count - 1] - times[0] >= LIMITS.max_age
        for count in range(1, len(frames) + 1)
    ]


steps = st.tuples(st.integers(2, 1500), st.floats(0, 45), st.booleans())


@given(st.lists(steps, max_size=30))
def test_parts_roll_at_a_limit_and_hold_every_snapshot_once_in_order(
    plan: list[tuple[int, float, bool]],
) -> None:
    store, now = MemoryRawStore(), NOON
    run = Run("spotify", RunId.derive("spotify", NOON), "0.0-test", limits=LIMITS)
    written = []
    with Bundle(run, store, lambda: now) as bundle:
        for number, (size, pause, torn) in enumerate(plan):
            now += timedelta(seconds=pause)
            if torn:
                with pytest.raises(SourceUnavailableError):
                    bundle.add(breaking_off(f"{number}"))
            else:
                added = snapshot(f"{number}", b"1" * size, at=now)
                written.append((f"{number}", bundle.add(added)))
        bundle.land()

    assert written == [
        (found.playlist_id, part.part)
        for number, part in enumerate(bundle.parts)
        for found in landed(store, number)
    ]
    assert [part.part for part in bundle.parts] == [
        f"part-{number:04d}" for number in range(len(bundle.parts))
    ]
    fullness = [is_full_after_each(store.objects[part.key]) for part in bundle.parts]
    assert not any(full for part in fullness for full in part[:-1])
    assert all(part[-1] for part in fullness[:-1])
