from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from twins.extractor import MemoryRawStore, MemoryStateStore

from playlake_contracts.keys import RawKey
from playlake_contracts.manifest import PlaylistOutcome, decode_manifest
from playlake_contracts.outcomes import Outcome
from playlake_contracts.raw import decode_snapshot, read_frames
from playlake_extractor.errors import (
    AuthorisationNeededError,
    ForbiddenError,
    GoneError,
    LandingFailedError,
    PlaylistError,
    RateLimitedError,
    SourceUnavailableError,
    UnexpectedResponseError,
)
from playlake_extractor.run.extract import Stores, extract
from playlake_extractor.run.parts import PartLimits

if TYPE_CHECKING:
    from tests.unit.extractor.conftest import Clock, Dying, Scripted, ScriptedSpotify, Synthetic

    from playlake_contracts.manifest import Manifest
    from playlake_contracts.raw import RawSnapshot
    from playlake_extractor.run.definition import Run


def on(raw: MemoryRawStore) -> Stores:
    """A raw store, and a memory of earlier runs that is empty."""
    return Stores(raw=raw, state=MemoryStateStore())


def one_each(run: Run) -> Run:
    return replace(run, limits=PartLimits(max_snapshots=1))


def manifest_in(store: MemoryRawStore, run: Run) -> Manifest:
    return decode_manifest(store.objects[str(RawKey.of_manifest("spotify", run.run_id))])


def snapshots_in(store: MemoryRawStore) -> list[RawSnapshot]:
    return [
        decode_snapshot(frame)
        for key in store.keys("raw/")
        if not key.endswith("manifest.json")
        for frame in read_frames(store.objects[key], max_frame_bytes=1_000_000)
    ]


def test_a_playlist_of_three_pages_is_read_to_its_end(
    run: Run, scripted: ScriptedSpotify, store: MemoryRawStore, clock: Clock, synthetic: Synthetic
) -> None:
    embedded = synthetic.playlist_body(100, following="https://old/tracks?offset=100", total=149)
    pages = [
        synthetic.page_body(47, following="https://api/next", total=149),
        synthetic.page_body(2, total=149),
    ]
    scripted.script = {"a": [embedded, *pages]}

    manifest = extract(run, ["a"], scripted.source, on(store), clock)

    assert scripted.asked == [
        ("playlist", "a"),
        ("playlist_items", 100),
        ("next", "https://api/next"),
        ("version", "a"),
    ]
    (snapshot,) = snapshots_in(store)
    assert bytes(snapshot.playlist) == embedded
    assert [bytes(page) for page in snapshot.pages] == pages
    assert (snapshot.api, snapshot.entries, snapshot.complete) == ("items", 149, True)
    assert (snapshot.fetched_at, snapshot.snapshot_id) == (clock.now, "AAAA/b+c=")
    assert manifest.requests == 4
    (digest,) = {playlist.items_sha256 for playlist in manifest.playlists}
    assert manifest.playlists == [
        PlaylistOutcome(
            playlist_id="a",
            outcome=Outcome.LANDED,
            name="Mornings",
            snapshot_id="AAAA/b+c=",
            entries=149,
            total=149,
            complete=True,
            part="part-0000",
            items_sha256=digest,
        )
    ]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (ForbiddenError("403"), Outcome.FORBIDDEN),
        (GoneError("404"), Outcome.GONE),
        (RateLimitedError("429"), Outcome.RATE_LIMITED),
        (SourceUnavailableError("502"), Outcome.FAILED),
        (UnexpectedResponseError("400"), Outcome.FAILED),
    ],
)
@pytest.mark.parametrize("pages_before", [0, 1, 2])
def test_a_failing_playlist_has_its_outcome_and_stops_no_other(  # noqa: PLR0913 - fixtures
    run: Run,
    scripted: ScriptedSpotify,
    store: MemoryRawStore,
    clock: Clock,
    synthetic: Synthetic,
    *,
    error: PlaylistError,
    outcome: Outcome,
    pages_before: int,
) -> None:
    pages = [
        synthetic.playlist_body(1, following="https://api/2"),
        synthetic.page_body(1, following="https://api/3"),
    ]
    scripted.script = {
        "a": [synthetic.playlist_body(1)],
        "b": [*pages[:pages_before], error],
        "c": [synthetic.playlist_body(1)],
    }

    extract(run, ["a", "b", "c"], scripted.source, on(store), clock)

    manifest = manifest_in(store, run)
    failed = manifest.playlists[1]
    assert (failed.outcome, failed.code, failed.reason) == (outcome, error.code, str(error))
    assert failed.name == ("Mornings" if pages_before else None)
    assert manifest.counts() == {Outcome.LANDED: 2, outcome: 1}
    assert [snapshot.playlist_id for snapshot in snapshots_in(store)] == ["a", "c"]


