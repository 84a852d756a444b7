from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from playlake_sandbox import Tier

Spotify = Callable[..., Awaitable[httpx.AsyncClient]]
KINDS = [
    "next_loop",
    "next_endless",
    "next_past_end",
    "next_foreign",
    "short_page",
    "total_lies",
    "null_items",
]


async def arm(client: httpx.AsyncClient, **rule: object) -> None:
    response = await client.put("/sandbox/faults", json=[{"times": None, **rule}])
    assert response.status_code == 200, response.text


async def get(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    response = await client.get(path)
    assert response.status_code == 200, response.text
    assert response.headers["content-length"] == str(len(response.content))
    return dict(response.json())


async def largest(client: httpx.AsyncClient) -> str:
    return f"/v1/playlists/{(await get(client, '/v1/me/playlists'))['items'][0]['id']}"


async def test_next_is_the_page_itself(spotify: Spotify) -> None:
    client = await spotify()
    path = f"{await largest(client)}/items?limit=50&offset=100&additional_types=track,episode"
    true = await get(client, path)
    await arm(client, kind="next_loop")
    page = await get(client, path)
    assert page == {**true, "next": true["href"]}
    assert await get(client, page["next"]) == page


async def test_next_of_the_last_page_is_the_page_itself(spotify: Spotify) -> None:
    client = await spotify()
    await arm(client, kind="next_loop")
    page = await get(client, "/v1/me/playlists?limit=50")
    assert page["next"] == page["href"]


@pytest.mark.parametrize("tier", list(Tier))
async def test_next_of_an_embedded_page_is_its_beginning(spotify: Spotify, tier: Tier) -> None:
    client = await spotify(tier)
    path = await largest(client)
    true = await get(client, path)
    await arm(client, kind="next_loop", times=1)
    playlist = await get(client, path)
    for key in tier.page_keys:
        assert playlist[key]["next"] == f"http://sandbox.test:8888{path}/{key}?offset=0&limit=50"
        beginning = await get(client, playlist[key]["next"])
        assert beginning["items"] == true[key]["items"][:50]


async def test_next_is_a_new_address_of_the_same_page_every_time(spotify: Spotify) -> None:
    client = await spotify()
    await arm(client, kind="next_endless", path="*/items")
    pages = [await get(client, f"{await largest(client)}/items?offset=100")]
    for _ in range(5):
        pages.append(await get(client, pages[-1]["next"]))
    assert len({page["next"] for page in pages}) == 6
    assert [page["items"] for page in pages] == [pages[0]["items"]] * 6


@pytest.mark.parametrize("path", ["playlists", "items", "embedded"])
async def test_next_leads_past_the_end_to_empty_pages(spotify: Spotify, path: str) -> None:
    client = await spotify(largest=130)
    playlist = await largest(client)
    urls = {"playlists": "/v1/me/playlists?limit=5", "items": f"{playlist}/items?limit=50"}
    await arm(client, kind="next_past_end")
    body = await get(client, urls.get(path, playlist))
    pages = [body["items"] if path == "embedded" else body]
    for _ in range(9):
        pages.append(await get(client, pages[-1]["next"]))
    lengths = [len(page["items"]) for page in pages]
    assert sum(lengths) == pages[0]["total"] > lengths[0] > 0
    assert lengths[-4:] == [0, 0, 0, 0]
    assert len({page["next"] for page in pages}) == 10


async def test_next_stays_as_it_is_before_the_end(spotify: Spotify) -> None:
    client = await spotify()
    path = f"{await largest(client)}/items?limit=50&additional_types=track,episode"
    true = await get(client, path)
    await arm(client, kind="next_past_end")
    assert await get(client, path) == true
    last = await get(client, f"{path}&offset={true['total'] - 20}")
    query = f"offset={true['total'] + 30}&limit=50&additional_types=track%2Cepisode"
    assert last["next"] == f"{true['href'].partition('?')[0]}?{query}"


async def test_next_is_on_another_host(spotify: Spotify) -> None:
    client = await spotify()
    path = await largest(client)
    await arm(client, kind="next_foreign")
    page = await get(client, f"{path}/items")
    assert page["next"] == f"http://127.0.0.1:9{path}/items?offset=20&limit=20"
    await arm(client, kind="next_foreign", host="https://elsewhere.example")
    playlist = await get(client, path)
    assert playlist["items"]["next"].startswith(f"https://elsewhere.example{path}/items?offset=")


async def test_a_short_page_lacks_entries_and_keeps_its_next(spotify: Spotify) -> None:
    client = await spotify()
    path = f"{await largest(client)}/items?limit=50"
    true = await get(client, path)
    await arm(client, kind="short_page", entries=3)
    assert await get(client, path) == {**true, "items": true["items"][:47]}
    await arm(client, kind="short_page", entries=80)
    assert await get(client, path) == {**true, "items": []}


@pytest.mark.parametrize(("by", "difference"), [(1, 1), (-3, -3), (-100_000, None)])
async def test_a_total_is_wrong(spotify: Spotify, by: int, difference: int | None) -> None:
    client = await spotify()
    true = await get(client, "/v1/me/playlists")
    await arm(client, kind="total_lies", by=by)
    total = 0 if difference is None else true["total"] + difference
    assert await get(client, "/v1/me/playlists") == {**true, "total": total}


async def test_the_list_of_playlists_is_null(spotify: Spotify) -> None:
    client = await spotify()
    true = await get(client, "/v1/me/playlists?limit=5")
    await arm(client, kind="null_items", path="/v1/me/playlists")
    empty = {"items": None, "next": None, "total": 0}
    assert true["items"]
    assert await get(client, "/v1/me/playlists?limit=5") == {**true, **empty}


@pytest.mark.parametrize("tier", list(Tier))
async def test_an_own_empty_playlist_has_null_items(spotify: Spotify, tier: Tier) -> None:
    client = await spotify(tier)
    listed = (await get(client, "/v1/me/playlists"))["items"][4]
    true = await get(client, f"/v1/playlists/{listed['id']}")
    await arm(client, kind="null_items", path=f"/v1/playlists/{listed['id']}")
    playlist = await get(client, f"/v1/playlists/{listed['id']}")
    assert playlist.keys() == true.keys()
    for key in tier.page_keys:
        assert (true[key]["items"], true[key]["total"]) == ([], 0)
        assert playlist[key] == {**true[key], "items": None}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", ["/v1/me", "/v1/playlists/short", "metadata", "selected"])
async def test_a_response_without_a_complete_page_stays_as_it_is(
    spotify: Spotify, kind: str, path: str
) -> None:
    client = await spotify()
    playlist = await largest(client)
    fields = {"metadata": "?fields=id,snapshot_id", "selected": "/items?fields=items(added_at)"}
    path = f"{playlist}{fields[path]}" if path in fields else path
    true = await client.get(path)
    await arm(client, kind=kind)
    answer = await client.get(path)
    assert (answer.status_code, answer.content) == (true.status_code, true.content)
    assert answer.headers == true.headers


@pytest.mark.parametrize("kind", KINDS)
async def test_a_rule_changes_nothing_after_its_last_time(spotify: Spotify, kind: str) -> None:
    client = await spotify()
    offset = 100_000 if kind == "next_past_end" else 0
    path = f"{await largest(client)}/items?limit=50&offset={offset}"
    true = await client.get(path)
    await arm(client, kind=kind, times=1)
    answers = [await client.get(path) for _ in range(2)]
    assert answers[0].content != true.content
    assert answers[1].content == true.content
    assert answers[0].text.startswith('{\n  "href" : ')
