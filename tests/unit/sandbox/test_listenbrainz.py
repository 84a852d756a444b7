"""The stand-in answers as ListenBrainz documents it."""

import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from playlake_sandbox import Settings, create_app

Json = dict[str, Any]

OF_PLAYLIST = "https://musicbrainz.org/doc/jspf#playlist"
OF_TRACK = "https://musicbrainz.org/doc/jspf#track"
MBID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
TOKEN = {"authorization": "Token sandbox-user-token"}
MINE = "/listenbrainz/1/user/robin/playlists"


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create_app(Settings(largest=120)))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as one:
        yield one


async def ids(client: httpx.AsyncClient) -> dict[str, str]:
    listed = (await client.get("/sandbox/playlists/listenbrainz")).json()
    return {each["name"]: each["id"] for each in listed}


async def playlist(client: httpx.AsyncClient, name: str, **headers: str) -> httpx.Response:
    mbid = (await ids(client))[name]
    return await client.get(f"/listenbrainz/1/playlist/{mbid}", headers=headers)


async def titles(client: httpx.AsyncClient, path: str, **headers: str) -> list[str]:
    listed = (await client.get(path, headers=headers)).json()["playlists"]
    return [each["playlist"]["title"] for each in listed]


async def test_a_stranger_sees_the_public_playlists_of_a_user_without_tracks(
    client: httpx.AsyncClient,
) -> None:
    body = (await client.get(MINE)).json()
    assert (body["count"], body["offset"], body["playlist_count"]) == (25, 0, 5)
    assert "Für mich allein" not in await titles(client, MINE)
    assert "Gone by now" not in await titles(client, MINE)
    for each in body["playlists"]:
        assert each["playlist"]["track"] == []
        assert each["playlist"]["creator"] == "robin"
        assert re.fullmatch(
            f"https://listenbrainz.org/playlist/{MBID}", each["playlist"]["identifier"]
        )


async def test_a_token_shows_its_user_the_private_ones_too(client: httpx.AsyncClient) -> None:
    assert "Für mich allein" in await titles(client, MINE, **TOKEN)
    assert (await playlist(client, "Für mich allein", **TOKEN)).status_code == 200


async def test_a_list_has_pages(client: httpx.AsyncClient) -> None:
    everything = await titles(client, MINE)
    pages = [await titles(client, f"{MINE}?count=2&offset={offset}") for offset in (0, 2, 4, 6)]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert [title for page in pages for title in page] == everything


@pytest.mark.parametrize("query", ["count=-1", "offset=many"])
async def test_a_wrong_window_is_refused(client: httpx.AsyncClient, query: str) -> None:
    response = await client.get(f"{MINE}?{query}")
    assert (response.status_code, response.json()["code"]) == (400, 400)


async def test_users_are_known_in_any_letter_case(client: httpx.AsyncClient) -> None:
    assert await titles(client, MINE.replace("robin", "RoBin")) == await titles(client, MINE)
    unknown = await client.get(MINE.replace("robin", "nobody"))
    assert unknown.status_code == 404
    assert unknown.json() == {"code": 404, "error": "Cannot find user: nobody"}


async def test_a_playlist_has_its_recordings(client: httpx.AsyncClient) -> None:
    response = await playlist(client, "Road songs")
    sent = response.json()["playlist"]
    assert sent["extension"][OF_PLAYLIST]["collaborators"] == ["vesna ♪"]
    assert sent["annotation"] == "<p>For the <b>long</b> way.</p>"
    assert {track["extension"][OF_TRACK]["added_by"] for track in sent["track"]} == {
        "robin",
        "vesna ♪",
    }
    for track in sent["track"]:
        [identifier] = track["identifier"]
        assert re.fullmatch(f"https://musicbrainz.org/recording/{MBID}", identifier)
        extension = track["extension"][OF_TRACK]
        artists = extension["additional_metadata"]["artists"]
        credit = "".join(f"{one['artist_credit_name']}{one['join_phrase']}" for one in artists)
        assert credit == track["creator"]
        assert len(extension["artist_identifiers"]) == len(artists)
        assert datetime.fromisoformat(extension["added_at"]) <= datetime.fromisoformat(
            sent["extension"][OF_PLAYLIST]["last_modified_at"]
        )
    assert any(" & " in track["creator"] for track in sent["track"])


async def test_some_recordings_of_a_bots_playlist_are_not_known(client: httpx.AsyncClient) -> None:
    sent = (await playlist(client, "Weekly Exploration for robin")).json()["playlist"]
    assert sent["extension"][OF_PLAYLIST]["created_for"] == "robin"
    known = ["title" in track for track in sent["track"]]
    assert True in known
    assert False in known
    assert all(track["identifier"] for track in sent["track"])


