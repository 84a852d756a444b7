"""A snapshot is of one moment, or there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts.manifest import Outcome
from playlake_contracts.raw import decode_snapshot, read_frames
from playlake_extractor.run import Stores, extract

if TYPE_CHECKING:
    from tests.unit.extractor.conftest import Clock, Scripted, ScriptedSpotify, Synthetic

    from playlake_extractor.adapters.memory import MemoryRawStore
    from playlake_extractor.domain.runs import Run

SNAPSHOT_ID = "AAAA/b+c="


def two_pages(synthetic: Synthetic) -> list[Scripted]:
    following = "https://api/playlists/a/items?offset=1"
    return [
        synthetic.playlist_body(1, following=following, total=2),
        synthetic.page_body(1, total=2),
    ]


def test_a_playlist_that_changes_while_it_is_read_is_read_again(
    run: Run,
    scripted: ScriptedSpotify,
    stores: Stores,
    store: MemoryRawStore,
    clock: Clock,
    synthetic: Synthetic,
) -> None:
    scripted.script = {"a": two_pages(synthetic) * 2}
    scripted.versions = ["another", SNAPSHOT_ID]

    manifest = extract(run, ["a"], scripted, stores, clock)

    assert manifest.counts() == {Outcome.LANDED: 1}
    (part,) = (body for key, body in store.objects.items() if "part-" in key)
    (frame,) = read_frames(part, max_frame_bytes=1_000_000)
    assert len(decode_snapshot(frame).pages) == 1


def test_a_playlist_that_never_stands_still_is_torn_and_nothing_of_it_is_landed(
    run: Run,
    scripted: ScriptedSpotify,
    stores: Stores,
    store: MemoryRawStore,
    clock: Clock,
    synthetic: Synthetic,
) -> None:
    scripted.script = {"a": two_pages(synthetic) * 3, "b": [synthetic.playlist_body(1)]}
    scripted.versions = ["1", "2", "3"]

    manifest = extract(run, ["a", "b"], scripted, stores, clock)

    torn, landed = manifest.playlists
    assert (torn.outcome, torn.code, torn.name) == (Outcome.TORN, "torn", "Mornings")
    assert landed.outcome is Outcome.LANDED
    assert [part.snapshots for part in manifest.parts] == [1]
    assert sum("part-" in key for key in store.objects) == 1


def test_a_playlist_of_one_answer_is_of_one_moment_and_costs_one_request(
    run: Run, scripted: ScriptedSpotify, stores: Stores, clock: Clock, synthetic: Synthetic
) -> None:
    scripted.script = {"a": [synthetic.playlist_body(100)]}
    manifest = extract(run, ["a"], scripted, stores, clock)
    assert scripted.asked == [("playlist", "a")]
    assert manifest.requests == 1
