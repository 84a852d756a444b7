"""The songs that the listener saved change from day to day, and touch no playlist."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest
from sandbox_consent import allow

from playlake_sandbox import Tier
from playlake_sandbox.world.history import FIRST_DAY
from playlake_sandbox.world.saved_songs import saved_slots, saved_song

Spotify = Callable[..., Awaitable[httpx.AsyncClient]]

SEED = 2026
SIZE = 230
DAYS = [FIRST_DAY + timedelta(days=number) for number in range(60)]


async def get(client: httpx.AsyncClient, url: str) -> dict[str, Any]:
    response = await client.get(url)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def saved(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    page = await get(client, "/v1/me/tracks?limit=50")
    entries: list[dict[str, Any]] = page["items"]
    while page["next"]:
        page = await get(client, page["next"])
        entries += page["items"]
    assert len(entries) == page["total"]
    return entries


@pytest.mark.parametrize("tier", Tier)
async def test_the_newest_song_is_first_and_under_track_in_every_tier(
    spotify: Spotify, tier: Tier
) -> None:
    entries = await saved(await spotify(tier))
    assert len(entries) > 200
    assert all(entry.keys() == {"added_at", "track"} for entry in entries)
    times = [entry["added_at"] for entry in entries]
    assert times == sorted(times, reverse=True)
    uris = [entry["track"]["uri"] for entry in entries]
    assert len(set(uris)) == len(uris)


async def test_a_page_has_fifty_songs_at_most(spotify: Spotify) -> None:
    response = await (await spotify()).get("/v1/me/tracks?limit=51")
    assert (response.status_code, response.json()["error"]["message"]) == (400, "Invalid limit")


async def test_two_sandboxes_give_the_same_songs(spotify: Spotify) -> None:
    one, other = await spotify(), await spotify()
    assert await saved(one) == await saved(other)


async def test_the_number_of_songs_is_a_setting(spotify: Spotify) -> None:
    client = await spotify(liked_songs=3, clock=f"{FIRST_DAY}T06:00:00Z")
    assert len(await saved(client)) == 3
    assert await saved(await spotify(liked_songs=0, clock=f"{FIRST_DAY}T06:00:00Z")) == []


async def test_who_did_not_grant_the_scope_is_refused(spotify: Spotify) -> None:
    client = await spotify()
    await allow(client, "playlist-read-private playlist-read-collaborative")
    response = await client.get("/v1/me/tracks")
    assert response.json() == {"error": {"status": 403, "message": "Insufficient client scope"}}
    await allow(client, "user-library-read")
    assert len(await saved(client)) > 200


def test_songs_come_and_go_and_some_days_are_quiet() -> None:
    days = [saved_slots(SEED, SIZE, day) for day in DAYS]
    came = [set(after) - set(before) for before, after in pairwise(days)]
    went = [set(before) - set(after) for before, after in pairwise(days)]
    quiet = sum(not (more or fewer) for more, fewer in zip(came, went, strict=True))
    assert 10 < quiet < 40
    assert sum(map(len, came)) > 20
    assert sum(map(len, went)) > 10


@pytest.mark.parametrize("day", DAYS[1:])
def test_a_song_is_saved_on_the_day_before_it_shows_first(day: date) -> None:
    before = set(saved_slots(SEED, SIZE, day - timedelta(days=1)))
    for slot in set(saved_slots(SEED, SIZE, day)) - before:
        assert saved_song(SEED, SIZE, slot).at.date() == day - timedelta(days=1)


def test_a_song_that_stays_keeps_its_time() -> None:
    first, last = (saved_slots(SEED, SIZE, day) for day in (DAYS[0], DAYS[-1]))
    for slot in set(first) & set(last):
        assert saved_song(SEED, SIZE, slot).at.date() < FIRST_DAY
