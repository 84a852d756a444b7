"""A small budget of requests is shared fairly between the playlists of run after run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from toy_source import SONGS_A_PAGE, ToySource
from twins.extractor import MemoryRawStore, MemoryStateStore

from playlake_contracts.outcomes import Outcome
from playlake_contracts.runs import RunId
from playlake_extractor.ports import ListedPlaylist
from playlake_extractor.run.definition import Run
from playlake_extractor.run.extract import Stores, extract
from playlake_extractor.run.state import decode_state
from playlake_extractor.sources.spotify.readings import requests_for

if TYPE_CHECKING:
    from tests.unit.extractor.conftest import Clock

    from playlake_contracts.manifest import Manifest, PlaylistOutcome


@dataclass(slots=True)
class World:
    """Runs of a toy source, each a day after the one before."""

    clock: Clock
    pages: dict[str, int]
    budget: int
    raw: MemoryRawStore = field(default_factory=MemoryRawStore)
    state: MemoryStateStore = field(default_factory=MemoryStateStore)
    day: int = 0

    def extract(self, **changed: int) -> Manifest:
        """The run of the day; `changed` are the pages that playlists have by now."""
        self.pages |= changed
        songs = {
            name: (name, [(str(number), name) for number in range(pages * SONGS_A_PAGE)])
            for name, pages in self.pages.items()
        }
        scheduled_at = self.clock.now + timedelta(days=self.day)
        self.day += 1
        run = Run("toy", RunId.derive("toy", scheduled_at), "0.0-test")
        source = ToySource(songs, self.budget)
        return extract(run, list(songs), source, Stores(self.raw, self.state), self.clock)


def landed(manifest: Manifest) -> str:
    """The names of the playlists that a run landed; each is one letter."""
    return "".join(p.playlist_id for p in manifest.playlists if p.outcome is Outcome.LANDED)


def outcome_of(manifest: Manifest, playlist_id: str) -> PlaylistOutcome:
    (found,) = (one for one in manifest.playlists if one.playlist_id == playlist_id)
    return found


def test_a_playlist_that_no_run_can_hold_starves_no_other(clock: Clock) -> None:
    world = World(clock, {"L": 40, **dict.fromkeys("abcde", 1)}, budget=18)
    runs = [world.extract() for _ in range(3)]

    assert [landed(run) for run in runs] == ["abcde"] * 3
    assert [run.requests for run in runs] == [6, 6, 6]
    for run in runs:
        large = outcome_of(run, "L")
        assert (large.outcome, large.code) == (Outcome.RATE_LIMITED, "budget_spent")
        assert large.reason is not None
        assert "raise PLAYLAKE_REQUEST_BUDGET by 22 or more" in large.reason


def test_a_playlist_that_no_run_can_hold_gets_only_what_the_others_leave(clock: Clock) -> None:
    world = World(clock, {"L": 40, **dict.fromkeys("abcde", 1)}, budget=5)
    assert [landed(world.extract()) for _ in range(3)] == ["abcd", "abcde", "abcde"]


def test_a_playlist_that_has_become_smaller_is_read_again(clock: Clock) -> None:
    world = World(clock, {"L": 40, "a": 1}, budget=18)
    assert [landed(world.extract()), landed(world.extract(L=10))] == ["a", "La"]


def test_what_was_not_read_longest_comes_first(clock: Clock) -> None:
    world = World(clock, dict.fromkeys("abcdefg", 1), budget=3)
    assert [landed(world.extract()) for _ in range(5)] == ["abc", "def", "abg", "cde", "abf"]


def test_a_playlist_that_does_not_fit_what_is_left_comes_first_in_the_next_run(
    clock: Clock,
) -> None:
    world = World(clock, {"a": 1, "b": 1, "c": 1, "L": 9, "d": 1}, budget=10)
    first, second = world.extract(), world.extract()

    assert landed(first) == "abcd"
    reason = outcome_of(first, "L").reason
    assert reason is not None
    assert "take 9 requests, and the run has 6 left: a later run reads it first" in reason
    assert landed(second) == "aL"


def test_every_playlist_that_fits_a_run_is_read_before_any_is_read_three_times(
    clock: Clock,
) -> None:
    pages = {"L": 9, "M": 6, **dict.fromkeys("abcdefghij", 1)}
    world = World(clock, pages, budget=10)
    read = ""
    while not set(pages) <= set(read):
        read += landed(world.extract())
        assert max(read.count(name) for name in pages) < 3


def test_the_same_runs_end_the_same(clock: Clock) -> None:
    pages = {"L": 9, "M": 6, "X": 40, **dict.fromkeys("abcdef", 1)}
    one, other = (World(clock, dict(pages), budget=10) for _ in range(2))
    assert [one.extract().playlists for _ in range(6)] == [
        other.extract().playlists for _ in range(6)
    ]


def test_a_playlist_that_takes_more_than_its_size_says_waits_until_the_others_were_read(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ToySource, "requests_for", lambda *_: 1)
    world = World(clock, {"L": 40, **dict.fromkeys("abc", 1)}, budget=10)
    runs = [landed(world.extract()) for _ in range(2)]

    assert runs == ["", "abc"]


def test_a_failing_playlist_counts_as_read(clock: Clock) -> None:
    world = World(clock, dict.fromkeys("ab", 1), budget=1)
    songs = {"b": ("b", [("1", "b")])}
    outcomes = []
    for day in range(2):
        run = Run("toy", RunId.derive("toy", clock.now + timedelta(days=day)), "0.0-test")
        stores = Stores(world.raw, world.state)
        manifest = extract(run, ["a", "b"], ToySource(songs, 1), stores, clock)
        outcomes.append([one.outcome for one in manifest.playlists])

    assert outcomes == [
        [Outcome.GONE, Outcome.RATE_LIMITED],
        [Outcome.RATE_LIMITED, Outcome.LANDED],
    ]


def test_the_state_of_the_first_version_orders_playlists_as_well(clock: Clock) -> None:
    world = World(clock, dict.fromkeys("ab", 1), budget=1)
    older, newer = (RunId.derive("toy", clock.now - timedelta(days=ago)) for ago in (2, 1))
    world.state.replace(
        b'{"schema": "playlake.state/1", "playlists": {'
        b'"a": {"run_id": "%b", "snapshot_id": "A", "items_sha256": "0f"},'
        b'"b": {"run_id": "%b", "snapshot_id": null}}, "mine": ["a", "b"],'
        b'"not_before": {}}' % (str(newer).encode(), str(older).encode()),
        None,
    )

    manifest = world.extract()

    assert landed(manifest) == "b"
    assert world.state.stored is not None
    assert set(decode_state(world.state.stored.body).playlists) == {"a", "b"}


def test_a_digest_of_the_first_version_is_not_compared(clock: Clock) -> None:
    world = World(clock, {"a": 1}, budget=9)
    before = RunId.derive("toy", clock.now - timedelta(days=1))
    world.state.replace(
        b'{"schema": "playlake.state/1", "playlists": {'
        b'"a": {"run_id": "%b", "snapshot_id": "A", "items_sha256": "0f"}}}' % str(before).encode(),
        None,
    )

    assert outcome_of(world.extract(), "a").items_changed is None
    assert outcome_of(world.extract(), "a").items_changed is False


LISTED = ListedPlaylist("a", "n", "A", 150)


@pytest.mark.parametrize(
    ("total", "listed", "requests"),
    [
        (0, None, 1),
        (100, None, 1),
        (101, None, 3),  # the second page, and the version
        (150, None, 3),
        (151, None, 4),
        (150, LISTED, 2),
        (150, replace(LISTED, snapshot_id=None), 3),
        (100, replace(LISTED, total=100), 1),
        (2_000, None, 40),
    ],
)
def test_what_a_playlist_of_spotify_takes(
    total: int, listed: ListedPlaylist | None, requests: int
) -> None:
    assert requests_for(total, listed) == requests
