from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from playlake_sandbox import Tier

Spotify = Callable[..., Awaitable[httpx.AsyncClient]]
ALL_TIERS = list(Tier)
CLASSIC_TIERS = [Tier.EXTENDED, Tier.OLDER_DEV]
PAGE_KEYS = {
    Tier.EXTENDED: {"items", "tracks"},
    Tier.OLDER_DEV: {"tracks"},
    Tier.NEWER_DEV: {"items"},
}
ENTRY_KEYS = {
    Tier.EXTENDED: {"item", "track"},
    Tier.OLDER_DEV: {"track"},
    Tier.NEWER_DEV: {"item"},
}


def fields(text: str) -> set[str]:
    return set(text.split())


IDENTITY = fields("external_urls href id type uri")
PAGE = fields("href items limit next offset previous total")
ENTRY = fields("added_at added_by is_local primary_color video_thumbnail")
PLAYLIST = IDENTITY | fields(
    "collaborative description images name owner primary_color public snapshot_id"
)
TRACK = IDENTITY | fields(
    "album artists disc_number duration_ms episode explicit external_ids is_local name track"
    " track_number"
)
ALBUM_IN_TRACK = IDENTITY | fields(
    "album_type artists images name release_date release_date_precision total_tracks"
)
ALBUM = ALBUM_IN_TRACK | fields("copyrights external_ids genres tracks")
ALBUM_TRACK = TRACK - fields("album episode external_ids track")
ARTIST = IDENTITY | fields("images name")
USER = IDENTITY | fields("account_id display_name images")
EPISODE = IDENTITY | fields(
    "audio_preview_url description duration_ms episode explicit html_description images"
    " is_externally_hosted is_playable language languages name release_date"
    " release_date_precision resume_point show track"
)
SHOW = IDENTITY | fields(
    "copyrights description explicit html_description images is_externally_hosted languages"
    " media_type name total_episodes"
)

ONLY_CLASSIC = {
    "track": fields("available_markets popularity preview_url"),
    "album in track": fields("available_markets"),
    "album": fields("available_markets label popularity"),
    "album track": fields("available_markets preview_url"),
    "artist": fields("followers genres popularity"),
    "playlist": fields("followers"),
    "show": fields("available_markets publisher"),
    "user": fields("country email explicit_content followers product"),
}
ONLY_NEWER = {
    "track": fields("is_playable"),
    "album in track": fields("is_playable"),
    "album track": fields("is_playable"),
}


def expected(kind: str, common: set[str], tier: Tier) -> set[str]:
    return common | (ONLY_CLASSIC if tier in CLASSIC_TIERS else ONLY_NEWER).get(kind, set())