def test_a_playlist_without_items_is_not_readable_and_keeps_its_name(
    run: Run, scripted: ScriptedSpotify, store: MemoryRawStore, clock: Clock
) -> None:
    scripted.script = {"a": [b'{"name": "Theirs", "snapshot_id": "s"}']}

    (outcome,) = extract(run, ["a"], scripted.source, on(store), clock).playlists

    assert (outcome.outcome, outcome.name) == (Outcome.NOT_READABLE, "Theirs")
    assert outcome.reason is not None
    assert "development mode" in outcome.reason


def test_a_run_that_lands_nothing_still_lands_its_manifest(
    run: Run, scripted: ScriptedSpotify, store: MemoryRawStore, clock: Clock
) -> None:
    scripted.script = {"a": [GoneError("404")]}

    extract(run, ["a"], scripted.source, on(store), clock)

    assert list(store.objects) == [str(RawKey.of_manifest("spotify", run.run_id))]
    assert manifest_in(store, run).counts() == {Outcome.GONE: 1}


def test_the_manifest_is_landed_last(
    run: Run, scripted: ScriptedSpotify, store: MemoryRawStore, clock: Clock, synthetic: Synthetic
) -> None:
    scripted.script = {name: [synthetic.playlist_body(1)] for name in "abc"}

    extract(one_each(run), "abc", scripted.source, on(store), clock)

    assert [key.rpartition("/")[2] for key in store.objects] == [
        "part-0000.jsonl.zst",
        "part-0001.jsonl.zst",
        "part-0002.jsonl.zst",
        "manifest.json",
    ]


def test_refused_credentials_end_the_run_and_what_was_read_is_landed(
    run: Run, scripted: ScriptedSpotify, store: MemoryRawStore, clock: Clock, synthetic: Synthetic
) -> None:
    refused = AuthorisationNeededError("401")
    scripted.script = {"a": [synthetic.playlist_body(1)], "b": [refused], "c": []}

    with pytest.raises(AuthorisationNeededError):
        extract(run, ["a", "b", "c"], scripted.source, on(store), clock)

    assert [snapshot.playlist_id for snapshot in snapshots_in(store)] == ["a"]
    assert not any("manifest" in key for key in store.objects)


def test_a_part_is_landed_by_age_while_playlists_fail(
    run: Run, store: MemoryRawStore, clock: Clock, scripted: ScriptedSpotify, synthetic: Synthetic
) -> None:
    landed_before_c: list[str] = []

    def gone_after_a_minute() -> bytes:
        clock.forward(minutes=1)
        raise GoneError("404")

    def gone_at_once() -> bytes:
        landed_before_c.extend(store.objects)
        raise GoneError("404")

    scripted.script = {
        "a": [synthetic.playlist_body(1)],
        "b": [gone_after_a_minute],
        "c": [gone_at_once],
    }

    extract(run, ["a", "b", "c"], scripted.source, on(store), clock)

    assert [key.rpartition("/")[2] for key in landed_before_c] == ["part-0000.jsonl.zst"]


