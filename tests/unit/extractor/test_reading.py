"""A snapshot is of one moment, or there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import structlog
from twins.extractor import MemoryRawStore, MemoryStateStore

from playlake_contracts.outcomes import Outcome
from playlake_contracts.raw import decode_snapshot, read_frames
from playlake_extractor.errors import ForbiddenError, RateLimitedError
from playlake_extractor.run.extract import Stores, extract

if TYPE_CHECKING:
    from tests.unit.extractor.conftest import Clock, Scripted, ScriptedSpotify, Synthetic

    from playlake_contracts.manifest import Manifest
    from playlake_extractor.run.definition import Run

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

    manifest = extract(run, ["a"], scripted.source, stores, clock)

    assert manifest.counts() == {Outcome.LANDED: 1}
    (part,) = (body for key, body in store.objects.items() if "part-" in key)
    (frame,) = read_frames(part, max_frame_bytes=1_000_000)
    assert len(decode_snapshot(frame).pages) == 1


def test_an_event_every_ten_pages_says_how_far_a_large_playlist_is_read(
    run: Run, scripted: ScriptedSpotify, stores: Stores, clock: Clock, synthetic: Synthetic
) -> None:
    urls = [f"https://api/playlists/a/items?offset={offset}" for offset in range(1, 26)]
    scripted.script = {
        "a": [
            synthetic.playlist_body(1, following=urls[0], total=26),
            *(synthetic.page_body(1, following=url, total=26) for url in urls[1:]),
            synthetic.page_body(1, total=26),
        ],
        "b": two_pages(synthetic),
    }

    with structlog.testing.capture_logs() as lines:
        extract(run, ["a", "b"], scripted.source, stores, clock)

    progress = [line for line in lines if line["event"] == "playlist_progress"]
    assert [(one["playlist_id"], one["entries"], one["total"]) for one in progress] == [
        ("a", 11, 26),
        ("a", 21, 26),
    ]


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

    manifest = extract(run, ["a", "b"], scripted.source, stores, clock)

    torn, landed = manifest.playlists
    assert (torn.outcome, torn.code, torn.name) == (Outcome.TORN, "torn", "Mornings")
    assert landed.outcome is Outcome.LANDED
    assert [part.snapshots for part in manifest.parts] == [1]
    assert sum("part-" in key for key in store.objects) == 1


def test_a_playlist_of_one_answer_is_of_one_moment_and_costs_one_request(
    run: Run, scripted: ScriptedSpotify, stores: Stores, clock: Clock, synthetic: Synthetic
) -> None:
    scripted.script = {"a": [synthetic.playlist_body(100)]}
    manifest = extract(run, ["a"], scripted.source, stores, clock)
    assert scripted.asked == [("playlist", "a")]
    assert manifest.requests == 1


@dataclass(frozen=True, slots=True)
class Listing:
    """A run for all of the user's playlists, of which one is listed."""

    run: Run
    scripted: ScriptedSpotify
    stores: Stores
    clock: Clock
    synthetic: Synthetic

    def extract(self, answers: list[Scripted], version: str = SNAPSHOT_ID) -> Manifest:
        """Run on a playlist of 120 entries that is listed in a version."""
        listed = {
            "id": "a",
            "name": "Mornings",
            "snapshot_id": version,
            "owner": {"id": "me"},
            "items": {"total": 120},
        }
        listing = {"items": [listed], "next": None, "total": 1}
        user = self.synthetic.body({"id": "me"})
        self.scripted.script = {"me": [user, self.synthetic.body(listing)], "a": answers}
        return extract(self.run, None, self.scripted.source, self.stores, self.clock)

    def asked(self) -> list[str]:
        """The calls about the playlist, in order."""
        return [call for call, _ in self.scripted.asked if call not in {"user", "my_playlists"}]

    @property
    def first(self) -> bytes:
        """The answer with the first hundred entries."""
        following = "https://api/playlists/a/items?offset=100"
        return self.synthetic.playlist_body(100, following=following, total=120)

    @property
    def rest(self) -> bytes:
        """The page with the other twenty, which says where it begins."""
        page = self.synthetic.page(20, total=120)
        return self.synthetic.body({**page, "offset": 100})


@pytest.fixture
def listing(
    run: Run, scripted: ScriptedSpotify, stores: Stores, clock: Clock, synthetic: Synthetic
) -> Listing:
    return Listing(run, scripted, stores, clock, synthetic)


def test_of_a_listed_playlist_the_first_page_is_read_last_and_checks_the_others(
    listing: Listing,
) -> None:
    (outcome,) = listing.extract([listing.rest, listing.first]).playlists

    assert listing.asked() == ["playlist_items", "playlist"]
    assert (outcome.outcome, outcome.entries, outcome.complete) == (Outcome.LANDED, 120, True)


def test_in_whatever_order_pages_are_read_their_items_have_the_same_digest(
    listing: Listing, run: Run, scripted: ScriptedSpotify, clock: Clock
) -> None:
    (backwards,) = listing.extract([listing.rest, listing.first]).playlists
    scripted.script = {"a": [listing.first, listing.rest]}
    stores = Stores(raw=MemoryRawStore(), state=MemoryStateStore())
    (forwards,) = extract(run, ["a"], scripted.source, stores, clock).playlists

    assert backwards.items_sha256 == forwards.items_sha256


def test_a_listed_playlist_of_another_version_by_now_is_read_in_order(listing: Listing) -> None:
    answers: list[Scripted] = [listing.rest, listing.first, listing.first, listing.rest]
    manifest = listing.extract(answers, version="older")

    assert listing.asked() == [
        "playlist_items",
        "playlist",
        "playlist",
        "playlist_items",
        "version",
    ]
    assert manifest.counts() == {Outcome.LANDED: 1}


def test_a_listed_playlist_is_read_three_times_at_most(listing: Listing) -> None:
    listing.scripted.versions = ["2", "3"]
    twice: list[Scripted] = [listing.first, listing.rest] * 2
    manifest = listing.extract([listing.rest, listing.first, *twice], version="older")

    assert manifest.counts() == {Outcome.TORN: 1}


def test_a_listed_playlist_that_cannot_be_read_keeps_the_name_it_is_listed_by(
    listing: Listing,
) -> None:
    (outcome,) = listing.extract([RateLimitedError("429")]).playlists

    assert (outcome.outcome, outcome.name) == (Outcome.RATE_LIMITED, "Mornings")


def test_a_listed_playlist_with_withheld_pages_is_read_in_order_to_learn_why(
    listing: Listing, synthetic: Synthetic
) -> None:
    withheld = synthetic.body({"name": "Theirs", "snapshot_id": SNAPSHOT_ID})
    (outcome,) = listing.extract([ForbiddenError("403"), withheld]).playlists

    assert (outcome.outcome, outcome.name) == (Outcome.NOT_READABLE, "Theirs")


def test_a_first_page_that_does_not_reach_the_others_is_not_joined_to_them(
    listing: Listing, synthetic: Synthetic
) -> None:
    half = synthetic.page(50, following="https://api/playlists/a/items?offset=50", total=120)
    short = synthetic.body(
        {"name": "Mornings", "snapshot_id": SNAPSHOT_ID, "items": {**half, "limit": 50}}
    )
    others: list[Scripted] = [
        synthetic.page_body(50, following="https://api/a/items?offset=100", total=120),
        listing.rest,
    ]
    (outcome,) = listing.extract([listing.rest, short, short, *others]).playlists

    assert (outcome.entries, outcome.complete) == (120, True)
