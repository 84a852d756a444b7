from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

Spotify = Callable[..., Awaitable[httpx.AsyncClient]]
PAIR = ("sandbox-client-id", "sandbox-client-secret")
FIRST = "sandbox-refresh-token"
EMPTY = 4


def refresh(token: str) -> dict[str, str]:
    return {"grant_type": "refresh_token", "refresh_token": token}


async def arm(client: httpx.AsyncClient, **rule: object) -> None:
    assert (await client.put("/sandbox/faults", json=[rule])).status_code == 200


async def listed(client: httpx.AsyncClient, number: int) -> dict[str, Any]:
    return dict((await client.get("/v1/me/playlists?limit=50")).json()["items"][number])


async def read(client: httpx.AsyncClient, playlist: dict[str, Any]) -> dict[str, Any]:
    return dict((await client.get(f"/v1/playlists/{playlist['id']}")).json())


async def test_an_edit_shows_in_every_later_response(spotify: Spotify) -> None:
    client = await spotify()
    before = await read(client, await listed(client, 1))
    await arm(client, kind="snapshot_changes", path="*/items")
    items = (await client.get(f"/v1/playlists/{before['id']}/items?limit=50")).json()["items"]
    after, in_list = await read(client, before), await listed(client, 1)
    in_control = (await client.get("/sandbox/playlists")).json()[1]
    assert items == after["items"]["items"] == before["items"]["items"][1:]
    assert after["snapshot_id"] != before["snapshot_id"]
    assert in_list["snapshot_id"] == after["snapshot_id"] == in_control["snapshot_id"]
    assert in_list["items"]["total"] == before["items"]["total"] - 1 == in_control["size"]


async def test_an_edit_of_liked_songs_removes_the_newest(spotify: Spotify) -> None:
    client = await spotify()
    before = (await client.get("/v1/me/tracks")).json()
    await arm(client, kind="snapshot_changes")
    after = (await client.get("/v1/me/tracks")).json()
    assert after["items"][:19] == before["items"][1:]
    assert after["total"] == before["total"] - 1
    assert (await client.get("/v1/me/tracks")).json() == after


async def test_an_edit_changes_one_playlist_only(spotify: Spotify) -> None:
    client = await spotify()
    others = [await listed(client, number) for number in (0, 2)]
    await arm(client, kind="snapshot_changes")
    await read(client, await listed(client, 1))
    assert [await listed(client, number) for number in (0, 2)] == others


@pytest.mark.parametrize("number", [1, EMPTY])
async def test_edits_at_every_request_give_a_new_snapshot_id_each_time(
    spotify: Spotify, number: int
) -> None:
    client = await spotify()
    playlist = await listed(client, number)
    await arm(client, kind="snapshot_changes", times=None)
    ids = [(await read(client, playlist))["snapshot_id"] for _ in range(5)]
    assert len({playlist["snapshot_id"], *ids}) == 6


async def test_an_edited_playlist_has_a_snapshot_id_of_no_other_day(spotify: Spotify) -> None:
    client = await spotify()
    days = [f"2026-12-{day:02}T06:00:00Z" for day in range(1, 29)]
    ids = set()
    await arm(client, kind="snapshot_changes")
    edited = await read(client, await listed(client, 1))
    unedited = await spotify()
    for day in days:
        await unedited.put("/sandbox/clock", json={"now": day})
        ids.add((await listed(unedited, 1))["snapshot_id"])
    assert len(ids) > 5
    assert edited["snapshot_id"] not in ids


async def test_a_rotated_refresh_token_is_refused_and_its_successor_is_valid(
    spotify: Spotify,
) -> None:
    client = await spotify()
    await arm(client, kind="rotate_refresh_token")
    rotated = (await client.post("/api/token", data=refresh(FIRST), auth=PAIR)).json()
    refused = await client.post("/api/token", data=refresh(FIRST), auth=PAIR)
    good = (
        await client.post("/api/token", data=refresh(rotated["refresh_token"]), auth=PAIR)
    ).json()
    assert refused.json() == {
        "error": "invalid_grant",
        "error_description": "Refresh token revoked",
    }
    assert good["scope"] == rotated["scope"]
    assert "refresh_token" not in good


async def test_client_credentials_have_no_refresh_token_to_rotate(spotify: Spotify) -> None:
    client = await spotify()
    await arm(client, kind="rotate_refresh_token")
    form = {"grant_type": "client_credentials"}
    token = (await client.post("/api/token", data=form, auth=PAIR)).json()
    assert "refresh_token" not in token


async def test_issued_tokens_expire_and_new_ones_are_valid(spotify: Spotify) -> None:
    client = await spotify()
    await arm(client, kind="expire_tokens", first=2)
    answers = [await client.get("/v1/me") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 401, 401]
    assert answers[1].json() == {"error": {"status": 401, "message": "The access token expired"}}
    token = (await client.post("/api/token", data=refresh(FIRST), auth=PAIR)).json()["access_token"]
    renewed = await client.get("/v1/me", headers={"authorization": f"Bearer {token}"})
    assert renewed.status_code == 200
