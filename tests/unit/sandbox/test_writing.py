"""Making a playlist and adding to it, in both generations of the API."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from sandbox_consent import allow

from playlake_sandbox import Tier
from playlake_sandbox.world.ids import id_of
from playlake_sandbox.world.music_catalog import track
from playlake_sandbox.world.podcast_catalog import episode

Spotify = Callable[..., Awaitable[httpx.AsyncClient]]

SEED = 2026
SONGS = [f"spotify:track:{track(SEED, number, 0).id}" for number in range(130)]
EPISODE = f"spotify:episode:{episode(SEED, 3, 5).id}"
BOTH = "playlist-modify-private playlist-modify-public playlist-read-private"
OLDER = [Tier.EXTENDED, Tier.OLDER_DEV]
MAKING = ["/v1/me/playlists", "/v1/users/sandbox-listener/playlists"]


async def make(client: httpx.AsyncClient, **body: object) -> dict[str, Any]:
    answer = await client.post("/v1/me/playlists", json={"name": "New", "public": False, **body})
    assert answer.status_code == 201
    found: dict[str, Any] = answer.json()
    return found


def refusal(response: httpx.Response) -> tuple[int, str]:
    error = response.json()["error"]
    assert error["status"] == response.status_code
    return response.status_code, error["message"]


def items_of(page: dict[str, Any]) -> list[str]:
    items = [entry["item"] if "item" in entry else entry["track"] for entry in page["items"]]
    return [item["uri"] for item in items]


@pytest.mark.parametrize("tier", list(Tier))
async def test_a_playlist_is_made_and_served_by_every_route_that_reads(
    spotify: Spotify, tier: Tier
) -> None:
    client = await spotify(tier)
    await allow(client, f"{BOTH} playlist-read-collaborative")
    made = await make(client, description="As of 20/11 & later")
    assert made["owner"]["id"] == "sandbox-listener"
    assert made["public"] is made["collaborative"] is False
    assert made["description"] == "As of 20&#x2F;11 &amp; later"
    empty = [made[key]["total"] for key in ("items", "tracks") if key in made]
    assert empty
    assert set(empty) == {0}
    answer = await client.post(
        f"/v1/playlists/{made['id']}/items", json={"uris": [SONGS[1], EPISODE, SONGS[0], SONGS[1]]}
    )
    assert answer.status_code == 201
    assert answer.json().keys() == {"snapshot_id"}
    whole = (await client.get(f"/v1/playlists/{made['id']}?additional_types=episode")).json()
    assert whole["snapshot_id"] == answer.json()["snapshot_id"] != made["snapshot_id"]
    for key in set(whole) & {"items", "tracks"}:
        assert items_of(whole[key]) == [SONGS[1], EPISODE, SONGS[0], SONGS[1]]
    page = await client.get(f"/v1/playlists/{made['id']}/items?offset=2&limit=1")
    assert items_of(page.json()) == [SONGS[0]]
    entry = page.json()["items"][0]
    assert entry["added_at"] == "2026-11-21T06:00:00Z"
    assert entry["added_by"]["id"] == "sandbox-listener"
    listed = (await client.get("/v1/me/playlists")).json()
    assert listed["total"] == 12
    first = listed["items"][0]
    assert first["id"] == made["id"]
    assert {first[key]["total"] for key in ("items", "tracks") if key in first} == {4}
    assert (await client.get("/sandbox/playlists")).json()[-1]["size"] == 4


@pytest.mark.parametrize("tier", OLDER)
async def test_older_apps_may_use_the_older_routes(spotify: Spotify, tier: Tier) -> None:
    client = await spotify(tier)
    await allow(client, BOTH)
    made = await client.post(MAKING[1], json={"name": "New", "public": True})
    assert made.status_code == 201
    path = f"/v1/playlists/{made.json()['id']}/tracks"
    assert (await client.post(path, json={"uris": SONGS[:2]})).status_code == 201
    assert items_of((await client.get(path)).json()) == SONGS[:2]
    other = await client.post("/v1/users/somebody/playlists", json={"name": "New"})
    assert refusal(other) == (403, "You cannot create a playlist for another user")


async def test_newer_apps_may_not_use_the_older_routes(spotify: Spotify) -> None:
    client = await spotify()
    await allow(client, BOTH)
    made = await make(client)
    for path in (MAKING[1], f"/v1/playlists/{made['id']}/tracks"):
        answer = await client.post(path, json={"name": "New", "uris": SONGS[:1]})
        assert refusal(answer) == (403, "Forbidden")


@pytest.mark.parametrize(
    ("scope", "public", "status"),
    [
        ("playlist-modify-private", False, 201),
        ("playlist-modify-private", True, 403),
        ("playlist-modify-public", True, 201),
        ("playlist-modify-public", False, 403),
        ("playlist-read-private", False, 403),
    ],
)
async def test_each_kind_of_playlist_takes_its_scope(
    spotify: Spotify, scope: str, *, public: bool, status: int
) -> None:
    client = await spotify()
    await allow(client, BOTH)
    made = await make(client, public=public)
    await allow(client, scope)
    body = {"name": "New", "public": public}
    answers = [
        await client.post("/v1/me/playlists", json=body),
        await client.post(f"/v1/playlists/{made['id']}/items", json={"uris": SONGS[:1]}),
    ]
    assert [answer.status_code for answer in answers] == [status, status]
    if status == 403:
        assert refusal(answers[0]) == refusal(answers[1]) == (403, "Insufficient client scope")


async def test_a_new_playlist_is_public_unless_it_says_otherwise(spotify: Spotify) -> None:
    client = await spotify()
    await allow(client, "playlist-modify-public")
    answer = await client.post("/v1/me/playlists", json={"name": "New"})
    assert answer.json()["public"] is True


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"name": ""}', b'{"name": 7}', b'{"name": "A", "public": "no"}', b"{"]
)
async def test_a_playlist_without_what_it_needs_is_refused(spotify: Spotify, body: bytes) -> None:
    client = await spotify()
    await allow(client, BOTH)
    before = (await client.get("/v1/me/playlists")).json()["total"]
    answer = await client.post("/v1/me/playlists", content=body)
    assert answer.status_code == 400
    assert (await client.get("/v1/me/playlists")).json()["total"] == before


UNKNOWN = "spotify:track:4bEdcyI0l4zX2Ut5m5Xrhw"
NO_SUCH_POSITION = f"spotify:track:{id_of(SEED, 'track', 10_007 * 18)}"
LOCAL = "spotify:local:a:b:c:1"


@pytest.mark.parametrize(
    ("uris", "message"),
    [
        ([], "No uris provided."),
        (SONGS[:101], "You can add a maximum of 100 tracks per request."),
        ([SONGS[0], LOCAL], f"Invalid track uri: {LOCAL}"),
        ([SONGS[0].rpartition(":")[2]], f"Invalid track uri: {SONGS[0].rpartition(':')[2]}"),
        (["spotify:track:short"], "Invalid track uri: spotify:track:short"),
        ([SONGS[0], UNKNOWN], "Payload contains a non-existing ID"),
        ([NO_SUCH_POSITION], "Payload contains a non-existing ID"),
        ([7], "Invalid track uri"),
    ],
)
async def test_a_bad_addition_is_refused_as_a_whole(
    spotify: Spotify, uris: list[object], message: str
) -> None:
    client = await spotify()
    await allow(client, BOTH)
    made = await make(client)
    answer = await client.post(f"/v1/playlists/{made['id']}/items", json={"uris": uris})
    assert refusal(answer) == (400, message)
    assert (await client.get(f"/v1/playlists/{made['id']}")).json()["items"]["total"] == 0


async def test_an_addition_has_a_position_and_may_be_in_the_query_or_a_list(
    spotify: Spotify,
) -> None:
    client = await spotify()
    await allow(client, BOTH)
    path = f"/v1/playlists/{(await make(client))['id']}/items"
    for request in (
        client.post(path, json=SONGS[:2]),
        client.post(path, json={"uris": [SONGS[2]], "position": 0}),
        client.post(path, params={"uris": f"{SONGS[3]},{SONGS[4]}", "position": 1}),
    ):
        assert (await request).status_code == 201
    order = [SONGS[number] for number in (2, 3, 4, 0, 1)]
    assert items_of((await client.get(path)).json()) == order
    beyond = await client.post(path, json={"uris": SONGS[:1], "position": 6})
    assert refusal(beyond) == (400, "Index out of bounds.")


async def test_a_playlist_of_somebody_else_or_of_the_world_takes_nothing(spotify: Spotify) -> None:
    client = await spotify()
    await allow(client, BOTH)
    overview = (await client.get("/sandbox/playlists")).json()
    body = {"uris": SONGS[:1]}
    foreign = await client.post(f"/v1/playlists/{overview[8]['id']}/items", json=body)
    assert refusal(foreign) == (403, "You cannot add tracks to a playlist you don't own.")
    unknown = await client.post("/v1/playlists/4bEdcyI0l4zX2Ut5m5Xrhw/items", json=body)
    assert refusal(unknown) == (404, "Resource not found")
    assert (await client.get("/sandbox/playlists")).json() == overview


async def test_without_a_user_nothing_is_made(spotify: Spotify) -> None:
    client = await spotify(caller="client")
    answer = await client.post("/v1/me/playlists", json={"name": "New"})
    assert refusal(answer) == (401, "Valid user authentication required")


async def test_a_full_playlist_takes_no_more(spotify: Spotify) -> None:
    client = await spotify()
    await allow(client, BOTH)
    path = f"/v1/playlists/{(await make(client))['id']}/items"
    for _ in range(110):
        assert (await client.post(path, json={"uris": SONGS[:100]})).status_code == 201
    assert (await client.post(path, json={"uris": SONGS[:1]})).status_code == 500
    assert (await client.get(path)).json()["total"] == 11_000


async def test_faults_apply_to_what_writes(spotify: Spotify) -> None:
    client = await spotify()
    await allow(client, BOTH)
    path = f"/v1/playlists/{(await make(client))['id']}/items"
    rules = [
        {"kind": "status", "status": 429, "retry_after": 7, "method": "POST"},
        {"kind": "lost", "status": 502, "method": "POST"},
        {"kind": "snapshot_changes", "path": path, "method": "GET"},
    ]
    await client.put("/sandbox/faults", json=rules)
    limited = await client.post(path, json={"uris": SONGS[:2]})
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "7")
    assert (await client.post(path, json={"uris": SONGS[:2]})).status_code == 502
    page = (await client.get(path)).json()
    assert items_of(page) == SONGS[1:2]
