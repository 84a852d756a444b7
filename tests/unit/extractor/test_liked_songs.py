"""Liked Songs are a playlist like any other, though Spotify has no id and no version of them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from twins.extractor import MemoryStateStore

from playlake_contracts.outcomes import Outcome
from playlake_contracts.raw import RawSnapshot, decode_snapshot, read_frames
from playlake_contracts.runs import RunId
from playlake_extractor.errors import (
    ForbiddenError,
    LandingFailedError,
    RateLimitedError,
    TokenRefusedError,
)
from playlake_extractor.run import fetch
from playlake_extractor.run.definition import Run
from playlake_extractor.run.enrichment import Enrichment
from playlake_extractor.run.extract import Stores, extract
from playlake_extractor.sources.spotify import liked_songs
from playlake_extractor.sources.spotify.source import SpotifySource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.unit.extractor.conftest import Clock, Dying, Scripted, ScriptedSpotify, Synthetic
    from twins.extractor import MemoryRawStore

    from playlake_contracts.manifest import Manifest, PlaylistOutcome

LIKED = "liked-songs"
NEWEST = ("2026-11-20T08:00:00Z", 120)


@dataclass(slots=True)
class Library:
    """The songs that a user likes, and the runs that read them, a day apart.

    Attributes:
        newest: when the newest was saved, and its number.
        total: how many there are.
    """

    scripted: ScriptedSpotify
    synthetic: Synthetic
    stores: Stores
    clock: Clock
    newest: tuple[str, int] = NEWEST
    total: int = 120

    def page(self, offset: int, limit: int = 50, **changes: Any) -> bytes:  # noqa: ANN401 - JSON
        """A page of `GET /me/tracks`."""
        end = min(offset + limit, self.total)
        following = f"https://api/v1/me/tracks?offset={end}&limit={limit}"
        page = {
            "href": "https://api/v1/me/tracks",
            "items": [self._entry(position) for position in range(offset, end)],
            "limit": limit,
            "next": following if end < self.total else None,
            "offset": offset,
            "previous": None,
            "total": self.total,
        }
        return self.synthetic.body({**page, **changes})

    def _entry(self, position: int) -> dict[str, object]:
        at, number = self.newest if position == 0 else ("2026-01-01T00:00:00Z", 1000 + position)
        uri = f"spotify:track:{number:022d}"
        artist = {"uri": f"spotify:artist:{number % 3:022d}", "name": "Größe"}
        album = {"uri": f"spotify:album:{number % 2:022d}", "artists": [artist]}
        track = {"id": f"{number:022d}", "uri": uri, "name": "Ä", "track": True}
        return {"added_at": at, "track": {**track, "artists": [artist], "album": album}}

    def pages(self) -> list[Scripted]:
        """All pages, and what is asked of the newest song last."""
        pages: list[Scripted] = [self.page(offset) for offset in range(0, self.total, 50)]
        return [*pages, self.page(0, 1)] if len(pages) > 1 else pages

    def run(self, answers: Sequence[Scripted], wanted: Sequence[str] | None = (LIKED,)) -> Manifest:
        """A run in which Spotify answers so to requests for the songs; a week is in force."""
        run = Run(
            "spotify",
            RunId.derive("spotify", self.clock.now),
            "0.0-test",
            refresh_after=timedelta(days=7),
        )
        self.scripted.script[LIKED] = list(answers)
        self.scripted.asked.clear()
        source = SpotifySource(self.scripted, liked_songs=True)
        manifest = extract(run, wanted, source, self.stores, self.clock)
        self.clock.forward(days=1)
        return manifest


@pytest.fixture
def library(
    scripted: ScriptedSpotify, synthetic: Synthetic, stores: Stores, clock: Clock
) -> Library:
    return Library(scripted, synthetic, stores, clock)


def snapshots(store: MemoryRawStore) -> list[RawSnapshot]:
    bodies = [body for key, body in store.objects.items() if "part-" in key]
    return [decode_snapshot(frame) for body in bodies for frame in read_frames(body)]


def only(manifest: Manifest) -> PlaylistOutcome:
    (outcome,) = manifest.playlists
    return outcome


def test_the_pages_are_landed_byte_for_byte_under_a_kind_of_their_own(
    library: Library, store: MemoryRawStore
) -> None:
    outcome = only(library.run(library.pages()))

    (snapshot,) = snapshots(store)
    assert (snapshot.kind, snapshot.playlist_id) == ("saved-tracks", LIKED)
    assert bytes(snapshot.playlist) == b"null"
    assert [bytes(page) for page in snapshot.pages] == library.pages()[:3]
    assert (snapshot.name, snapshot.api, snapshot.complete) == ("Liked Songs", "classic", True)
    assert snapshot.entries == 120
    assert (outcome.outcome, outcome.name) == (Outcome.LANDED, "Liked Songs")
    assert (outcome.entries, outcome.total, outcome.complete) == (120, 120, True)
    assert library.scripted.asked == [
        ("saved_tracks", (0, 50)),
        ("saved_tracks", (50, 50)),
        ("saved_tracks", (100, 50)),
        ("saved_tracks", (0, 1)),
    ]


def test_the_version_says_how_many_there_are_and_which_is_the_newest(
    library: Library, store: MemoryRawStore
) -> None:
    outcome = only(library.run(library.pages()))
    version = f"120/2026-11-20T08:00:00Z/spotify:track:{120:022d}"
    assert outcome.snapshot_id == version
    assert snapshots(store)[0].snapshot_id == version


def test_a_list_that_did_not_change_costs_one_request(
    library: Library, store: MemoryRawStore
) -> None:
    library.run(library.pages())
    manifest = library.run([library.page(0)])

    assert only(manifest).outcome is Outcome.UNCHANGED
    assert manifest.requests == 1 + len(library.pages())  # the scripted Spotify counts both runs
    assert library.scripted.asked == [("saved_tracks", (0, 50))]
    assert len(snapshots(store)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"total": 119},
        {"total": 121},
        {"newest": ("2026-11-21T08:00:00Z", 120)},
        {"newest": (NEWEST[0], 121)},
    ],
)
def test_a_list_with_another_total_or_another_newest_song_is_read_again(
    library: Library, changes: dict[str, Any]
) -> None:
    library.run(library.pages())
    changed = dataclasses.replace(library, **changes)
    outcome = only(changed.run(changed.pages()))
    assert outcome.outcome is Outcome.LANDED
    assert outcome.items_changed is True


def test_songs_that_change_while_they_are_read_are_read_again(
    library: Library, store: MemoryRawStore
) -> None:
    *pages, _ = library.pages()
    more = dataclasses.replace(library, total=121, newest=("2026-11-21T11:59:00Z", 7))
    assert only(library.run([*pages, more.page(0, 1), *more.pages()])).total == 121
    (snapshot,) = snapshots(store)
    assert [bytes(page) for page in snapshot.pages] == more.pages()[:3]


def test_songs_that_never_stand_still_are_torn_and_nothing_of_them_is_landed(
    library: Library, store: MemoryRawStore
) -> None:
    *pages, _ = library.pages()
    newer = dataclasses.replace(library, newest=("2026-11-21T11:59:00Z", 7)).page(0, 1)
    outcome = only(library.run([*pages, newer] * 3))
    assert (outcome.outcome, outcome.code, outcome.name) == (Outcome.TORN, "torn", "Liked Songs")
    assert snapshots(store) == []


@pytest.mark.parametrize(("total", "requests"), [(0, 1), (50, 1), (51, 3), (100, 3), (101, 4)])
def test_what_liked_songs_take(library: Library, total: int, requests: int) -> None:
    one = dataclasses.replace(library, total=total)
    manifest = one.run(one.pages() or [one.page(0)])
    assert only(manifest).complete
    assert manifest.requests == requests == liked_songs.requests_for(total)
    assert SpotifySource(library.scripted).requests_for(LIKED, total, None) == requests


def test_nobody_has_to_like_a_song(library: Library) -> None:
    nothing = dataclasses.replace(library, total=0)
    outcome = only(nothing.run([nothing.page(0)]))
    assert (outcome.outcome, outcome.entries, outcome.snapshot_id) == (Outcome.LANDED, 0, "0")
    assert only(nothing.run([nothing.page(0)])).outcome is Outcome.UNCHANGED


def test_a_page_without_a_total_gives_no_version(library: Library) -> None:
    one = dataclasses.replace(library, total=2)
    for _ in range(2):
        outcome = only(one.run([one.page(0, total=None)]))
        assert (outcome.outcome, outcome.snapshot_id) == (Outcome.LANDED, None)
        assert not outcome.complete


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        (
            ForbiddenError("Spotify answered 403 (Insufficient client scope)"),
            "Spotify answered 403 (Insufficient client scope) to the request for the liked songs: ",
        ),
        (
            TokenRefusedError("Spotify answered 401"),
            "Spotify does not take the login for the liked songs: ",
        ),
    ],
)
def test_a_login_without_the_scope_is_one_outcome_that_says_what_to_do(
    library: Library, synthetic: Synthetic, refusal: Exception, reason: str
) -> None:
    library.scripted.script["a"] = [synthetic.playlist_body(1)]
    liked, other = library.run([refusal], [LIKED, "a"]).playlists
    assert (liked.outcome, liked.code, liked.name) == (
        Outcome.FORBIDDEN,
        "forbidden",
        "Liked Songs",
    )
    assert liked.reason == (
        f"{reason}log in again by `playlake login --liked-songs`, which asks for user-library-read"
    )
    assert other.outcome is Outcome.LANDED


def test_an_app_without_a_user_sends_no_request_for_them(library: Library) -> None:
    library.scripted.is_for_user = False
    outcome = only(library.run([]))
    assert outcome.outcome is Outcome.FORBIDDEN
    assert outcome.reason is not None
    assert outcome.reason.startswith("the app's own credentials have no liked songs: log in")
    assert library.scripted.asked == []


@pytest.mark.parametrize("wanted", [True, False])
def test_they_are_among_the_users_own_playlists_if_the_setting_says_so(
    library: Library, synthetic: Synthetic, *, wanted: bool
) -> None:
    listing = synthetic.listing_body({"a": "A"}, owner="me")
    library.scripted.script = {"me": [synthetic.body({"id": "me"}), listing]}
    source = SpotifySource(library.scripted, liked_songs=wanted)
    listed = [one.playlist_id for one in source.own_playlists().playlists]
    assert listed == (["a", LIKED] if wanted else ["a"])


def test_a_list_without_playlists_stays_empty_so_that_the_fault_is_seen(
    library: Library, synthetic: Synthetic
) -> None:
    library.scripted.script = {"me": [synthetic.body({"id": "me"}), synthetic.listing_body({})]}
    own = SpotifySource(library.scripted, liked_songs=True).own_playlists()
    assert own.playlists == []
    (left_out,) = own.left_out
    assert left_out.playlist_id == LIKED
    assert "name liked-songs in PLAYLAKE_PLAYLISTS" in left_out.reason


def test_a_run_for_all_of_the_users_playlists_lands_them(
    library: Library, synthetic: Synthetic
) -> None:
    listing = synthetic.listing_body({"a": "AAAA/b+c="}, owner="me")
    library.scripted.script = {
        "me": [synthetic.body({"id": "me"}), listing],
        "a": [synthetic.playlist_body(1)],
    }
    manifest = library.run(library.pages(), None)
    assert [one.playlist_id for one in manifest.playlists] == ["a", LIKED]
    assert manifest.counts() == {Outcome.LANDED: 2}


def test_naming_them_makes_no_list_of_playlists_longer(
    library: Library, synthetic: Synthetic
) -> None:
    library.scripted.script["a"] = [synthetic.playlist_body(1)]
    library.run(library.pages(), [LIKED, "a"])
    library.scripted.script["a"] = [synthetic.playlist_body(1)]
    library.run([library.page(0)], [LIKED, "a"])
    assert [call for call, _ in library.scripted.asked] == ["saved_tracks", "playlist"]


def test_a_run_that_broke_off_does_not_read_them_again(
    library: Library, state: MemoryStateStore, dying: type[Dying]
) -> None:
    store = dying(takes=1)
    library.stores = Stores(store, state)
    with pytest.raises(LandingFailedError):
        library.run(library.pages())

    store.takes = 9
    outcome = only(library.run([]))  # the clock stands still while a run dies
    assert library.scripted.asked == []
    (snapshot,) = snapshots(store)
    assert (outcome.outcome, outcome.name) == (Outcome.LANDED, "Liked Songs")
    assert (outcome.entries, outcome.total) == (120, 120)
    assert outcome.snapshot_id == snapshot.snapshot_id
    assert only(library.run([library.page(0)])).items_sha256 == outcome.items_sha256


def test_details_of_their_artists_and_albums_are_requested(
    library: Library, synthetic: Synthetic, run: Run
) -> None:
    one = dataclasses.replace(library, total=3)
    named = {("artist", 0), ("artist", 2), ("album", 0), ("album", 1)}
    library.scripted.script = {
        LIKED: [one.page(0)],
        **{f"spotify:{kind}:{number:022d}": [synthetic.body({})] for kind, number in named},
    }
    enrichment = Enrichment(MemoryStateStore(), budget=9)
    extract(run, [LIKED], library.scripted.source, library.stores, library.clock, enrichment)
    asked = {(call, one) for call, one in library.scripted.asked if call != "saved_tracks"}
    assert asked == {(kind, f"{number:022d}") for kind, number in named}


def test_a_budget_that_is_too_small_for_them_says_so_before_it_is_spent(library: Library) -> None:
    library.scripted.requests_left = 2
    outcome = only(library.run([library.page(0)]))
    assert (outcome.outcome, outcome.code) == (Outcome.RATE_LIMITED, "budget_spent")
    assert outcome.reason == (
        "its 120 entries take 4 requests, and a run has 2 for its playlists: raise "
        "PLAYLAKE_REQUEST_BUDGET by 2 or more"
    )
    assert len(library.scripted.asked) == 1


def test_more_songs_than_a_snapshot_may_have_are_one_outcome_and_one_request(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "MAX_SNAPSHOT_ENTRIES", 119)
    outcome = only(library.run([library.page(0)]))
    assert (outcome.outcome, outcome.code) == (Outcome.FAILED, "playlist_too_large")
    assert outcome.reason == (
        "the playlist has 120 entries, and a snapshot at most 119: leave it out, or divide it "
        "among playlists"
    )
    assert outcome.name == "Liked Songs"


def test_a_closed_quota_leaves_them_to_a_later_run(library: Library) -> None:
    outcome = only(library.run([RateLimitedError("Spotify answered 429")]))
    assert (outcome.outcome, outcome.name) == (Outcome.RATE_LIMITED, "Liked Songs")
