from base64 import b64encode
from collections.abc import Awaitable, Callable

import httpx
import pytest

Spotify = Callable[..., Awaitable[httpx.AsyncClient]]
PAIR = ("sandbox-client-id", "sandbox-client-secret")
CLIENT = {"grant_type": "client_credentials"}
REFRESH = {"grant_type": "refresh_token", "refresh_token": "sandbox-refresh-token"}


async def test_client_credentials_give_a_token_without_scope(spotify: Spotify) -> None:
    token = (await (await spotify()).post("/api/token", data=CLIENT, auth=PAIR)).json()
    assert token.keys() == {"access_token", "token_type", "expires_in"}
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 3600)


async def test_the_refresh_token_gives_a_token_and_no_new_refresh_token(spotify: Spotify) -> None:
    token = (await (await spotify()).post("/api/token", data=REFRESH, auth=PAIR)).json()
    assert token.keys() == {"access_token", "token_type", "expires_in", "scope"}
    assert token["scope"] == "playlist-read-private playlist-read-collaborative user-library-read"


async def test_every_token_is_different(spotify: Spotify) -> None:
    client = await spotify()
    bodies = [(await client.post("/api/token", data=CLIENT, auth=PAIR)).json() for _ in range(3)]
    assert len({body["access_token"] for body in bodies}) == 3


@pytest.mark.parametrize(
    ("form", "error", "description"),
    [
        ({**REFRESH, "refresh_token": "x"}, "invalid_grant", "Invalid refresh token"),
        ({"grant_type": "refresh_token"}, "invalid_request", "refresh_token must be supplied"),
        ({"grant_type": "x"}, "unsupported_grant_type", "grant_type x is not supported"),
        ({}, "unsupported_grant_type", "grant_type parameter is missing"),
    ],
)
async def test_invalid_forms_are_refused(
    spotify: Spotify, form: dict[str, str], error: str, description: str
) -> None:
    response = await (await spotify()).post("/api/token", data=form, auth=PAIR)
    assert response.status_code == 400
    assert response.json() == {"error": error, "error_description": description}


@pytest.mark.parametrize(
    ("authorization", "description"),
    [
        ("", "Invalid client"),
        ("Basic !", "Invalid client"),
        ("Basic " + b64encode(b"\xff").decode(), "Invalid client"),
        ("Basic " + b64encode(b"stranger:x").decode(), "Invalid client"),
        ("Basic " + b64encode(b"sandbox-client-id:x").decode(), "Invalid client secret"),
    ],
)
async def test_other_apps_are_refused(
    spotify: Spotify, authorization: str, description: str
) -> None:
    client = await spotify()
    response = await client.post(
        "/api/token", data=CLIENT, headers={"authorization": authorization}
    )
    assert response.status_code == 400
    assert response.json() == {"error": "invalid_client", "error_description": description}