async def read(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    response = await client.get(path)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def id_of(client: httpx.AsyncClient, number: int) -> str:
    listed = await client.get("/sandbox/playlists")
    return str(listed.json()[number]["id"])


async def entries_of(client: httpx.AsyncClient, number: int) -> list[dict[str, Any]]:
    path = f"/v1/playlists/{await id_of(client, number)}/items?limit=50&additional_types=episode"
    return list((await read(client, path))["items"])


def item(entry: dict[str, Any]) -> dict[str, Any]:
    return dict(entry.get("item", entry.get("track")) or {})


@pytest.mark.parametrize("tier", ALL_TIERS)
async def test_a_playlist_has_the_fields_of_its_tier(spotify: Spotify, tier: Tier) -> None:
    client = await spotify(tier)
    playlist = await read(client, f"/v1/playlists/{await id_of(client, 0)}")
    assert playlist.keys() == expected("playlist", PLAYLIST, tier) | PAGE_KEYS[tier]
    assert playlist["owner"].keys() == IDENTITY | {"display_name"}
    for key in PAGE_KEYS[tier]:
        assert playlist[key].keys() == PAGE
        assert len(playlist[key]["items"]) == 100


@pytest.mark.parametrize("tier", ALL_TIERS)
async def test_a_listed_playlist_has_the_fields_of_its_tier(spotify: Spotify, tier: Tier) -> None:
    client = await spotify(tier)
    page = await read(client, "/v1/me/playlists")
    assert page.keys() == PAGE
    for playlist in page["items"]:
        assert playlist.keys() == PLAYLIST | PAGE_KEYS[tier]
        for key in PAGE_KEYS[tier]:
            assert playlist[key].keys() == {"href", "total"}


@pytest.mark.parametrize("tier", ALL_TIERS)
async def test_an_entry_and_its_track_have_the_fields_of_their_tier(
    spotify: Spotify, tier: Tier
) -> None:
    for entry in await entries_of(await spotify(tier), 0):
        assert entry.keys() == ENTRY | ENTRY_KEYS[tier]
        assert entry["added_by"].keys() == IDENTITY
        track = item(entry)
        assert track.keys() == expected("track", TRACK, tier)
        assert track["album"].keys() == expected("album in track", ALBUM_IN_TRACK, tier)
        assert track["artists"][0].keys() == IDENTITY | {"name"}
        assert (track["track"], track["episode"]) == (True, False)


async def test_items_and_tracks_hold_the_same_entries(spotify: Spotify) -> None:
    client = await spotify(Tier.EXTENDED)
    playlist = await read(client, f"/v1/playlists/{await id_of(client, 0)}")
    assert playlist["items"]["items"] == playlist["tracks"]["items"]
    for entry in playlist["items"]["items"]:
        assert entry["item"] == entry["track"]


@pytest.mark.parametrize("tier", ALL_TIERS)
async def test_an_episode_and_its_show_have_the_fields_of_their_tier(
    spotify: Spotify, tier: Tier
) -> None:
    entries = await entries_of(await spotify(tier), 2)
    episodes = [item(entry) for entry in entries if item(entry)["type"] == "episode"]
    assert len(episodes) > 5
    for episode in episodes:
        assert episode.keys() == EPISODE
        assert episode["show"].keys() == expected("show", SHOW, tier)
        assert (episode["track"], episode["episode"]) == (False, True)


@pytest.mark.parametrize("tier", ALL_TIERS)
async def test_a_local_file_has_no_ids_and_lacks_the_two_booleans(
    spotify: Spotify, tier: Tier
) -> None:
    entries = [entry for entry in await entries_of(await spotify(tier), 1) if entry["is_local"]]
    assert len(entries) > 5
    for track in map(item, entries):
        classic = ONLY_CLASSIC["track"] if tier in CLASSIC_TIERS else set()
        assert track.keys() == TRACK - {"track", "episode"} | classic
        assert track["uri"].startswith("spotify:local:")
        assert [track["id"], track["href"], track["album"]["id"]] == [None] * 3
        assert track["album"]["release_date_precision"] is None


@pytest.mark.parametrize("tier", ALL_TIERS)
async def test_a_takedown_has_an_id_and_no_names_date_or_duration(
    spotify: Spotify, tier: Tier
) -> None:
    entries = await entries_of(await spotify(tier), 3)
    withdrawn = [item(entry) for entry in entries if item(entry).get("name") == ""]
    assert len(withdrawn) > 5
    for track in withdrawn:
        assert track.keys() == expected("track", TRACK, tier)
        assert len(track["id"]) == 22
        assert (track["duration_ms"], track["external_ids"]) == (0, {})
        assert (track["album"]["name"], track["album"]["images"]) == ("", [])
        assert track["album"]["release_date"] == "0000"


async def test_a_null_item_is_an_entry_added_by_nobody(spotify: Spotify) -> None:
    entries = [entry for entry in await entries_of(await spotify(), 3) if entry["item"] is None]
    assert len(entries) > 5
    for entry in entries:
        assert entry["added_at"] is not None
        assert entry["added_by"]["id"] == ""


async def test_entries_of_the_oldest_playlist_are_undated_or_dated_1970(spotify: Spotify) -> None:
    entries = await entries_of(await spotify(), 6)
    assert {entry["added_at"] for entry in entries} == {None, "1970-01-01T00:00:00Z"}
    assert all(entry["added_by"] is None for entry in entries if entry["added_at"] is None)


@pytest.mark.parametrize("tier", ALL_TIERS)
async def test_albums_artists_and_users_have_the_fields_of_their_tier(
    spotify: Spotify, tier: Tier
) -> None:
    client = await spotify(tier)
    track = item((await entries_of(client, 0))[0])
    album = await read(client, track["album"]["href"])
    artist = await read(client, track["artists"][0]["href"])
    user = await read(client, "/v1/me")
    assert album.keys() == expected("album", ALBUM, tier)
    assert artist.keys() == expected("artist", ARTIST, tier)
    assert user.keys() == expected("user", USER, tier)
    assert album["tracks"]["items"][0].keys() == expected("album track", ALBUM_TRACK, tier)


async def test_a_track_of_a_playlist_is_on_its_album(spotify: Spotify) -> None:
    client = await spotify()
    for entry in (await entries_of(client, 0))[:5]:
        album = await read(client, entry["item"]["album"]["href"])
        on_album = album["tracks"]["items"][entry["item"]["track_number"] - 1]
        assert on_album["id"] == entry["item"]["id"]
        assert len(album["tracks"]["items"]) == album["total_tracks"]
