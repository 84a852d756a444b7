from collections.abc import Awaitable, Callable

import httpx
import pytest

Spotify = Callable[..., Awaitable[httpx.AsyncClient]]
STATUS = {"kind": "status", "status": 503}


async def arm(client: httpx.AsyncClient, *rules: dict[str, object]) -> None:
    response = await client.put("/sandbox/faults", json=rules)
    assert response.status_code == 200, response.text


async def statuses(client: httpx.AsyncClient, number: int, path: str = "/v1/me") -> list[int]:
    return [(await client.get(path)).status_code for _ in range(number)]


async def counters(client: httpx.AsyncClient) -> list[tuple[int, int]]:
    armed = (await client.get("/sandbox/faults")).json()
    return [(rule["matched"], rule["applied"]) for rule in armed]


async def test_a_rule_applies_once_to_the_next_request_by_default(
    spotify: Spotify,
) -> None:
    client = await spotify()
    await arm(client, STATUS)
    assert await statuses(client, 3) == [503, 200, 200]


async def test_first_and_times_choose_the_requests_that_a_rule_applies_to(
    spotify: Spotify,
) -> None:
    client = await spotify()
    await arm(client, {**STATUS, "first": 2, "times": 2})
    assert await statuses(client, 5) == [200, 503, 503, 200, 200]
    assert await counters(client) == [(5, 2)]


async def test_a_rule_without_a_limit_applies_until_it_is_removed(spotify: Spotify) -> None:
    client = await spotify()
    await arm(client, {**STATUS, "times": None})
    assert await statuses(client, 4) == [503] * 4
    assert (await client.delete("/sandbox/faults")).status_code == 204
    assert await statuses(client, 1) == [200]
    assert await counters(client) == []


async def test_only_requests_of_the_path_and_the_method_match(spotify: Spotify) -> None:
    client = await spotify()
    await arm(
        client,
        {**STATUS, "path": "/v1/*/items"},
        {**STATUS, "path": "/v1/me", "method": "post"},
        {**STATUS, "path": "/v1/me/*", "method": "get"},
    )
    assert await statuses(client, 2) == [200, 200]
    assert await statuses(client, 1, "/v1/me/playlists") == [503]
    assert await counters(client) == [(0, 0), (0, 0), (1, 1)]


async def test_the_first_rule_that_is_due_applies_and_the_next_one_waits(spotify: Spotify) -> None:
    client = await spotify()
    await arm(client, {**STATUS, "times": 2}, {**STATUS, "status": 429})
    assert await statuses(client, 4) == [503, 503, 429, 200]
    assert await counters(client) == [(4, 2), (4, 1)]


async def test_a_probability_draws_the_same_for_the_same_seed(spotify: Spotify) -> None:
    rule = {**STATUS, "probability": 0.5, "times": None}
    runs = []
    for seed in (1, 1, 2):
        client = await spotify(seed=seed)
        await arm(client, rule)
        runs.append(await statuses(client, 40))
    assert runs[0] == runs[1] != runs[2]
    assert 8 < runs[0].count(503) < 32


async def test_replacing_rules_starts_their_counters_again(spotify: Spotify) -> None:
    client = await spotify()
    for _ in range(2):
        await arm(client, STATUS)
        assert await counters(client) == [(0, 0)]
        assert await statuses(client, 2) == [503, 200]


async def test_rules_are_returned_and_listed_with_their_defaults(spotify: Spotify) -> None:
    client = await spotify()
    answered = await client.put("/sandbox/faults", json=[{"kind": "hang", "seconds": 0.1}])
    rule = {
        "path": "*",
        "method": None,
        "first": 1,
        "times": 1,
        "probability": 1.0,
        "kind": "hang",
        "seconds": 0.1,
    }
    assert answered.json() == [rule]
    listed = (await client.get("/sandbox/faults")).json()
    assert listed == [{**rule, "matched": 0, "applied": 0}]


@pytest.mark.parametrize(
    "nonsense",
    [
        {},
        {"kind": "unheard_of"},
        {"kind": "status"},
        {"kind": "status", "status": 200},
        {"kind": "status", "status": 429, "retry_after": "5\r\nx: y"},
        {"kind": "status", "status": 500, "body": "xml"},
        {"kind": "hang"},
        {"kind": "hang", "seconds": 0},
        {"kind": "reset", "seconds": 1},
        {"kind": "reset", "times": 0},
        {"kind": "reset", "first": 0},
        {"kind": "reset", "probability": 1.5},
        {"kind": "reset", "method": ""},
        {"kind": "next_foreign", "host": "elsewhere"},
        {"kind": "short_page", "entries": 0},
    ],
)
async def test_an_invalid_rule_is_refused_and_the_rules_in_force_stay(
    spotify: Spotify, nonsense: dict[str, object]
) -> None:
    client = await spotify()
    await arm(client, STATUS)
    response = await client.put("/sandbox/faults", json=[STATUS, nonsense])
    assert response.status_code == 422
    assert await statuses(client, 1) == [503]


async def test_rules_neither_apply_to_control_routes_nor_count_them(spotify: Spotify) -> None:
    client = await spotify()
    await arm(client, {**STATUS, "times": None})
    assert await statuses(client, 2, "/sandbox/health") == [200, 200]
    assert await counters(client) == [(0, 0)]


async def test_requests_with_faults_are_counted_by_route(spotify: Spotify) -> None:
    client = await spotify()
    playlist_id = (await client.get("/v1/me/playlists")).json()["items"][0]["id"]
    before = (await client.get("/sandbox/requests")).json()
    await arm(client, {**STATUS, "times": None})
    await client.get(f"/v1/playlists/{playlist_id}")
    await client.get(f"/v1/playlists/{playlist_id}/items")
    await client.get("/v1/nowhere")
    await client.get("/nowhere")
    await client.get("/authorize")
    await client.post("/api/token")
    await arm(client, {"kind": "next_loop"}, {"kind": "expire_tokens"})
    await client.get(f"/v1/playlists/{playlist_id}")
    await client.get("/v1/me")
    after = (await client.get("/sandbox/requests")).json()
    assert {route: number - before.get(route, 0) for route, number in after.items()} == {
        "GET /authorize": 1,
        "GET /nowhere": 1,
        "GET /sandbox/requests": 1,
        "GET /v1/me": 1,
        "GET /v1/me/playlists": 0,
        "GET /v1/nowhere": 1,
        "GET /v1/playlists/{playlist_id}": 2,
        "GET /v1/playlists/{playlist_id}/items": 1,
        "POST /api/token": 1,
        "PUT /sandbox/faults": 2,
    }
