"""A source of which the core knows nothing goes the whole way, from its playlists to a manifest."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from toy_source import ToySource
from twins.extractor import MemoryStateStore

from playlake_contracts.keys import state_key
from playlake_contracts.manifest import decode_manifest
from playlake_contracts.outcomes import Outcome
from playlake_contracts.raw import decode_snapshot, read_frames
from playlake_contracts.runs import RunId
from playlake_extractor.errors import ConfigurationError, LandingFailedError
from playlake_extractor.run.definition import Run
from playlake_extractor.run.extract import Stores, extract
from playlake_extractor.run.parts import PartLimits

if TYPE_CHECKING:
    from tests.unit.extractor.conftest import Clock, Dying
    from twins.extractor import MemoryRawStore

PLAYLISTS = {
    "mornings": ("Mornings", [("s1", "One"), ("s2", "Two"), ("s3", "Größe")]),
    "nights": ("Nights", [("s1", "One")]),
    "empty": ("Empty", []),
}


@pytest.fixture
def toy_run(clock: Clock) -> Run:
    limits = PartLimits(max_snapshots=2)
    return Run("toy", RunId.derive("toy", clock.now), "0.0-test", limits=limits)


def test_a_toy_source_is_landed_in_parts_and_accounted_for(
    toy_run: Run, stores: Stores, store: MemoryRawStore, clock: Clock
) -> None:
    wanted = ["mornings", "nights", "lost", "empty"]
    manifest = extract(toy_run, wanted, ToySource(PLAYLISTS), stores, clock)

    assert manifest.source == "toy"
    assert manifest.counts() == {Outcome.LANDED: 3, Outcome.GONE: 1}
    assert [part.key for part in manifest.parts] == [
        key for key in store.keys("raw/source=toy/snapshot_date=2026-11-21/") if "part-" in key
    ]
    first, second = manifest.parts
    assert [(one.snapshots, one.entries) for one in (first, second)] == [(2, 4), (1, 0)]
    mornings, _ = (decode_snapshot(frame) for frame in read_frames(store.objects[first.key]))
    assert (mornings.source, mornings.kind, mornings.entries) == ("toy", "playlist", 3)
    assert json.loads(bytes(mornings.playlist))["songs"][1] == {"code": "s2", "title": "Two"}
    assert [json.loads(bytes(page)) for page in mornings.pages] == [
        {"songs": [{"code": "s3", "title": "Größe"}], "more": False}
    ]


def test_a_run_of_a_toy_source_goes_on_where_it_broke_off(
    toy_run: Run, dying: type[Dying], clock: Clock, store: MemoryRawStore, state: MemoryStateStore
) -> None:
    raw = dying(takes=1)
    with pytest.raises(LandingFailedError):
        extract(toy_run, list(PLAYLISTS), ToySource(PLAYLISTS), Stores(raw, state), clock)
    raw.takes = 10
    source = ToySource(PLAYLISTS)

    resumed = extract(toy_run, list(PLAYLISTS), source, Stores(raw, state), clock)

    assert source.traffic.requests == 1
    unbroken = Stores(store, MemoryStateStore())
    whole = extract(toy_run, list(PLAYLISTS), ToySource(PLAYLISTS), unbroken, clock)
    assert resumed.playlists == whole.playlists
    assert state_key("toy") == "state/source=toy/playlists.json"
    assert state.stored is not None


def test_the_manifest_says_when_the_login_ends(
    toy_run: Run, stores: Stores, store: MemoryRawStore, clock: Clock
) -> None:
    source = ToySource(PLAYLISTS)
    source.consent_ends_on = date(2027, 5, 1)
    extract(toy_run, list(PLAYLISTS), source, stores, clock)
    (landed,) = (body for key, body in store.objects.items() if key.endswith("manifest.json"))
    assert decode_manifest(landed).consent_ends_on == date(2027, 5, 1)


def test_a_source_without_users_says_so(toy_run: Run, stores: Stores, clock: Clock) -> None:
    with pytest.raises(ConfigurationError, match="has no users"):
        extract(toy_run, None, ToySource(PLAYLISTS), stores, clock)
