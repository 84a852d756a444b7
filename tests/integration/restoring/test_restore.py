"""`playlake restore` against the stand-in for Spotify, in both generations of its API."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from historical_lakes import commit_run, read
from tests.integration.restoring.conftest import OLD_DAY, Killed

from playlake_extractor.run.state import State, encode_state
from playlake_sandbox import Tier
from playlake_sandbox.accounts.permissions import MODIFY_PRIVATE, READ_PRIVATE
from playlake_sandbox.world.music_catalog import ALBUMS, track

if TYPE_CHECKING:
    from collections.abc import Callable

    from _pytest.mark import ParameterSet
    from tests.integration.restoring.conftest import Requests, Restoring, Spotify

    from playlake_lake.folder import Folder


NEWER = pytest.mark.parametrize("tier", [Tier.NEWER_DEV], indirect=True)
LARGE = "Everything, Always"
AT = ("--at", "2026-10-20")
YES = (*AT, "--yes")
# Who the user is (the stand-in redirects spotipy's path), the new playlist, three times a hundred
# entries, and the check.
REQUESTS_OF_LARGE = 7
PLAYLIST = "3cEYpjA9oz9GiPac4AsH4n"
EVERY = 4


def every(last: int, *always: int) -> list[ParameterSet]:
    """The numbers up to one; those that are not always tried are tried with the slow tests."""
    slow = pytest.mark.slow
    return [
        pytest.param(number, marks=() if number in always else slow)
        for number in range(1, last + 1)
    ]


# The playlist is made, entries are added, and all is checked.
STEPS = every(REQUESTS_OF_LARGE, 2, 4, REQUESTS_OF_LARGE)
UNKNOWN = "spotify:track:4bEdcyI0l4zX2Ut5m5Xrhw"


@pytest.mark.parametrize(
    "name", [LARGE, "on repeat on repeat", "Songs & stories", "Starred", "Für später"]
)
def test_the_new_playlist_equals_the_old_day(
    playlake: Restoring, spotify: Spotify, lake_of: Callable[[str], list[str]], name: str
) -> None:
    old = lake_of(name)
    assert playlake.restore(name, *YES) == 0, playlake.notices
    (made,) = spotify.made()
    assert spotify.uris(made) == old
    described = spotify.client.get(f"/v1/playlists/{made}").json()
    assert described["name"] == f"{name} (2026-10-20)"
    assert described["public"] is False
    assert f"with {len(old)} entries" in playlake.output
    assert made in playlake.output


@pytest.mark.parametrize("name", ["From the old laptop", "What is left of 2009"])
def test_what_cannot_be_restored_is_left_out_and_counted(
    playlake: Restoring, spotify: Spotify, lake_of: Callable[[str], list[str]], name: str
) -> None:
    old = lake_of(name)
    assert playlake.restore(name, *YES) == 0, playlake.notices
    (made,) = spotify.made()
    assert spotify.uris(made) == old
    assert f"{len(old)} of " in playlake.output


@pytest.mark.parametrize("carried_out", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", STEPS)
def test_killed_at_any_request_it_goes_on_and_doubles_nothing(
    playlake: Restoring,
    spotify: Spotify,
    lake_of: Callable[[str], list[str]],
    sent: Requests,
    *,
    number: int,
    carried_out: bool,
) -> None:
    old = lake_of(LARGE)
    sent.kill_at(number, carried_out=carried_out)
    with pytest.raises(Killed):
        playlake.restore(LARGE, *YES)
    sent.kill_at(None)
    assert playlake.restore(LARGE, *YES) == 0, playlake.notices
    (made,) = spotify.made()
    assert spotify.uris(made) == old


@NEWER
def test_killed_again_and_again_it_still_doubles_nothing(
    playlake: Restoring,
    spotify: Spotify,
    lake_of: Callable[[str], list[str]],
    sent: Requests,
) -> None:
    old = lake_of(LARGE)
    deaths, status = 0, None
    while status is None:
        # Always at the last request that a restore needs before the next addition is recorded.
        sent.kill_at(2 + deaths * 2, carried_out=deaths % 2 == 1)
        try:
            status = playlake.restore(LARGE, *YES)
        except Killed:
            deaths += 1
    assert status == 0
    assert deaths > 1
    (made,) = spotify.made()
    assert spotify.uris(made) == old


LOST_AND_REFUSED = [
    {"kind": "lost"},
    {"kind": "lost", "status": 500},
    {"kind": "reset"},
    {"kind": "html"},
    {"kind": "status", "status": 429, "retry_after": 0},
    {"kind": "expire_tokens"},
]


@pytest.mark.parametrize("first", every(EVERY, 2))
@pytest.mark.parametrize("fault", LOST_AND_REFUSED, ids=str)
def test_every_fourth_request_fails_and_nothing_is_added_twice(
    playlake: Restoring,
    spotify: Spotify,
    lake_of: Callable[[str], list[str]],
    fault: dict[str, object],
    first: int,
) -> None:
    old = lake_of(LARGE)
    rules = [{**fault, "path": "/v1/*", "first": number} for number in range(first, 40, EVERY)]
    spotify.arm(*rules)
    assert playlake.restore(LARGE, *YES) == 0, playlake.notices
    spotify.arm()
    (made,) = spotify.made()
    assert spotify.uris(made) == old


ENDING = [
    ({"kind": "status", "status": 500}, "Spotify answered 500"),
    ({"kind": "lost"}, "Spotify did not answer"),
    ({"kind": "status", "status": 429, "retry_after": 3600}, "asks to wait 3600 s"),
]


@NEWER
@pytest.mark.parametrize(("fault", "reason"), ENDING, ids=["500", "lost", "429"])
@pytest.mark.parametrize("number", STEPS)
def test_where_spotify_stays_away_it_ends_with_75_and_goes_on_later(  # noqa: PLR0913 - all vary
    playlake: Restoring,
    spotify: Spotify,
    lake_of: Callable[[str], list[str]],
    monkeypatch: pytest.MonkeyPatch,
    *,
    fault: dict[str, object],
    reason: str,
    number: int,
) -> None:
    old = lake_of(LARGE)
    monkeypatch.setenv("PLAYLAKE_TRIES", "1")
    spotify.arm({**fault, "path": "/v1/*", "first": number, "times": None})
    assert playlake.restore(LARGE, *YES) == 75
    assert reason in playlake.last_words
    assert playlake.output.startswith("what ")
    assert "run the same command again" in playlake.last_words
    added = max(0, number - 4) * 100
    if number > 3 and added < len(old):
        assert f"{added} of {len(old)} entries are in the new playlist" in playlake.last_words
    spotify.arm()
    reopen(playlake)
    assert playlake.restore(LARGE, *YES) == 0, playlake.notices
    (made,) = spotify.made()
    assert spotify.uris(made) == old


def reopen(playlake: Restoring) -> None:
    """Have the time pass that Spotify asked to wait."""
    for file in playlake.home.glob("lakes/default/state/*/restore-*.json"):
        record = json.loads(file.read_text())
        past = "2026-11-01T00:00:00Z"
        record["not_before"] = dict.fromkeys(record.get("not_before", {}), past)
        file.write_text(json.dumps(record))


@NEWER
def test_before_the_time_that_spotify_named_nothing_is_sent_or_asked(
    playlake: Restoring, spotify: Spotify, lake_of: Callable[[str], list[str]]
) -> None:
    lake_of(LARGE)
    spotify.arm({"kind": "status", "status": 429, "retry_after": 3600, "path": "*/items"})
    assert playlake.restore(LARGE, *YES) == 75
    assert "No more requests of the group writing are taken before" in playlake.notices
    spotify.sandbox.requests.clear()
    assert playlake.restore(LARGE, *YES) == 75
    assert re.search(r"run the same command again after 20\S+ \S+ UTC", playlake.last_words)
    assert not spotify.sandbox.requests


@NEWER
def test_what_spotify_closed_for_the_runs_is_closed_for_a_restore(
    playlake: Restoring, spotify: Spotify, lake_of: Callable[[str], list[str]]
) -> None:
    lake_of(LARGE)
    state = playlake.home / "lakes" / "default" / "state" / "source=spotify" / "playlists.json"
    state.parent.mkdir(parents=True)
    opens = datetime.now(UTC) + timedelta(hours=1)
    closed = State(not_before={"items": opens})
    state.write_bytes(encode_state(closed))
    spotify.sandbox.requests.clear()
    assert playlake.restore(LARGE, *YES) == 75
    assert f"before {opens:%Y-%m-%d %H:%M} UTC" in playlake.last_words
    assert not [key for key in spotify.sandbox.requests if key.startswith("GET /v1/playlists")]


@NEWER
def test_without_yes_nothing_is_sent(
    playlake: Restoring, spotify: Spotify, lake_of: Callable[[str], list[str]]
) -> None:
    old = lake_of("From the old laptop")
    spotify.sandbox.requests.clear()
    assert playlake.restore("From the old laptop", *AT) == 0
    assert not spotify.sandbox.requests
    assert f"{len(old)} of " in playlake.output
    assert "a local file" in playlake.output
    assert playlake.last_words.startswith("Nothing was sent to Spotify")
    assert not record_is_there(playlake)


@NEWER
def test_the_permission_is_asked_for_alone_and_is_stored_nowhere(
    playlake: Restoring, spotify: Spotify, lake_of: Callable[[str], list[str]]
) -> None:
    lake_of("Für später")
    credentials = playlake.home / "spotify.json"
    before = credentials.read_bytes()
    asked: list[str] = []

    def follow(address: str) -> str:
        asked.append(parse_qs(urlsplit(address).query)["scope"][0])
        return spotify.decide(address)

    playlake.follow = follow
    spotify.sandbox.requests.clear()
    assert playlake.restore("Für später", *YES) == 0
    assert spotify.sandbox.requests["POST /api/token"] == 1
    assert asked == ["playlist-modify-private playlist-read-private"]
    assert credentials.read_bytes() == before
    stored = spotify.sandbox.refresh_tokens.scope_of("sandbox-refresh-token") or ""
    assert READ_PRIVATE in stored
    assert MODIFY_PRIVATE not in stored
    granted = list(spotify.sandbox.access_tokens._issued)
    granted += list(spotify.sandbox.refresh_tokens._scopes)[1:]
    assert len(granted) > 1
    written = b"".join(file.read_bytes() for file in playlake.home.rglob("*") if file.is_file())
    shown = playlake.output + playlake.notices
    assert not [one for one in granted if one.encode() in written or one in shown]


@NEWER
def test_public_asks_for_the_scope_of_public_playlists(
    playlake: Restoring, spotify: Spotify, lake_of: Callable[[str], list[str]]
) -> None:
    old = lake_of("Für später")
    assert playlake.restore("Für später", *YES, "--public", "--name", "Früher") == 0
    (made,) = spotify.made()
    assert spotify.uris(made) == old
    described = spotify.client.get(f"/v1/playlists/{made}").json()
    assert described["public"] is True
    assert described["name"] == "Früher"


@NEWER
def test_nothing_is_written_but_the_new_playlist(
    playlake: Restoring, spotify: Spotify, lake_of: Callable[[str], list[str]]
) -> None:
    lake_of("Für später")
    old = spotify.id_of("Für später")
    before = spotify.uris(old)
    spotify.sandbox.requests.clear()
    assert playlake.restore("Für später", *YES) == 0
    assert {key for key in spotify.sandbox.requests if not key.startswith("GET")} == {
        "POST /api/token",
        "POST /v1/me/playlists",
        "POST /v1/playlists/{playlist_id}/items",
    }
    assert spotify.uris(old) == before


@NEWER
def test_an_account_that_does_not_grant_the_scope_makes_nothing(
    playlake: Restoring, spotify: Spotify, lake_of: Callable[[str], list[str]]
) -> None:
    lake_of("Für später")
    modify = "playlist-modify-private+"
    playlake.follow = lambda address: spotify.decide(address.replace(modify, ""))
    assert playlake.restore("Für später", *YES) == 77
    assert playlake.last_words == (
        "playlake: Spotify did not grant playlist-modify-private, so nothing was made: run the "
        "same command again, and agree to all that its page asks"
    )
    assert not spotify.made()


@NEWER
def test_a_403_is_one_sentence(
    playlake: Restoring, spotify: Spotify, lake_of: Callable[[str], list[str]]
) -> None:
    lake_of("Für später")
    refused = {"kind": "status", "status": 403, "message": "Insufficient client scope"}
    spotify.arm({**refused, "path": "/v1/me/playlists"})
    assert playlake.restore("Für später", *YES) == 77
    assert playlake.last_words == (
        "playlake: Spotify answered 403 (Insufficient client scope): the account that agreed may "
        "not make playlists by this app, so nothing was added: agree to all that Spotify's page "
        "asks, and have the account on the app's list of users"
    )
    spotify.arm({**refused, "path": "*/items"})
    assert playlake.restore("Für später", *YES) == 77
    assert "go on by the same command with --public" in playlake.last_words


@NEWER
def test_a_user_who_cancels_makes_nothing(
    playlake: Restoring, spotify: Spotify, lake_of: Callable[[str], list[str]]
) -> None:
    lake_of("Für später")
    playlake.follow = lambda address: spotify.decide(address, "cancel")
    assert playlake.restore("Für später", *YES) == 1
    assert "you pressed Cancel" in playlake.last_words
    assert not spotify.made()


@NEWER
def test_without_a_login_it_says_where_credentials_are_missing(
    playlake: Restoring, lake_of: Callable[[str], list[str]]
) -> None:
    lake_of("Für später")
    (playlake.home / "spotify.json").unlink()
    assert playlake.restore("Für später", *YES) == 78
    assert playlake.last_words.endswith("store them by `playlake login`")


def interrupted(
    playlake: Restoring, spotify: Spotify, lake_of: Callable[[str], list[str]]
) -> list[str]:
    """A restore that ended after two additions; gives the URIs of the old day."""
    old = lake_of(LARGE)
    rule = {"kind": "status", "status": 429, "retry_after": 3600, "path": "*/items", "first": 3}
    spotify.arm(rule)
    assert playlake.restore(LARGE, *YES) == 75
    spotify.arm()
    reopen(playlake)
    return old


@NEWER
def test_a_new_playlist_that_somebody_changed_is_left_alone_until_a_new_start(
    playlake: Restoring, spotify: Spotify, lake_of: Callable[[str], list[str]]
) -> None:
    old = interrupted(playlake, spotify, lake_of)
    (made,) = spotify.made()
    held = spotify.sandbox.made[made]
    moved = (held.entries[1], held.entries[0], *held.entries[2:])
    for changed in (held.entries[1:], moved, held.entries * 2):
        spotify.sandbox.made[made] = dataclasses.replace(held, entries=changed)
        assert playlake.restore(LARGE, *YES) == 1
        assert "was changed by somebody else" in playlake.last_words
        assert "--anew" in playlake.last_words
        assert spotify.sandbox.made[made].entries == changed
    assert playlake.restore(LARGE, *YES, "--anew") == 0
    assert spotify.uris(spotify.made()[1]) == old


@NEWER
def test_an_entry_that_spotify_shows_under_another_id_does_not_stop_it(
    playlake: Restoring, spotify: Spotify, lake_of: Callable[[str], list[str]]
) -> None:
    old = interrupted(playlake, spotify, lake_of)
    (made,) = spotify.made()
    held = spotify.sandbox.made[made]
    other = track(held.seed, 9_999, 0)
    shown = f"spotify:track:{other.id}"
    assert shown not in old
    entries = list(held.entries)
    entries[7] = dataclasses.replace(entries[7], item=other)
    spotify.sandbox.made[made] = dataclasses.replace(held, entries=tuple(entries))
    assert playlake.restore(LARGE, *YES) == 0, playlake.notices
    assert spotify.uris(made) == [*old[:7], shown, *old[8:]]


@NEWER
def test_another_account_does_not_go_on(
    playlake: Restoring, spotify: Spotify, lake_of: Callable[[str], list[str]]
) -> None:
    interrupted(playlake, spotify, lake_of)
    (file,) = playlake.home.glob("lakes/default/state/*/restore-*.json")
    file.write_text(file.read_text().replace("sandbox-listener", "somebody-else"))
    assert playlake.restore(LARGE, *YES) == 1
    assert "was begun in the account somebody-else" in playlake.last_words


@NEWER
def test_a_record_that_is_damaged_is_named(
    playlake: Restoring, spotify: Spotify, lake_of: Callable[[str], list[str]]
) -> None:
    interrupted(playlake, spotify, lake_of)
    (file,) = playlake.home.glob("lakes/default/state/*/restore-*.json")
    file.write_text("{")
    assert playlake.restore(LARGE, *AT) == 1
    assert file.name in playlake.last_words
    assert playlake.last_words.endswith("start over with --anew")


@NEWER
def test_it_shows_how_far_it_is(
    playlake: Restoring, spotify: Spotify, lake_of: Callable[[str], list[str]]
) -> None:
    interrupted(playlake, spotify, lake_of)
    assert playlake.restore(LARGE, *AT) == 0
    assert "200 entries are in it: --yes goes on, --anew starts over" in playlake.output


@NEWER
def test_two_finished_restores_of_one_day_are_two_playlists(
    playlake: Restoring, spotify: Spotify, lake_of: Callable[[str], list[str]]
) -> None:
    old = lake_of("Für später")
    assert playlake.restore("Für später", *YES) == 0
    # The playlist that is looked for after this is not the first one.
    rule = {"kind": "status", "status": 503, "path": "/v1/me/playlists", "method": "POST"}
    spotify.arm(rule)
    assert playlake.restore("Für später", *YES) == 0
    first, second = spotify.made()
    assert spotify.uris(first) == spotify.uris(second) == old


@NEWER
def test_a_playlist_that_is_full_keeps_what_spotify_took(
    playlake: Restoring, spotify: Spotify, folder: Folder
) -> None:
    uris = [song(spotify, number) for number in range(11_050)]
    commit_run(folder, OLD_DAY, [read(PLAYLIST, [entry_of(uri) for uri in uris])])
    assert playlake.restore(PLAYLIST, *AT) == 0
    assert "Spotify documents a limit of 10,000 entries" in playlake.output
    assert playlake.restore(PLAYLIST, *YES) == 1
    assert "the new playlist has the first 11,000 of 11,050, and stays so" in playlake.last_words
    assert added_to_the_only_one(spotify) == uris[:11_000]


@NEWER
def test_what_spotify_refuses_is_left_out_and_the_rest_keeps_its_order(
    playlake: Restoring, spotify: Spotify, folder: Folder
) -> None:
    uris = [song(spotify, number) for number in range(130)]
    gone = {5, 6, 77, 129}
    shown = [UNKNOWN if place in gone else uri for place, uri in enumerate(uris)]
    commit_run(folder, OLD_DAY, [read(PLAYLIST, [entry_of(uri) for uri in shown])])
    assert playlake.restore(PLAYLIST, *YES) == 0, playlake.notices
    kept = [uri for place, uri in enumerate(uris) if place not in gone]
    assert added_to_the_only_one(spotify) == kept
    assert "refused by Spotify now" in playlake.output
    assert "with 126 entries" in playlake.output


@NEWER
@pytest.mark.parametrize("number", range(3, 9))
def test_killed_between_refusals_it_leaves_out_the_same(
    playlake: Restoring, spotify: Spotify, folder: Folder, sent: Requests, number: int
) -> None:
    uris = [song(spotify, number) for number in range(8)]
    shown = [UNKNOWN if place == 3 else uri for place, uri in enumerate(uris)]
    commit_run(folder, OLD_DAY, [read(PLAYLIST, [entry_of(uri) for uri in shown])])
    sent.kill_at(number, carried_out=True)
    with pytest.raises(Killed):
        playlake.restore(PLAYLIST, *YES)
    sent.kill_at(None)
    assert playlake.restore(PLAYLIST, *YES) == 0, playlake.notices
    assert added_to_the_only_one(spotify) == [*uris[:3], *uris[4:]]
    assert not record_is_there(playlake)


def added_to_the_only_one(spotify: Spotify) -> list[str]:
    """The URIs of the songs in the only playlist that was made."""
    (made,) = spotify.sandbox.made.values()
    return [f"spotify:track:{each.item.id}" for each in made.entries if each.item is not None]


def record_is_there(playlake: Restoring) -> bool:
    return bool(list(playlake.home.glob("lakes/default/state/*/restore-*.json")))


def song(spotify: Spotify, number: int) -> str:
    """The URI of a song of the world; each is of another album, as long as there are albums."""
    return f"spotify:track:{track(spotify.sandbox.settings.seed, number % ALBUMS, 0).id}"


def entry_of(uri: str) -> dict[str, object]:
    """An entry as Spotify sends it, in part."""
    item = {"type": "track", "uri": uri, "id": uri.rpartition(":")[2], "name": "A song"}
    return {"added_at": "2026-01-01T00:00:00Z", "is_local": False, "item": item}
