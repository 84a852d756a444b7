"""Details of artists and albums: asked for seldom, within a budget, and accounted for."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from twins.extractor import MemoryRawStore, MemoryStateStore

from playlake_contracts.manifest import DetailsCounts
from playlake_contracts.outcomes import Outcome
from playlake_contracts.raw import decode_details, read_frames, read_header
from playlake_contracts.runs import RunId
from playlake_extractor.domain.details import Asked, decode_asked, named_in, remember_asked
from playlake_extractor.enrich import Enrichment
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
    SpotifyUnavailableError,
    UnexpectedResponseError,
)
from playlake_extractor.run import Stores, extract

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.unit.extractor.conftest import Clock, Dying, Scripted, ScriptedSpotify, Synthetic

    from playlake_contracts.manifest import Manifest
    from playlake_contracts.raw import RawDetails
    from playlake_extractor.domain.runs import Run


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
        return extract(run, ["a"], self.spotify, stores, self.clock, enrichment)

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


def test_details_are_asked_for_once_each_and_land_in_a_part_of_their_own(world: World) -> None:
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


def test_nothing_is_asked_for_unless_it_is_wished(world: World) -> None:
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


def test_a_budget_leaves_the_rest_to_later_runs_whatever_their_playlists(world: World) -> None:
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


def test_an_album_that_spotify_has_none_of_is_not_asked_for_again_soon(world: World) -> None:
    for error in [GoneError("404"), ForbiddenError("403"), UnexpectedResponseError("400")]:
        world.asked = MemoryStateStore()
        world.later().playlist(item([], 1), snapshot_id=str(error))
        world.details(album(1), answer=error)
        assert world.extract().details == DetailsCounts(artists=0, albums=0, refused=1, left=0)
        world.later().playlist(item([], 1), snapshot_id="again")
        assert world.extract().details == DetailsCounts(artists=0, albums=0, refused=0, left=0)
        assert world.asked_for == set()


@pytest.mark.parametrize("error", [SpotifyUnavailableError("502"), GarbledResponseError("HTML")])
def test_whom_spotify_does_not_answer_for_is_asked_for_by_the_next_run(
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
def test_a_spent_quota_ends_the_asking_and_changes_no_outcome(
    world: World, error: PlaylistError
) -> None:
    world.playlist(item([1, 2], 3))
    world.details(artist(1), artist(2), album(3), answer=error)

    manifest = world.extract()

    assert len(world.asked_for) == 1
    assert manifest.details == DetailsCounts(artists=0, albums=0, refused=0, left=3)
    assert manifest.counts() == {Outcome.LANDED: 1}


def test_an_attempt_that_broke_off_is_continued_and_asks_for_nobody_twice(
    world: World, dying: type[Dying]
) -> None:
    world.playlist(item([1], 2))
    world.details(artist(1), album(2))
    world.raw = dying(takes=2)  # the playlist, the details, but no manifest
    with pytest.raises(LandingFailedError):
        world.extract()

    world.raw.takes = 10
    world.asked = MemoryStateStore()  # nor is anything remembered
    manifest = world.later(0).extract()

    assert world.asked_for == set()
    assert manifest.details == DetailsCounts(artists=1, albums=1, refused=0, left=0)
    assert set(_known(world).asked) == {artist(1), album(2)}


def test_an_attempt_that_broke_off_before_is_continued_with_what_its_playlists_named(
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


def test_an_attempt_that_is_continued_without_the_wish_still_accounts_for_all(
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


def test_what_is_remembered_but_cannot_be_read_ends_the_run_before_it_asks(world: World) -> None:
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
    assert set(named_in(json.dumps(sent).encode())) == named


def test_no_item_names_nobody() -> None:
    assert list(named_in(b"")) == []


def test_two_runs_at_once_remember_what_both_have_asked(world: World) -> None:
    now = world.run.run_id.scheduled_at
    one = remember_asked(Asked(), [artist(1)], [artist(1), artist(2)], now)
    both = remember_asked(one, [artist(2)], [artist(1), artist(2), album(3)], now)

    assert set(both.asked) == {artist(1), artist(2)}
    assert both.wanted == [album(3)]


def test_what_no_longer_serves_is_forgotten(world: World) -> None:
    now = world.run.run_id.scheduled_at
    known = remember_asked(Asked(), [artist(1)], [], now)

    assert remember_asked(known, [], [], now + timedelta(days=29)).asked == known.asked
    assert remember_asked(known, [], [], now + timedelta(days=30)) == Asked()


def _known(world: World) -> Asked:
    assert world.asked.stored is not None
    return decode_asked(world.asked.stored.body)