@pytest.mark.parametrize("name", ["Für mich allein", "Vesna's diary", "Gone by now"])
async def test_a_private_playlist_is_like_a_deleted_one(
    client: httpx.AsyncClient, name: str
) -> None:
    response = await playlist(client, name)
    assert response.status_code == 404
    mbid = (await ids(client))[name]
    assert response.json() == {"code": 404, "error": f"Cannot find playlist: {mbid}"}


async def test_what_is_no_mbid_is_refused(client: httpx.AsyncClient) -> None:
    response = await client.get("/listenbrainz/1/playlist/starred")
    assert response.json() == {"code": 400, "error": "Provided playlist ID is invalid."}


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("Token wrong", "Invalid authorization token."),
        ("Bearer sandbox-user-token", "Provided Authorization header is invalid."),
    ],
)
async def test_a_wrong_token_is_refused(
    client: httpx.AsyncClient, header: str, message: str
) -> None:
    response = await client.get(MINE, headers={"authorization": header})
    assert (response.status_code, response.json()) == (401, {"code": 401, "error": message})


async def test_every_answer_says_what_is_left_of_the_limit(client: httpx.AsyncClient) -> None:
    stranger = (await client.get(MINE)).headers
    assert int(stranger["x-ratelimit-remaining"]) < int(stranger["x-ratelimit-limit"]) == 30
    assert stranger["x-ratelimit-reset-in"] == "10"
    assert (await client.get(MINE, headers=TOKEN)).headers["x-ratelimit-limit"] == "50"


async def test_a_playlist_changes_with_the_clock_and_says_so(client: httpx.AsyncClient) -> None:
    versions: list[str] = []
    bodies: list[bytes] = []
    for day in ("2026-11-01", "2026-11-02", "2026-11-15", "2026-11-01"):
        await client.put("/sandbox/clock", json={"now": f"{day}T06:00:00Z"})
        response = await playlist(client, "Everything I recorded")
        bodies.append(response.content)
        versions.append(response.json()["playlist"]["extension"][OF_PLAYLIST]["last_modified_at"])
    assert bodies[0] == bodies[3]
    assert bodies[0] != bodies[2]
    assert versions[0] == versions[3] < versions[2]
    assert (bodies[0] == bodies[1]) == (versions[0] == versions[1])


async def test_a_playlist_may_have_no_version(client: httpx.AsyncClient) -> None:
    sent = (await playlist(client, "Nothing yet")).json()["playlist"]
    assert sent["track"] == []
    assert "last_modified_at" not in sent["extension"][OF_PLAYLIST]


async def test_an_edit_gives_a_playlist_another_version(client: httpx.AsyncClient) -> None:
    before = (await playlist(client, "Rainy days")).json()["playlist"]
    rule = {"kind": "snapshot_changes", "path": "/listenbrainz/1/playlist/*"}
    await client.put("/sandbox/faults", json=[rule])
    after = (await playlist(client, "Rainy days")).json()["playlist"]
    assert after["track"] == before["track"][1:]
    of = [one["extension"][OF_PLAYLIST]["last_modified_at"] for one in (before, after)]
    assert of[0] < of[1]


@pytest.mark.parametrize("status", [403, 503])
async def test_a_fault_refuses_in_listenbrainzs_form(
    client: httpx.AsyncClient, status: int
) -> None:
    await client.put("/sandbox/faults", json=[{"kind": "status", "status": status}])
    response = await client.get(MINE)
    assert response.status_code == status
    assert response.json()["code"] == status


async def test_a_used_up_limit_is_explained_in_the_headers(client: httpx.AsyncClient) -> None:
    await client.put("/sandbox/faults", json=[{"kind": "quota_used_up", "seconds": 9}])
    response = await client.get(MINE)
    assert response.status_code == 429
    assert response.text.startswith("You have exceeded your rate limit.")
    assert response.headers["x-ratelimit-remaining"] == "0"
    assert response.headers["x-ratelimit-reset-in"] == "9"
    assert "retry-after" not in response.headers


async def test_requests_are_counted_by_route(client: httpx.AsyncClient) -> None:
    await client.get(MINE)
    await playlist(client, "Rainy days")
    counted = (await client.get("/sandbox/requests")).json()
    assert counted["GET /listenbrainz/1/user/{name}/playlists"] == 1
    assert counted["GET /listenbrainz/1/playlist/{playlist_mbid}"] == 1


async def test_json_is_written_as_listenbrainz_does(client: httpx.AsyncClient) -> None:
    text = (await playlist(client, "Road songs")).text
    assert text.startswith('{"playlist":{"annotation":')
    assert text.endswith("}\n")
    assert text.isascii()
