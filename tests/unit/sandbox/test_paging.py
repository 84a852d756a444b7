from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from playlake_sandbox import Tier

Spotify = Callable[..., Awaitable[httpx.AsyncClient]]


async def id_of(client: httpx.AsyncClient, number: int) -> str:
    return str((await client.get("/sandbox/playlists")).json()[number]["id"])


async def pages_from(client: httpx.AsyncClient, url: str | None) -> list[dict[str, Any]]:
    pages = []
    while url:
        response = await client.get(url)
        assert response.status_code == 200, response.text
        pages.append(response.json())
        url = pages[-1]["next"]
    return pages


@pytest.mark.parametrize(
    ("path", "tier", "limit"),
    [
        ("items", Tier.NEWER_DEV, 50),
        ("items", Tier.OLDER_DEV, 37),
        ("tracks", Tier.OLDER_DEV, 100),
        ("tracks", Tier.EXTENDED, 100),
    ],
)
async def test_following_next_until_null_gives_all_entries(
    spotify: Spotify, path: str, tier: Tier, limit: int
) -> None:
    client = await spotify(tier, largest=450)
    url = f"/v1/playlists/{await id_of(client, 0)}/{path}?limit={limit}"
    pages = await pages_from(client, url)
    assert len(pages) > 3
    assert {page["total"] for page in pages} == {sum(len(page["items"]) for page in pages)}
    assert [page["offset"] for page in pages] == [limit * n for n in range(len(pages))]
    assert [page["previous"] is None for page in pages] == [True] + [False] * (len(pages) - 1)


async def test_next_of_the_embedded_page_gives_the_remaining_entries(spotify: Spotify) -> None:
    client = await spotify(largest=450)
    playlist = (await client.get(f"/v1/playlists/{await id_of(client, 0)}")).json()
    first = playlist["items"]
    rest = await pages_from(client, first["next"])
    whole = await pages_from(client, f"/v1/playlists/{playlist['id']}/items?limit=50")
    assert len(rest) > 1
    assert first["items"] + [entry for page in rest for entry in page["items"]] == [
        entry for page in whole for entry in page["items"]
    ]


async def test_the_listeners_playlists_are_paged(spotify: Spotify) -> None:
    client = await spotify(playlists=150)
    pages = await pages_from(client, "/v1/me/playlists?limit=50")
    ids = [playlist["id"] for page in pages for playlist in page["items"]]
    assert [len(page["items"]) for page in pages] == [50, 50, 50, 11]
    assert len(set(ids)) == pages[0]["total"] == 161


async def test_links_are_on_the_same_server_and_repeat_the_query(spotify: Spotify) -> None:
    client = await spotify()
    playlist_id = await id_of(client, 2)
    url = f"/v1/playlists/{playlist_id}/items?limit=20&offset=20&additional_types=track,episode"
    page = (await client.get(url)).json()
    base = f"http://sandbox.test:8888/v1/playlists/{playlist_id}/items?offset="
    query = "limit=20&additional_types=track%2Cepisode"
    assert page["href"] == f"{base}20&{query}"
    assert page["next"] == f"{base}40&{query}"
    assert page["previous"] == f"{base}0&{query}"


async def test_the_default_page_has_twenty_items(spotify: Spotify) -> None:
    client = await spotify()
    page = (await client.get(f"/v1/playlists/{await id_of(client, 0)}/items")).json()
    assert (page["limit"], len(page["items"])) == (20, 20)


async def test_a_page_beyond_the_end_is_empty(spotify: Spotify) -> None:
    client = await spotify()
    page = (await client.get(f"/v1/playlists/{await id_of(client, 1)}/items?offset=5000")).json()
    assert (page["items"], page["next"]) == ([], None)


async def test_an_empty_playlist_has_an_empty_page(spotify: Spotify) -> None:
    client = await spotify()
    playlist = (await client.get(f"/v1/playlists/{await id_of(client, 4)}")).json()
    assert (playlist["items"]["items"], playlist["items"]["total"]) == ([], 0)
    assert playlist["images"] is None


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("items?limit=51", "Invalid limit"),
        ("items?limit=0", "Invalid limit"),
        ("items?limit=many", "Invalid limit"),
        ("tracks?limit=101", "Invalid limit"),
        ("items?offset=-1", "Invalid offset"),
        ("items?fields=items(", "Invalid fields"),
    ],
)
async def test_invalid_parameters_are_answered_with_400(
    spotify: Spotify, path: str, message: str
) -> None:
    client = await spotify(Tier.EXTENDED)
    response = await client.get(f"/v1/playlists/{await id_of(client, 0)}/{path}")
    assert response.status_code == 400
    assert response.json() == {"error": {"status": 400, "message": message}}


async def test_at_most_fifty_playlists_are_listed_at_once(spotify: Spotify) -> None:
    response = await (await spotify()).get("/v1/me/playlists?limit=51")
    assert response.json() == {"error": {"status": 400, "message": "Invalid limit"}}


@pytest.mark.parametrize("types", ["", "?additional_types=track"])
async def test_an_episode_is_null_unless_episodes_are_requested(
    spotify: Spotify, types: str
) -> None:
    client = await spotify()
    path = f"/v1/playlists/{await id_of(client, 2)}/items"
    without = (await client.get(path + types)).json()["items"]
    asked = (await client.get(f"{path}?additional_types=track,episode")).json()["items"]
    assert any(entry["item"]["episode"] for entry in asked)
    assert [entry["item"] is None for entry in without] == [
        entry["item"]["episode"] for entry in asked
    ]


async def test_fields_select_what_is_sent(spotify: Spotify) -> None:
    client = await spotify()
    path = f"/v1/playlists/{await id_of(client, 0)}"
    metadata = (await client.get(f"{path}?fields=id,snapshot_id")).json()
    entries = (await client.get(f"{path}/items?fields=items(track(name))")).json()
    assert metadata.keys() == {"id", "snapshot_id"}
    assert entries == {"items": [{}] * 20}
