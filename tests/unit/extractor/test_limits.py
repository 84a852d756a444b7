"""No snapshot is landed that the transformer would refuse for its size."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from toy_source import ToyReading, ToySource

from playlake_contracts.limits import MAX_PART_BYTES, MAX_SNAPSHOT_BYTES, MAX_SNAPSHOT_ENTRIES
from playlake_contracts.outcomes import Outcome
from playlake_extractor.run import bundle, fetch
from playlake_extractor.run.extract import extract
from playlake_extractor.settings import Settings

if TYPE_CHECKING:
    from tests.unit.extractor.conftest import Clock, ScriptedSpotify, Synthetic
    from twins.extractor import MemoryRawStore

    from playlake_contracts.manifest import Manifest
    from playlake_extractor.run.definition import Run
    from playlake_extractor.run.extract import Stores

SONGS = [(str(number), "Song") for number in range(6)]
PLAYLISTS = {"large": ("Large", SONGS), "small": ("Small", SONGS[:4])}


def extract_toys(run: Run, stores: Stores, clock: Clock) -> tuple[Manifest, ToySource]:
    source = ToySource(PLAYLISTS)
    return extract(run, list(PLAYLISTS), source, stores, clock), source


def test_a_playlist_with_too_many_entries_ends_as_soon_as_that_is_known(
    run: Run, stores: Stores, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "MAX_SNAPSHOT_ENTRIES", 4)
    manifest, source = extract_toys(run, stores, clock)

    large, small = manifest.playlists
    assert (large.outcome, large.code) == (Outcome.FAILED, "playlist_too_large")
    assert large.reason == (
        "the playlist has 6 entries, and a snapshot at most 4: leave it out, or divide it among "
        "playlists"
    )
    assert small.outcome is Outcome.LANDED
    assert source.traffic.requests == 1 + 2


def test_a_playlist_that_hides_its_size_ends_with_the_page_that_is_too_much(
    run: Run, stores: Stores, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "MAX_SNAPSHOT_ENTRIES", 3)
    monkeypatch.setattr(ToyReading, "total", property(lambda _: 0, lambda *_: None), raising=False)
    manifest, source = extract_toys(run, stores, clock)

    assert manifest.counts() == {Outcome.FAILED: 2}
    assert source.traffic.requests == 2 + 2


@pytest.mark.parametrize(
    ("limit", "most"), [("MAX_SNAPSHOT_BYTES", 450), ("MAX_SNAPSHOT_OBJECTS", 7)]
)
def test_a_playlist_over_a_limit_of_bytes_or_objects_is_cut_out_of_its_part(  # noqa: PLR0913 - fixtures
    run: Run,
    stores: Stores,
    store: MemoryRawStore,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    *,
    limit: str,
    most: int,
) -> None:
    monkeypatch.setattr(bundle, limit, most)
    manifest, _ = extract_toys(run, stores, clock)

    assert [one.code for one in manifest.playlists] == ["playlist_too_large", None]
    assert [(part.snapshots, part.entries) for part in manifest.parts] == [(1, 4)]
    assert len(store.objects) == 2


def test_a_listed_total_over_the_limit_costs_no_request(
    run: Run, scripted: ScriptedSpotify, stores: Stores, clock: Clock, synthetic: Synthetic
) -> None:
    listed = {
        "id": "a",
        "snapshot_id": "A",
        "owner": {"id": "me"},
        "items": {"total": MAX_SNAPSHOT_ENTRIES + 1},
    }
    listing = {"items": [listed], "next": None, "total": 1}
    scripted.script["me"] = [synthetic.body({"id": "me"}), synthetic.body(listing)]
    (outcome,) = extract(run, None, scripted.source, stores, clock).playlists

    assert outcome.code == "playlist_too_large"
    assert json.loads(synthetic.body(listed))["items"]["total"] == outcome.total
    assert [call for call, _ in scripted.asked] == ["user", "my_playlists"]


def test_a_part_and_one_snapshot_more_are_within_what_a_part_may_hold() -> None:
    (limit,) = (
        rule.le for rule in Settings.model_fields["part_max_bytes"].metadata if hasattr(rule, "le")
    )
    assert limit + MAX_SNAPSHOT_BYTES == MAX_PART_BYTES
