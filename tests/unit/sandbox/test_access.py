from collections.abc import Awaitable, Callable
from http import HTTPStatus

import httpx
import pytest

from playlake_sandbox import Tier

Spotify = Callable[..., Awaitable[httpx.AsyncClient]]
OWN, COLLABORATIVE, FOREIGN, EDITORIAL, PRIVATE = 0, 7, 8, 9, 10
CLASSIC_TIERS = [Tier.EXTENDED, Tier.OLDER_DEV]
FORBIDDEN = (403, "Forbidden")
NOT_FOUND = (404, "Resource not found")
NO_USER = (401, "Valid user authentication required")


async def id_of(client: httpx.AsyncClient, number: int) -> str:
    return str((await client.get("/sandbox/playlists")).json()[number]["id"])


async def answer(client: httpx.AsyncClient, number: int, path: str) -> httpx.Response:
    return await client.get(f"/v1/playlists/{await id_of(client, number)}{path}")


def refusal(response: httpx.Response) -> tuple[int, str]:
    error = response.json()["error"]
    assert error.keys() == {"status", "message"}
    assert error["status"] == response.status_code
    return response.status_code, error["message"]


@pytest.mark.parametrize("tier", CLASSIC_TIERS)
@pytest.mark.parametrize("caller", ["user", "client"])
@pytest.mark.parametrize("number", [OWN, FOREIGN])
@pytest.mark.parametrize("path", ["/items", "/tracks"])
async def test_extended_and_older_apps_read_any_public_playlist(
    spotify: Spotify, tier: Tier, caller: str, number: int, path: str
) -> None:
    response = await answer(await spotify(tier, caller), number, path)
    assert response.status_code == HTTPStatus.OK
    assert response.json()["items"]


@pytest.mark.parametrize("number", [OWN, COLLABORATIVE, PRIVATE])
async def test_newer_apps_read_own_and_collaborative_playlists(
    spotify: Spotify, number: int
) -> None:
    client = await spotify()
    assert (await answer(client, number, "")).json()["items"]["items"]
    assert (await answer(client, number, "/items")).json()["items"]


async def test_newer_apps_read_a_foreign_playlist_without_its_contents(spotify: Spotify) -> None:
    client = await spotify()
    metadata = (await answer(client, FOREIGN, "")).json()
    assert metadata["name"] == "Stranger's crate"
    assert "items" not in metadata
    assert refusal(await answer(client, FOREIGN, "/items")) == FORBIDDEN


async def test_newer_apps_without_a_user_read_no_contents(spotify: Spotify) -> None:
    client = await spotify(caller="client")
    assert "items" not in (await answer(client, OWN, "")).json()
    assert refusal(await answer(client, OWN, "/items")) == NO_USER


@pytest.mark.parametrize("caller", ["user", "client"])
async def test_newer_apps_may_not_use_the_tracks_route(spotify: Spotify, caller: str) -> None:
    assert refusal(await answer(await spotify(caller=caller), OWN, "/tracks")) == FORBIDDEN


@pytest.mark.parametrize("tier", list(Tier))
@pytest.mark.parametrize("path", ["", "/items"])
async def test_no_app_finds_an_editorial_playlist(spotify: Spotify, tier: Tier, path: str) -> None:
    client = await spotify(tier)
    assert (await id_of(client, EDITORIAL)).startswith("37i9dQZF1")
    assert refusal(await answer(client, EDITORIAL, path)) == NOT_FOUND


@pytest.mark.parametrize("tier", list(Tier))
async def test_no_app_without_a_user_finds_a_private_playlist(spotify: Spotify, tier: Tier) -> None:
    assert refusal(await answer(await spotify(tier, "client"), PRIVATE, "")) == NOT_FOUND


@pytest.mark.parametrize("path", ["/v1/me", "/v1/me/playlists", "/v1/me/tracks"])
async def test_user_routes_refuse_a_token_without_a_user(spotify: Spotify, path: str) -> None:
    client = await spotify(caller="client")
    assert refusal(await client.get(path)) == NO_USER


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/v1/playlists/4bEdcyI0l4zX2Ut5m5Xrhw", NOT_FOUND),
        ("/v1/artists/4bEdcyI0l4zX2Ut5m5Xrhw", NOT_FOUND),
        ("/v1/albums/4bEdcyI0l4zX2Ut5m5Xrhw", NOT_FOUND),
        ("/v1/playlists/short", (400, "Invalid base62 id")),
        ("/v1/artists/short", (400, "Invalid base62 id")),
        ("/v1/recommendations", (404, "Service not found")),
    ],
)
async def test_unknown_objects_invalid_ids_and_unknown_routes_are_refused(
    spotify: Spotify, path: str, expected: tuple[int, str]
) -> None:
    assert refusal(await (await spotify()).get(path)) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ({}, (401, "No token provided")),
        ({"authorization": "Bearer stranger"}, (401, "Invalid access token")),
        ({"authorization": "Basic abc"}, (400, "Only valid bearer authentication supported")),
    ],
)
async def test_a_call_without_a_valid_token_is_refused(
    spotify: Spotify, header: dict[str, str], expected: tuple[int, str]
) -> None:
    client = await spotify()
    del client.headers["authorization"]
    assert refusal(await client.get("/v1/me", headers=header)) == expected


async def test_an_error_is_written_as_in_recordings(spotify: Spotify) -> None:
    response = await answer(await spotify(), EDITORIAL, "")
    assert response.text == (
        '{\n  "error": {\n    "status": 404,\n    "message": "Resource not found"\n  }\n}'
    )
    assert response.headers["content-type"] == "application/json; charset=utf-8"
