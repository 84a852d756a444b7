"""Many plain playlists, of which a chosen percentage changes every day."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from itertools import pairwise

import httpx
import pytest

from playlake_sandbox.world.history import contents, snapshot_id
from playlake_sandbox.world.library import Library

Spotify = Callable[..., Awaitable[httpx.AsyncClient]]
DAYS = [date(2026, 11, 21) + timedelta(days=n) for n in range(8)]
STANDING = 12


def plain(library: Library) -> range:
    return range(STANDING, library.count)


def states(library: Library, day: date) -> list[tuple[str, tuple[int, ...]]]:
    playlists = [library.playlist(number) for number in plain(library)]
    held = [contents(playlist, day) for playlist in playlists]
    return [
        (snapshot_id(playlist, now), now.slots)
        for playlist, now in zip(playlists, held, strict=True)
    ]


@pytest.mark.parametrize("percent", [0, 10, 100])
def test_the_chosen_share_of_plain_playlists_changes_every_day(percent: int) -> None:
    library = Library(7, extra=200, daily_change_percent=percent)
    for before, after in pairwise(states(library, day) for day in DAYS):
        changed = [old != new for old, new in zip(before, after, strict=True)]
        both = [
            (old[0] != new[0], old[1] != new[1]) for old, new in zip(before, after, strict=True)
        ]
        assert set(both) <= {(True, True), (False, False)}
        assert abs(sum(changed) - 2 * percent) <= (15 if percent % 100 else 0)


def test_different_playlists_change_on_different_days() -> None:
    library = Library(7, extra=50, daily_change_percent=50)
    days = [states(library, day) for day in DAYS]
    patterns = {
        tuple(old != new for old, new in pairwise(histories))
        for histories in zip(*days, strict=True)
    }
    assert len(patterns) > 20


def test_replacing_songs_keeps_the_size_of_plain_playlists() -> None:
    library = Library(7, extra=50, plain_size=100, daily_change_percent=60)
    for day in DAYS:
        assert {len(slots) for _, slots in states(library, day)} == {100}


@pytest.mark.parametrize("plain_size", [0, 1, 10_000])
def test_plain_playlists_start_with_the_chosen_size(plain_size: int) -> None:
    library = Library(7, extra=3, plain_size=plain_size)
    sizes = {library.playlist(number).profile.size for number in plain(library)}
    assert sizes == {plain_size}


def test_plain_playlists_do_not_change_the_standing_ones() -> None:
    before, after = Library(7), Library(7, extra=5, plain_size=9, daily_change_percent=0)
    for number in range(STANDING):
        assert before.playlist(number) == after.playlist(number)


def test_the_options_of_plain_playlists_keep_their_ids_and_names() -> None:
    usual, chosen = Library(7, extra=20), Library(7, extra=20, plain_size=9, daily_change_percent=0)
    for number in plain(usual):
        one, other = usual.playlist(number), chosen.playlist(number)
        assert (one.id, one.image) == (other.id, other.image)
        assert (one.profile.name, one.profile.public) == (other.profile.name, other.profile.public)
        assert 15 <= one.profile.size <= 300


async def test_the_settings_choose_the_plain_playlists(spotify: Spotify) -> None:
    client = await spotify(playlists=30, plain_size=40, daily_change_percent=0)
    days = []
    for day in DAYS[:2]:
        await client.put("/sandbox/clock", json={"now": f"{day}T06:00:00Z"})
        listed = (await client.get("/sandbox/playlists")).json()[STANDING:]
        days.append([(each["id"], each["size"], each["snapshot_id"]) for each in listed])
    assert days[0] == days[1]
    assert {size for _, size, _ in days[0]} == {40}
    assert len(days[0]) == 30
