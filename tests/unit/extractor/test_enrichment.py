"""Details of artists and albums: asked for seldom, within a budget, and accounted for."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from msgspec import UNSET, Raw
from twins.extractor import MemoryRawStore, MemoryStateStore

from playlake_contracts.manifest import DetailsCounts
from playlake_contracts.outcomes import Outcome
from playlake_contracts.raw import decode_details, read_frames, read_header
from playlake_contracts.runs import RunId
from playlake_extractor.errors import (
    AuthorisationNeededError,
    BudgetSpentError,
    ConfigurationError,
    ForbiddenError,
    GarbledResponseError,
    GoneError,
    LandingFailedError,
    PlaylistError,
    RateLimitedError,
    SourceUnavailableError,
    UnexpectedResponseError,
)
from playlake_extractor.run.details import RequestedDetails, add_requested, decode_requested
from playlake_extractor.run.enrichment import Enrichment
from playlake_extractor.run.extract import Stores, extract
from playlake_extractor.sources.spotify.artists_and_albums import named_in
from playlake_extractor.sources.spotify.entries import read_item

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.unit.extractor.conftest import Clock, Dying, Scripted, ScriptedSpotify, Synthetic

    from playlake_contracts.manifest import Manifest
    from playlake_contracts.raw import RawDetails
    from playlake_extractor.run.definition import Run


def artist(number: int) -> str:
    return f"spotify:artist:{number:022d}"


def album(number: int) -> str:
    return f"spotify:album:{number:022d}"


def item(artists: Iterable[int], of_album: int) -> dict[str, object]:
    credited = [{"name": "Synthetic", "uri": artist(number)} for number in artists]
    return {"uri": "t", "artists": credited, "album": {"uri": album(of_album), "artists": credited}}


@dataclass(slots=True)
class World:
    """Runs of one playlist `a`, each a day after the one before."""

    run: Run
    spotify: ScriptedSpotify
    synthetic: Synthetic
    clock: Clock
    raw: MemoryRawStore = field(default_factory=MemoryRawStore)
    state: MemoryStateStore = field(default_factory=MemoryStateStore)
    asked: MemoryStateStore = field(default_factory=MemoryStateStore)
    day: int = 0

    def playlist(self, *items: object, snapshot_id: str = "A") -> None:
        """Let Spotify have a playlist of these items."""
        page = {"items": [{"item": one} for one in items], "next": None, "total": len(items)}
        body = {"name": "Mornings", "snapshot_id": snapshot_id, "items": page}
        self.spotify.script["a"] = [self.synthetic.body(body)]

    def details(self, *uris: str, answer: Scripted | None = None) -> None:
        """Let Spotify answer for these artists and albums, once each."""
        for uri in uris:
            body = self.synthetic.body({"uri": uri, "name": "Größe"})
            self.spotify.script[uri] = [body if answer is None else answer]

    def extract(self, *, budget: int = 100, enriched: bool = True) -> Manifest:
        """The run of the day."""
        run = replace(
            self.run,
            run_id=RunId.derive("spotify", self.run.run_id.scheduled_at + timedelta(days=self.day)),
            refresh_after=timedelta(days=100),
        )
        stores = Stores(raw=self.raw, state=self.state)
        enrichment = Enrichment(self.asked, budget) if enriched else None
        return extract(run, ["a"], self.spotify.source, stores, self.clock, enrichment)

    def later(self, days: int = 1) -> World:
        """The same world later on, with nothing asked yet."""
        self.day += days
        self.spotify.asked.clear()
        return self

    @property
    def asked_for(self) -> set[object]:
        """The ids whose details Spotify was asked for."""
        return {argument for call, argument in self.spotify.asked if call in {"artist", "album"}}

    @property
    def landed(self) -> dict[str, list[RawDetails]]:
        """The details in the raw store, by key."""
        found: dict[str, list[RawDetails]] = {}
        for key in self.raw.keys("raw/"):
            if not key.endswith("manifest.json"):
                for frame in read_frames(self.raw.objects[key], max_frame_bytes=100_000):
                    if read_header(frame).kind != "playlist":
                        found.setdefault(key, []).append(decode_details(frame))
        return found


@pytest.fixture
def world(run: Run, scripted: ScriptedSpotify, synthetic: Synthetic, clock: Clock) -> World:
    return World(run, scripted, synthetic, clock)


def test_details_are_requested_once_each_and_land_in_a_part_of_their_own(world: World) -> None:
    world.playlist(item([1, 2], 3), item([2], 3))
    world.details(artist(1), artist(2), album(3))

    manifest = world.extract()

    assert manifest.details == DetailsCounts(artists=2, albums=1, refused=0, left=0)
    assert [(part.snapshots, part.details) for part in manifest.parts] == [(1, 0), (0, 3)]
    ((key, landed),) = world.landed.items()
    assert key == manifest.parts[1].key
    assert {(one.kind, one.id) for one in landed} == {
        ("artist", f"{1:022d}"),
        ("artist", f"{2:022d}"),
        ("album", f"{3:022d}"),
    }
    for one in landed:
        sent = world.synthetic.body({"uri": f"spotify:{one.kind}:{one.id}", "name": "Größe"})
        assert bytes(one.response) == sent
        assert (one.source, one.run_id) == ("spotify", manifest.run_id)


def test_no_details_are_requested_by_default(world: World) -> None:
    world.playlist(item([1], 2))

    manifest = world.extract(enriched=False)

    assert manifest.details is None
    assert world.asked_for == set()
    assert world.asked.stored is None


def test_details_serve_for_thirty_days(world: World) -> None:
    for later, due in [(0, 2), (29, 0), (1, 2)]:
        world.later(later).playlist(item([1], 2), snapshot_id=str(world.day))
        world.details(artist(1), album(2))
        manifest = world.extract()
        assert len(world.asked_for) == due
        assert manifest.details == DetailsCounts(
            artists=min(due, 1), albums=min(due, 1), refused=0, left=0
        )


def test_a_budget_leaves_the_rest_to_later_runs_even_with_unchanged_playlists(world: World) -> None:
    everybody = [artist(number) for number in range(5)]
    world.playlist(*(item([number], 9) for number in range(5)))
    world.details(*everybody, album(9))

    first = world.extract(budget=4)
    unchanged = world.later()
    unchanged.playlist(snapshot_id="A")
    second = world.extract(budget=4)

    assert first.details is not None
    assert second.details is not None
    assert first.details.left == 2
    assert second.counts() == {Outcome.UNCHANGED: 1}
    assert second.details.artists + second.details.albums == 2
    assert second.details.left == 0
    ids = [one.id for landed in world.landed.values() for one in landed]
    assert len(ids) == len(set(ids)) == 6


def test_an_album_without_details_is_not_requested_again_soon(world: World) -> None:
    for error in [GoneError("404"), ForbiddenError("403"), UnexpectedResponseError("400")]:
        world.asked = MemoryStateStore()
        world.later().playlist(item([], 1), snapshot_id=str(error))
        world.details(album(1), answer=error)
        assert world.extract().details == DetailsCounts(artists=0, albums=0, refused=1, left=0)
        world.later().playlist(item([], 1), snapshot_id="again")
        assert world.extract().details == DetailsCounts(artists=0, albums=0, refused=0, left=0)
        assert world.asked_for == set()


@pytest.mark.parametrize("error", [SourceUnavailableError("502"), GarbledResponseError("HTML")])
def test_details_without_an_answer_are_requested_by_the_next_run(
    world: World, error: PlaylistError
) -> None:
    world.playlist(item([1], 2))
    world.details(artist(1))
    world.details(album(2), answer=error)

    assert world.extract().details == DetailsCounts(artists=1, albums=0, refused=0, left=1)

    world.later().playlist(snapshot_id="A")
    world.details(album(2))
    assert world.extract().details == DetailsCounts(artists=0, albums=1, refused=0, left=0)


@pytest.mark.parametrize("error", [RateLimitedError("429"), BudgetSpentError("no more")])
def test_a_spent_quota_ends_the_requests_for_details_and_changes_no_outcome(
    world: World, error: PlaylistError
) -> None:
    world.playlist(item([1, 2], 3))
    world.details(artist(1), artist(2), album(3), answer=error)

    manifest = world.extract()

    assert len(world.asked_for) == 1
    assert manifest.details == DetailsCounts(artists=0, albums=0, refused=0, left=3)
    assert manifest.counts() == {Outcome.LANDED: 1}


def test_a_run_that_broke_off_is_continued_and_requests_no_details_twice(
    world: World, dying: type[Dying]
) -> None:
    world.playlist(item([1], 2))
    world.details(artist(1), album(2))
    world.raw = dying(takes=2)  # the playlist, the details, but no manifest
    with pytest.raises(LandingFailedError):
        world.extract()

    world.raw.takes = 10
    world.asked = MemoryStateStore()  # and nothing is stored of earlier requests
    manifest = world.later(0).extract()

    assert world.asked_for == set()
    assert manifest.details == DetailsCounts(artists=1, albums=1, refused=0, left=0)
    assert set(_known(world).asked) == {artist(1), album(2)}


def test_a_run_that_broke_off_before_its_details_requests_what_its_playlists_named(
    world: World, dying: type[Dying]
) -> None:
    world.playlist(item([1], 2))
    world.details(artist(1), album(2))
    world.raw = dying(takes=1)
    with pytest.raises(LandingFailedError):
        world.extract()

    world.raw.takes = 10
    world.details(artist(1), album(2))
    manifest = world.later(0).extract()

    assert manifest.details == DetailsCounts(artists=1, albums=1, refused=0, left=0)


def test_a_run_that_is_continued_without_enrichment_still_counts_its_details(
    world: World, dying: type[Dying]
) -> None:
    world.playlist(item([1], 2))
    world.details(artist(1), album(2))
    world.raw = dying(takes=2)
    with pytest.raises(LandingFailedError):
        world.extract()

    world.raw.takes = 10
    manifest = world.extract(enriched=False)

    assert manifest.details == DetailsCounts(artists=1, albums=1, refused=0, left=0)


def test_refused_credentials_end_the_run_with_what_was_read_landed(world: World) -> None:
    answers = iter([b"{}"])

    def once() -> bytes:
        for body in answers:
            return body
        raise AuthorisationNeededError("invalid_grant")

    world.playlist(item([1], 2))
    world.details(artist(1), album(2), answer=once)
    with pytest.raises(AuthorisationNeededError):
        world.extract()

    assert [len(landed) for landed in world.landed.values()] == [1]
    assert [key.rpartition("/")[2] for key in world.raw.objects] == [
        "part-0000.jsonl.zst",
        "part-0001.jsonl.zst",
    ]


def test_a_stored_object_that_cannot_be_read_ends_the_run_before_its_first_request(
    world: World,
) -> None:
    world.playlist(item([1], 2))
    world.asked.replace(b'{"schema": "playlake.details/2"}', None)

    with pytest.raises(ConfigurationError, match=r"state/source=spotify/details\.json"):
        world.extract()

    assert world.spotify.asked == []


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        pytest.param(item([1, 2], 3), {artist(1), artist(2), album(3)}, id="a track"),
        pytest.param(None, set(), id="nothing"),
        pytest.param(
            {"type": "episode", "show": {"uri": "spotify:show:1"}}, set(), id="an episode"
        ),
        pytest.param(
            {"artists": [{"uri": None}, None], "album": {"uri": None, "artists": None}},
            set(),
            id="a local file",
        ),
        pytest.param({"artists": [{"uri": "spotify:artist:../me"}]}, set(), id="no URI at all"),
        pytest.param({"artists": [{"uri": artist(1) + "\n"}]}, set(), id="a URI and more"),
        pytest.param({"artists": 5}, set(), id="another type"),
        pytest.param("text", set(), id="no item"),
    ],
)
def test_only_whole_uris_of_artists_and_albums_are_names(sent: object, named: set[str]) -> None:
    assert set(named_in(read_item(Raw(json.dumps(sent).encode())))) == named


def test_a_missing_item_names_nothing() -> None:
    assert list(named_in(read_item(UNSET))) == []


def test_two_runs_at_once_store_what_both_requested(world: World) -> None:
    now = world.run.run_id.scheduled_at
    one = add_requested(RequestedDetails(), [artist(1)], [artist(1), artist(2)], now)
    both = add_requested(one, [artist(2)], [artist(1), artist(2), album(3)], now)

    assert set(both.asked) == {artist(1), artist(2)}
    assert both.wanted == [album(3)]


@pytest.mark.parametrize("order", [(0, 3), (3, 0)])
def test_the_latest_day_counts_in_whatever_order_runs_end(
    world: World, order: tuple[int, int]
) -> None:
    now = world.run.run_id.scheduled_at
    known = RequestedDetails()
    for day in order:
        known = add_requested(known, [artist(1)], [], now + timedelta(days=day))

    assert known.asked == {artist(1): (now + timedelta(days=3)).date()}


def test_details_older_than_thirty_days_are_dropped_from_the_state(world: World) -> None:
    now = world.run.run_id.scheduled_at
    known = add_requested(RequestedDetails(), [artist(1)], [], now)

    assert add_requested(known, [], [], now + timedelta(days=29)).asked == known.asked
    assert add_requested(known, [], [], now + timedelta(days=30)) == RequestedDetails()


def _known(world: World) -> RequestedDetails:
    assert world.asked.stored is not None
    return decode_requested(world.asked.stored.body)
