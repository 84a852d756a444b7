from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from playlake_sandbox import Tier

Spotify = Callable[..., Awaitable[httpx.AsyncClient]]
RULES: list[dict[str, object]] = [
    {"kind": "null_owner"},
    {"kind": "withheld_items"},
    {"kind": "withheld_items", "leaves": "empty"},
    {"kind": "half_surrogate"},
]
HALF = "\ud83d"


async def arm(client: httpx.AsyncClient, **rule: object) -> None:
    response = await client.put("/sandbox/faults", json=[{"times": None, **rule}])
    assert response.status_code == 200, response.text


async def get(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    response = await client.get(path)
    assert response.status_code == 200, response.text
    assert response.headers["content-length"] == str(len(response.content))
    return dict(response.json())


async def path_of(client: httpx.AsyncClient, number: int) -> str:
    return f"/v1/playlists/{(await get(client, '/v1/me/playlists'))['items'][number]['id']}"


async def test_a_listed_playlist_has_an_owner_with_neither_id_nor_name(spotify: Spotify) -> None:
    client = await spotify()
    true = await get(client, "/v1/me/playlists")
    await arm(client, kind="null_owner", position=2)
    listed = await get(client, "/v1/me/playlists")
    owner = listed["items"][2]["owner"]
    assert owner == {
        "display_name": None,
        "external_urls": true["items"][2]["owner"]["external_urls"],
        "href": None,
        "id": None,
        "type": "user",
        "uri": None,
    }
    listed["items"][2]["owner"] = true["items"][2]["owner"]
    assert listed == true


async def test_items_are_a_stub_while_tracks_are_complete(spotify: Spotify) -> None:
    client = await spotify(Tier.EXTENDED)
    path = await path_of(client, 0)
    true = await get(client, path)
    await arm(client, kind="withheld_items")
    stub = {"href": f"http://sandbox.test:8888{path}/items", "total": true["items"]["total"]}
    assert true["tracks"]["items"]
    assert await get(client, path) == {**true, "items": stub}


async def test_items_are_empty_while_tracks_are_complete(spotify: Spotify) -> None:
    client = await spotify(Tier.EXTENDED)
    path = await path_of(client, 0)
    true = await get(client, path)
    await arm(client, kind="withheld_items", leaves="empty")
    empty = {**true["items"], "items": [], "next": None}
    assert empty["total"] > 0
    assert await get(client, path) == {**true, "items": empty}


@pytest.mark.parametrize("tier", list(Tier))
async def test_half_a_surrogate_pair_ends_a_playlists_name_and_a_title(
    spotify: Spotify, tier: Tier
) -> None:
    client = await spotify(tier)
    path = await path_of(client, 0)
    true = await get(client, path)
    await arm(client, kind="half_surrogate", position=3)
    playlist = await get(client, path)
    assert playlist["name"] == true["name"] + HALF
    for page, item in zip(tier.page_keys, tier.entry_keys, strict=True):
        names, halved = (
            [entry[item]["name"] for entry in body[page]["items"]] for body in (true, playlist)
        )
        assert halved == [*names[:3], names[3] + HALF, *names[4:]]


async def test_half_a_surrogate_pair_ends_the_name_of_a_listed_playlist(spotify: Spotify) -> None:
    client = await spotify()
    names = [each["name"] for each in (await get(client, "/v1/me/playlists"))["items"]]
    await arm(client, kind="half_surrogate")
    halved = [each["name"] for each in (await get(client, "/v1/me/playlists"))["items"]]
    assert halved == [names[0] + HALF, *names[1:]]


async def test_half_a_surrogate_pair_ends_a_title_in_a_later_page(spotify: Spotify) -> None:
    client = await spotify()
    path = f"{await path_of(client, 0)}/items?offset=50"
    true = await get(client, path)
    await arm(client, kind="half_surrogate")
    titles = [entry["item"]["name"] for entry in (await get(client, path))["items"]]
    names = [entry["item"]["name"] for entry in true["items"]]
    assert titles == [names[0] + HALF, *names[1:]]


async def test_half_a_surrogate_pair_is_sent_as_its_escape(spotify: Spotify) -> None:
    client = await spotify()
    path = await path_of(client, 0)
    await arm(client, kind="half_surrogate")
    content = (await client.get(path)).content
    assert rb'"name" : "Everything, Always\ud83d"' in content
    assert content.decode()


@pytest.mark.parametrize("rule", RULES, ids=str)
@pytest.mark.parametrize("path", ["/v1/me", "/v1/playlists/short", "selected", "null", "beyond"])
async def test_a_response_without_the_contents_stays_as_it_is(
    spotify: Spotify, rule: dict[str, object], path: str
) -> None:
    client = await spotify()
    paths = {
        "selected": f"{await path_of(client, 0)}?fields=id,snapshot_id",
        "null": f"{await path_of(client, 3)}/items?offset=0",
        "beyond": "/v1/me/playlists?offset=1000",
    }
    true = await client.get(paths.get(path, path))
    await arm(client, **rule)
    response = await client.get(paths.get(path, path))
    assert (response.status_code, response.content) == (true.status_code, true.content)
    assert response.headers == true.headers


@pytest.mark.parametrize("tier", [Tier.OLDER_DEV, Tier.NEWER_DEV])
async def test_nothing_is_withheld_where_a_playlist_has_one_of_the_keys(
    spotify: Spotify, tier: Tier
) -> None:
    client = await spotify(tier)
    path = await path_of(client, 0)
    true = await get(client, path)
    await arm(client, kind="withheld_items")
    assert await get(client, path) == true


@pytest.mark.parametrize("rule", RULES, ids=str)
async def test_a_rule_changes_nothing_after_its_last_time(
    spotify: Spotify, rule: dict[str, object]
) -> None:
    client = await spotify(Tier.EXTENDED)
    path = "/v1/me/playlists" if rule["kind"] == "null_owner" else await path_of(client, 0)
    true = await client.get(path)
    await arm(client, **{**rule, "times": 1})
    responses = [await client.get(path) for _ in range(2)]
    assert responses[0].content != true.content
    assert responses[1].content == true.content
