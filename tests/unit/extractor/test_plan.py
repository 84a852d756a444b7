"""What a run asks for, and what it need not ask: the promises about planning."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import structlog
from twins.extractor import MemoryStateStore

from playlake_contracts.outcomes import Outcome
from playlake_contracts.runs import RunId
from playlake_extractor.errors import (
    AuthorisationNeededError,
    ConfigurationError,
    ForbiddenError,
    RateLimitedError,
    ReadTooLittleError,
    SourceUnavailableError,
    StoppedEarlyError,
)
from playlake_extractor.run.extract import Stores, extract
from playlake_extractor.run.plan import make_plan
from playlake_extractor.run.state import LastSnapshot, State
from playlake_extractor.run.state_store import load_state
from playlake_extractor.sources.spotify.quota_groups import QuotaGroup

if TYPE_CHECKING:
    from tests.unit.extractor.conftest import Clock, ScriptedSpotify, Synthetic
    from twins.extractor import MemoryRawStore

    from playlake_extractor.run.definition import Run

DAY = timedelta(days=1)
SNAPSHOT_ID = "AAAA/b+c="


@pytest.fixture
def weekly(run: Run) -> Run:
    return replace(run, refresh_after=7 * DAY)


def yesterday(run: Run) -> str:
    return str(RunId.derive("spotify", run.run_id.scheduled_at - DAY))


def state_of(run: Run, **versions: str) -> State:
    since = yesterday(run)
    return State(
        playlists={
            name: LastSnapshot(run_id=since, snapshot_id=version, items_sha256="before")
            for name, version in versions.items()
        }
    )


def names(count: int) -> list[str]:
    return [f"p{number:03}" for number in range(count)]


def listing_calls(scripted: ScriptedSpotify) -> int:
    return sum(call == "my_playlists" for call, _ in scripted.asked)


def test_unchanged_playlists_cost_one_listing_call_for_fifty(
    weekly: Run, scripted: ScriptedSpotify, synthetic: Synthetic
) -> None:
    versions = dict.fromkeys(names(120), "A")
    pages = [names(120)[start : start + 50] for start in (0, 50, 100)]
    scripted.script["me"] = [
        synthetic.listing_body(dict.fromkeys(page, "A"), total=120) for page in pages
    ]

    plan = make_plan(weekly, names(120), state_of(weekly, **versions), scripted.source)

    assert scripted.asked == [("my_playlists", 0), ("my_playlists", 50), ("my_playlists", 100)]
    assert {one.outcome for one in plan.settled.values()} == {Outcome.UNCHANGED}
    assert {one.unchanged_since for one in plan.settled.values()} == {yesterday(weekly)}
    assert set(plan.settled) == set(plan.playlists) == set(names(120))


def test_what_changed_is_left_to_be_read(
    weekly: Run, scripted: ScriptedSpotify, synthetic: Synthetic
) -> None:
    scripted.script["me"] = [synthetic.listing_body({"a": "A", "b": "B2", "c": "C"})]
    plan = make_plan(weekly, "abcd", state_of(weekly, a="A", b="B", c="C"), scripted.source)
    assert plan.playlists == tuple("abcd")
    assert list(plan.settled) == ["a", "c"]


def test_the_list_is_read_while_that_is_cheaper_than_fetching_each_playlist(
    weekly: Run, scripted: ScriptedSpotify, synthetic: Synthetic
) -> None:
    others = dict.fromkeys(names(49), "X")
    scripted.script["me"] = [synthetic.listing_body({"a": "A", **others}, total=1_000)]
    plan = make_plan(weekly, "abc", state_of(weekly, a="A", b="B", c="C"), scripted.source)
    assert listing_calls(scripted) == 1
    assert list(plan.settled) == ["a"]


@pytest.mark.parametrize("known", ["", "a"])
def test_the_list_is_not_read_where_it_saves_no_request(
    weekly: Run, scripted: ScriptedSpotify, known: str
) -> None:
    plan = make_plan(weekly, "abc", state_of(weekly, **dict.fromkeys(known, "A")), scripted.source)
    assert scripted.asked == []
    assert plan.settled == {}


def test_an_app_without_a_user_has_no_list_to_read(weekly: Run, scripted: ScriptedSpotify) -> None:
    scripted.is_for_user = False
    plan = make_plan(weekly, "ab", state_of(weekly, a="A", b="B"), scripted.source)
    assert scripted.asked == []
    assert plan.playlists == ("a", "b")


def test_without_the_list_every_playlist_is_read(weekly: Run, scripted: ScriptedSpotify) -> None:
    scripted.script["me"] = [SourceUnavailableError("502")]
    plan = make_plan(weekly, "ab", state_of(weekly, a="A", b="B"), scripted.source)
    assert plan.settled == {}


def test_with_no_refresh_interval_every_run_reads_all(run: Run, scripted: ScriptedSpotify) -> None:
    plan = make_plan(run, "ab", state_of(run, a="A", b="B"), scripted.source)
    assert scripted.asked == []
    assert plan.settled == {}


def test_nulls_and_playlists_on_two_pages_are_taken_once(
    run: Run, scripted: ScriptedSpotify, synthetic: Synthetic
) -> None:
    one = '{"id": "%s", "snapshot_id": "A", "owner": {"id": "synthetic"}}'
    first = '{"items": [null, %s, %s], "next": "https://api/more", "total": 51}'
    second = '{"items": [%s, %s], "next": null, "total": 51}'
    scripted.script["me"] = [
        synthetic.body({"id": "synthetic"}),
        (first % (one % "a", one % "b")).encode(),
        (second % (one % "b", one % "c")).encode(),
    ]
    assert make_plan(run, None, State(), scripted.source).playlists == ("a", "b", "c")


def test_mine_are_those_that_the_user_owns_or_collaborates_on(
    run: Run, scripted: ScriptedSpotify, synthetic: Synthetic
) -> None:
    owned = {"snapshot_id": "A", "owner": {"id": "synthetic"}}
    foreign = {"snapshot_id": "A", "owner": {"id": "another"}}
    items = [
        {"id": "a", **owned},
        {"id": "b", **foreign},
        {"id": "c", **foreign, "collaborative": True},
        {"id": "d", "snapshot_id": "A"},
    ]
    listing = {"items": items, "next": None, "total": 4}
    scripted.script["me"] = [synthetic.body({"id": "synthetic"}), synthetic.body(listing)]

    plan = make_plan(run, None, State(), scripted.source)

    assert plan.playlists == ("a", "c")
    assert plan.mine == ["a", "c"]


@pytest.mark.parametrize("total", [0, 0.0])
def test_a_user_without_playlists_has_a_run_of_none(
    run: Run, scripted: ScriptedSpotify, stores: Stores, clock: Clock, total: float
) -> None:
    listing = json.dumps({"items": None, "next": None, "total": total}).encode()
    scripted.script["me"] = [b'{"id": "synthetic"}', listing]

    manifest = extract(run, None, scripted.source, stores, clock)

    assert (manifest.configured, manifest.playlists, manifest.parts) == (0, [], [])
    assert load_state(stores.state, "spotify").mine == []


def test_a_list_without_items_although_there_are_some_cannot_be_read(
    run: Run, scripted: ScriptedSpotify
) -> None:
    scripted.script["me"] = [b'{"id": "synthetic"}', b'{"items": null, "total": 3}']
    with pytest.raises(ReadTooLittleError, match="a list of playlists without its items"):
        make_plan(run, None, State(), scripted.source)


@pytest.mark.parametrize(
    ("listed", "named"),
    [
        ({"id": "b", "owner": None}, ["b"]),
        ({"id": "b", "owner": {"id": None}}, ["b"]),
        ({"id": "b"}, ["b"]),
        ({"id": "b", "owner": {"id": "another"}}, []),
        ({"id": "b", "owner": None, "collaborative": True}, []),
        ({"id": None, "owner": {"id": "synthetic"}}, [""]),
        ({"id": "", "owner": {"id": "synthetic"}}, [""]),
    ],
)
def test_a_listed_playlist_that_may_be_the_users_is_named_when_it_is_left_out(
    run: Run, scripted: ScriptedSpotify, listed: dict[str, object], named: list[str]
) -> None:
    own = {"id": "a", "owner": {"id": "synthetic"}}
    listing = {"items": [own, listed], "next": None, "total": 2}
    scripted.script["me"] = [b'{"id": "synthetic"}', json.dumps(listing).encode()]

    with structlog.testing.capture_logs() as logs:
        plan = make_plan(run, None, State(), scripted.source)

    assert "a" in plan.playlists
    left_out = [one for one in logs if one["event"] == "playlist_left_out"]
    assert [one["playlist_id"] for one in left_out] == named
    assert all(one["log_level"] == "warning" and "without" in one["reason"] for one in left_out)


def test_names_in_a_list_may_hold_half_a_surrogate_pair(
    weekly: Run, scripted: ScriptedSpotify
) -> None:
    listed = b'{"id": "a", "name": "half \\ud83d", "snapshot_id": "A", "owner": {"id": "me"}}'
    scripted.script["me"] = [b'{"id": "me"}', b'{"items": [%b], "total": 1}' % listed]
    plan = make_plan(weekly, None, state_of(weekly, a="A"), scripted.source)
    assert plan.settled["a"].name == "half \ufffd"


def test_a_user_without_an_id_owns_nothing_and_is_refused(
    run: Run, scripted: ScriptedSpotify
) -> None:
    scripted.script["me"] = [b"{}", b'{"items": [{"id": "a", "owner": {}}], "total": 1}']
    with pytest.raises(ReadTooLittleError, match="has no id"):
        make_plan(run, None, State(), scripted.source)


@pytest.mark.parametrize(("sought", "pages"), [("abc", 1), ("abcd", 2)])
def test_a_page_of_the_list_is_read_if_more_playlists_than_pages_are_left(
    weekly: Run, scripted: ScriptedSpotify, synthetic: Synthetic, *, sought: str, pages: int
) -> None:
    # The first page shows one of those sought. Behind it are two more pages, which spare two
    # requests or three.
    first = synthetic.listing_body({"a": "A"}, total=150)
    second = synthetic.listing_body({"b": "A", "c": "A"}, total=150)
    scripted.script["me"] = [first, second]
    state = state_of(weekly, **dict.fromkeys(sought, "A"))
    make_plan(weekly, list(sought), state, scripted.source)
    assert listing_calls(scripted) == pages


def test_own_playlists_that_cannot_be_listed_are_those_of_the_last_list(
    run: Run, scripted: ScriptedSpotify
) -> None:
    scripted.script["me"] = [RateLimitedError("429")]
    assert make_plan(run, None, State(mine=["a", "b"]), scripted.source).playlists == ("a", "b")


def test_own_playlists_that_were_never_listed_end_the_run_with_a_sentence(
    run: Run, scripted: ScriptedSpotify
) -> None:
    scripted.script["me"] = [RateLimitedError("Spotify answered 429")]
    with pytest.raises(StoppedEarlyError, match="cannot be listed now: Spotify answered 429"):
        make_plan(run, None, State(), scripted.source)


def test_a_refused_user_needs_authorisation(run: Run, scripted: ScriptedSpotify) -> None:
    scripted.script["me"] = [ForbiddenError("Spotify answered 403")]
    with pytest.raises(AuthorisationNeededError, match="needs Spotify Premium"):
        make_plan(run, None, State(mine=["a"]), scripted.source)


def test_closed_groups_are_stored_by_a_run_without_a_manifest(
    run: Run, scripted: ScriptedSpotify, stores: Stores, clock: Clock
) -> None:
    def closed() -> bytes:
        scripted.not_before[QuotaGroup.LISTING] = clock.now + DAY
        raise RateLimitedError("429")

    scripted.script["me"] = [closed]
    with pytest.raises(StoppedEarlyError):
        extract(run, None, scripted.source, stores, clock)

    assert load_state(stores.state, "spotify").not_before == {QuotaGroup.LISTING: clock.now + DAY}


def test_a_run_that_died_before_it_stored_its_state_stores_it_when_started_again(
    weekly: Run, scripted: ScriptedSpotify, stores: Stores, clock: Clock, synthetic: Synthetic
) -> None:
    scripted.script = {"a": [synthetic.playlist_body(3)]}
    scripted.not_before = {QuotaGroup.ITEMS: clock.now + DAY}
    extract(weekly, ["a"], scripted.source, stores, clock)
    remembered = load_state(stores.state, "spotify")
    forgotten = Stores(raw=stores.raw, state=MemoryStateStore())

    extract(weekly, ["a"], scripted.source, forgotten, clock)

    assert load_state(forgotten.state, "spotify") == remembered
    assert set(remembered.not_before) == {QuotaGroup.ITEMS}


def test_mine_without_a_user_is_a_wrong_setting(run: Run, scripted: ScriptedSpotify) -> None:
    scripted.is_for_user = False
    with pytest.raises(ConfigurationError, match="there is no user"):
        make_plan(run, None, State(), scripted.source)


def next_day(run: Run, days: int = 1) -> Run:
    return replace(run, run_id=RunId.derive("spotify", run.run_id.scheduled_at + days * DAY))


def test_an_unchanged_playlist_is_accounted_for_with_the_run_it_is_unchanged_since(
    weekly: Run,
    scripted: ScriptedSpotify,
    stores: Stores,
    store: MemoryRawStore,
    clock: Clock,
    synthetic: Synthetic,
) -> None:
    scripted.script = {"a": [synthetic.playlist_body(3)] * 2}
    extract(weekly, ["a"], scripted.source, stores, clock)
    objects = set(store.objects)

    (outcome,) = extract(next_day(weekly), ["a"], scripted.source, stores, clock).playlists

    assert (outcome.outcome, outcome.unchanged_since) == (Outcome.UNCHANGED, str(weekly.run_id))
    assert [key.rpartition("/")[2] for key in set(store.objects) - objects] == ["manifest.json"]


def test_an_unlisted_playlist_is_found_unchanged_by_its_first_answer(
    weekly: Run, scripted: ScriptedSpotify, stores: Stores, clock: Clock, synthetic: Synthetic
) -> None:
    following = "https://api/playlists/a/items?offset=1"
    pages = [synthetic.playlist_body(1, following=following, total=2)]
    scripted.script = {"a": [*pages, synthetic.page_body(1, total=2), *pages]}
    extract(weekly, ["a"], scripted.source, stores, clock)
    before = scripted.traffic.requests

    extract(next_day(weekly), ["a"], scripted.source, stores, clock)

    assert scripted.traffic.requests == before + 1


def test_after_a_week_an_unchanged_playlist_is_landed_again_and_its_items_are_the_same(
    weekly: Run, scripted: ScriptedSpotify, stores: Stores, clock: Clock, synthetic: Synthetic
) -> None:
    scripted.script = {"a": [synthetic.playlist_body(3)] * 2}
    (first,) = extract(weekly, ["a"], scripted.source, stores, clock).playlists

    (again,) = extract(next_day(weekly, 7), ["a"], scripted.source, stores, clock).playlists

    assert (first.items_changed, again.items_changed) == (None, False)
    assert again.outcome is Outcome.LANDED


@pytest.mark.parametrize(("entries", "changed"), [(3, False), (4, True)])
def test_the_outcome_of_a_new_version_says_whether_its_items_changed(  # noqa: PLR0913 - fixtures
    weekly: Run,
    scripted: ScriptedSpotify,
    stores: Stores,
    clock: Clock,
    synthetic: Synthetic,
    *,
    entries: int,
    changed: bool,
) -> None:
    renamed = synthetic.playlist_body(entries).replace(SNAPSHOT_ID.encode(), b"BBBB")
    scripted.script = {"a": [synthetic.playlist_body(3), renamed]}
    extract(weekly, ["a"], scripted.source, stores, clock)

    (outcome,) = extract(next_day(weekly), ["a"], scripted.source, stores, clock).playlists

    assert (outcome.outcome, outcome.items_changed) == (Outcome.LANDED, changed)


def test_an_incomplete_snapshot_is_read_again_by_the_next_run(
    weekly: Run, scripted: ScriptedSpotify, stores: Stores, clock: Clock, synthetic: Synthetic
) -> None:
    scripted.script = {"a": [synthetic.playlist_body(3, total=4), synthetic.playlist_body(4)]}
    (first,) = extract(weekly, ["a"], scripted.source, stores, clock).playlists
    (second,) = extract(next_day(weekly), ["a"], scripted.source, stores, clock).playlists
    assert (first.complete, second.complete) == (False, True)
