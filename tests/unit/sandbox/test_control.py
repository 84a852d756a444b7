from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from playlake_sandbox import Settings, Tier, create_app

Spotify = Callable[..., Awaitable[httpx.AsyncClient]]


async def playlists_of(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    return list((await client.get("/sandbox/playlists")).json())


async def body_of(client: httpx.AsyncClient, path: str) -> bytes:
    response = await client.get(path)
    assert response.status_code == 200
    return response.content


async def test_health_needs_no_token(spotify: Spotify) -> None:
    client = await spotify(Tier.EXTENDED)
    del client.headers["authorization"]
    health = (await client.get("/sandbox/health")).json()
    assert health == {"status": "ok", "tier": "extended", "seed": 2026}


async def test_the_same_seed_and_date_give_the_same_bytes(spotify: Spotify) -> None:
    first, second = await spotify(playlists=3), await spotify(playlists=3)
    paths = ["/v1/me/playlists", "/sandbox/playlists"]
    paths += [
        f"/v1/playlists/{each['id']}" for each in await playlists_of(first) if each["size"] != 50
    ]
    assert len(paths) > 12
    for path in paths:
        assert await body_of(first, path) == await body_of(second, path)


async def test_another_seed_gives_another_world(spotify: Spotify) -> None:
    ids = [{each["id"] for each in await playlists_of(await spotify(seed=n))} for n in (1, 2)]
    assert not ids[0] & ids[1]


async def test_another_day_gives_other_bytes_and_the_same_day_the_same(spotify: Spotify) -> None:
    client = await spotify()
    path = f"/v1/playlists/{(await playlists_of(client))[10]['id']}"
    before = await body_of(client, path)
    later = await client.put("/sandbox/clock", json={"now": "2026-12-05T06:00:00Z"})
    after = await body_of(client, path)
    await client.put("/sandbox/clock", json={"now": "2026-11-21T23:59:59Z"})
    assert later.json() == {"now": "2026-12-05T06:00:00Z"}
    assert after != before
    assert await body_of(client, path) == before


async def test_popularity_changes_while_the_playlist_stays_the_same(spotify: Spotify) -> None:
    client = await spotify(Tier.OLDER_DEV)
    path = f"/v1/playlists/{(await playlists_of(client))[6]['id']}"
    before = (await client.get(path)).json()
    await client.put("/sandbox/clock", json={"now": "2026-11-26T06:00:00Z"})
    after = (await client.get(path)).json()
    assert after["snapshot_id"] == before["snapshot_id"]
    assert after != before


async def test_the_clock_keeps_the_time_of_the_settings(spotify: Spotify) -> None:
    client = await spotify(clock="2026-11-01T08:30:00+02:00")
    assert (await client.get("/sandbox/clock")).json() == {"now": "2026-11-01T06:30:00Z"}


@pytest.mark.parametrize(
    "clock",
    [
        {"now": "2026-12-05T06:00:00"},
        {"now": "2025-12-05T06:00:00Z"},
        {"now": "2200-01-01T00:00:00Z"},
        {"now": "soon"},
        {},
        {"now": "2026-12-05T06:00:00Z", "zone": "UTC"},
    ],
)
async def test_a_time_without_a_zone_or_outside_the_world_is_refused(
    spotify: Spotify, clock: dict[str, str]
) -> None:
    client = await spotify()
    assert (await client.put("/sandbox/clock", json=clock)).status_code == 422
    assert (await client.get("/sandbox/clock")).json() == {"now": "2026-11-21T06:00:00Z"}


async def test_playlists_are_listed_with_their_readers_and_sizes(spotify: Spotify) -> None:
    client = await spotify(Tier.EXTENDED, largest=300)
    listed = await playlists_of(client)
    sizes = [each["size"] for each in listed]
    readers = [each["readable_by"] for each in listed]
    assert len(listed) == 12
    assert sizes[4] == 0
    assert abs(sizes[0] - 300) < 50
    assert readers[0] == ["client", "user"]
    assert readers[7] == ["user"]
    assert readers[9] == []


async def test_the_control_route_and_spotify_give_the_same_sizes(spotify: Spotify) -> None:
    client = await spotify()
    listed = {each["id"]: each for each in await playlists_of(client)}
    served = (await client.get("/v1/me/playlists?limit=50")).json()["items"]
    assert len(served) == 11
    for each in served:
        assert each["items"]["total"] == listed[each["id"]]["size"]
        assert each["snapshot_id"] == listed[each["id"]]["snapshot_id"]


async def test_requests_are_counted_by_route_including_refused_ones(spotify: Spotify) -> None:
    client = await spotify()
    for playlist in (await playlists_of(client))[:3]:
        await client.get(f"/v1/playlists/{playlist['id']}/items")
    await client.get("/v1/playlists/short/items")
    await client.get("/v1/me", headers={"authorization": "Bearer stranger"})
    assert (await client.get("/sandbox/requests")).json() == {
        "GET /sandbox/playlists": 1,
        "GET /v1/me": 1,
        "GET /v1/playlists/{playlist_id}/items": 4,
        "POST /api/token": 1,
    }


async def test_responses_have_the_headers_that_spotify_sends(spotify: Spotify) -> None:
    client = await spotify()
    answers = [await client.get("/v1/me") for _ in range(2)]
    assert {answer.headers["content-type"] for answer in answers} == {
        "application/json; charset=utf-8"
    }
    assert {answer.headers["cache-control"] for answer in answers} == {"public, max-age=0"}
    assert len({answer.headers["etag"] for answer in answers}) == 1
    assert answers[0].text.startswith('{\n  "account_id" : "')


def test_the_openapi_description_has_exactly_the_control_routes() -> None:
    paths = create_app(Settings()).openapi()["paths"]
    assert set(paths) == {
        "/sandbox/clock",
        "/sandbox/faults",
        "/sandbox/health",
        "/sandbox/playlists",
        "/sandbox/playlists/{source}",
        "/sandbox/requests",
    }
    for operations in paths.values():
        assert all(operation["description"] for operation in operations.values())


async def test_a_thousand_playlists_are_listed(spotify: Spotify) -> None:
    client = await spotify(playlists=1_000)
    page = (await client.get("/v1/me/playlists?limit=50&offset=1000")).json()
    assert (page["total"], len(page["items"])) == (1_011, 11)


async def test_a_source_that_is_not_played_is_refused_by_name(spotify: Spotify) -> None:
    response = await (await spotify()).get("/sandbox/playlists/nowhere")
    assert response.status_code == 404
    assert response.json() == {"detail": "no source nowhere beside Spotify is played here"}