@pytest.mark.parametrize("takes", range(4))
def test_a_run_that_broke_off_is_continued_and_lands_nothing_twice(
    run: Run,
    scripted: ScriptedSpotify,
    dying: type[Dying],
    clock: Clock,
    synthetic: Synthetic,
    takes: int,
) -> None:
    store = dying(takes)
    bodies = {name: synthetic.playlist_body(3, generation="both") for name in "abc"}
    scripted.script = {name: [body] for name, body in bodies.items()}
    with pytest.raises(LandingFailedError):
        extract(one_each(run), "abc", scripted.source, on(store), clock)
    landed_before = dict(store.objects)
    assert len(landed_before) == takes

    store.takes = -1
    clock.forward(hours=1)
    scripted.script = {name: [body] for name, body in bodies.items()}
    manifest = extract(one_each(run), "abc", scripted.source, on(store), clock)

    assert landed_before.items() <= store.objects.items()
    assert [snapshot.playlist_id for snapshot in snapshots_in(store)] == ["a", "b", "c"]
    assert manifest == manifest_in(store, run)
    assert [part.part for part in manifest.parts] == ["part-0000", "part-0001", "part-0002"]


def test_a_continued_run_accounts_as_one_that_never_broke_off(
    run: Run, scripted: ScriptedSpotify, dying: type[Dying], clock: Clock, synthetic: Synthetic
) -> None:
    def script() -> dict[str, list[Scripted]]:
        following = "https://api/2"
        return {
            "a": [
                synthetic.playlist_body(2, following=following, total=4, generation="both"),
                synthetic.page_body(1, total=5, generation="both"),
            ],
            "b": [synthetic.playlist_body(2)],
        }

    unbroken, broken = MemoryRawStore(), dying(takes=2)
    scripted.script = script()
    expected = extract(one_each(run), "ab", scripted.source, on(unbroken), clock)
    scripted.script = script()
    with pytest.raises(LandingFailedError):
        extract(one_each(run), "ab", scripted.source, on(broken), clock)
    broken.takes = -1
    continued = extract(one_each(run), "ab", scripted.source, on(broken), clock)

    assert continued.playlists == expected.playlists
    assert continued.parts == expected.parts


def test_a_playlist_landed_before_and_no_longer_planned_stays_accounted_for(
    run: Run, scripted: ScriptedSpotify, dying: type[Dying], clock: Clock, synthetic: Synthetic
) -> None:
    store = dying(takes=1)
    scripted.script = {"a": [synthetic.playlist_body(1)], "b": [synthetic.playlist_body(1)]}
    with pytest.raises(LandingFailedError):
        extract(run, ["a"], scripted.source, on(store), clock)
    store.takes = -1

    manifest = extract(run, ["b"], scripted.source, on(store), clock)

    assert [(p.playlist_id, p.part) for p in manifest.playlists] == [
        ("a", "part-0000"),
        ("b", "part-0001"),
    ]


def test_a_complete_run_started_again_asks_and_lands_nothing(
    run: Run, scripted: ScriptedSpotify, store: MemoryRawStore, clock: Clock, synthetic: Synthetic
) -> None:
    scripted.script = {"a": [synthetic.playlist_body(1)]}
    first = extract(run, ["a"], scripted.source, on(store), clock)
    objects, requests = dict(store.objects), scripted.traffic.requests

    clock.forward(hours=1)
    assert extract(run, ["a"], scripted.source, on(store), clock) == first

    assert store.objects == objects
    assert scripted.traffic.requests == requests


@pytest.mark.parametrize("name", ["part-0000.jsonl.zst", "manifest.json"])
def test_an_unreadable_object_of_an_earlier_attempt_is_named(
    run: Run, scripted: ScriptedSpotify, store: MemoryRawStore, clock: Clock, name: str
) -> None:
    key = str(RawKey.of_manifest("spotify", run.run_id)).replace("manifest.json", name)
    store.objects[key] = b"neither zstd nor JSON"

    with pytest.raises(LandingFailedError, match=f"{name} was landed by an earlier attempt"):
        extract(run, ["a"], scripted.source, on(store), clock)


def test_a_foreign_object_under_the_runs_prefix_is_left_alone(
    run: Run, scripted: ScriptedSpotify, store: MemoryRawStore, clock: Clock, synthetic: Synthetic
) -> None:
    prefix = str(RawKey.of_manifest("spotify", run.run_id)).removesuffix("manifest.json")
    store.objects[prefix] = b""
    scripted.script = {"a": [synthetic.playlist_body(1)]}

    manifest = extract(run, ["a"], scripted.source, on(store), clock)

    assert manifest.counts() == {Outcome.LANDED: 1}
    assert store.objects[prefix] == b""
