"""Authorisation from the user's side: the page, its links, and the exchange of the code."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from hashlib import sha256
from html import unescape

import httpx
import pytest

Spotify = Callable[..., Awaitable[httpx.AsyncClient]]
PAIR = ("sandbox-client-id", "sandbox-client-secret")
SCOPE = "playlist-read-private playlist-read-collaborative"
CALLBACK = "http://127.0.0.1:8080/callback"
VERIFIER = "a-verifier-of-the-fewest-characters-allowed-43"
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ASKED = {
    "client_id": "sandbox-client-id",
    "response_type": "code",
    "redirect_uri": CALLBACK,
    "scope": SCOPE,
    "state": "s&t=1 é",
    "show_dialog": "true",
}
PKCE = {**ASKED, "code_challenge": CHALLENGE, "code_challenge_method": "S256"}


async def follow(client: httpx.AsyncClient, asked: dict[str, str], answer: str) -> httpx.URL:
    page = await client.get("/authorize", params=asked)
    assert page.status_code == 200, page.text
    links = dict(re.findall(r'<a href="([^"]+)">(\w+)</a>', page.text))
    chosen = next(address for address, text in links.items() if text == answer)
    response = await client.get(unescape(chosen))
    assert response.status_code == 303
    return httpx.URL(response.headers["location"])


async def code_for(client: httpx.AsyncClient, asked: dict[str, str]) -> str:
    return (await follow(client, asked, "Agree")).params["code"]


async def exchange(
    client: httpx.AsyncClient, code: str, auth: tuple[str, str] | None = PAIR, **form: str
) -> httpx.Response:
    form = {"redirect_uri": CALLBACK, **form}
    form |= {"grant_type": "authorization_code", "code": code}
    return await client.post("/api/token", data=form, auth=auth or httpx.USE_CLIENT_DEFAULT)


async def refresh(
    client: httpx.AsyncClient, token: str, auth: tuple[str, str] | None = PAIR, **form: str
) -> httpx.Response:
    form |= {"grant_type": "refresh_token", "refresh_token": token}
    return await client.post("/api/token", data=form, auth=auth or httpx.USE_CLIENT_DEFAULT)


async def anonymous(spotify: Spotify, **settings: object) -> httpx.AsyncClient:
    client = await spotify(**settings)
    del client.headers["authorization"]
    return client


def refusal(response: httpx.Response) -> tuple[str, str]:
    assert response.status_code == 400
    return response.json()["error"], response.json()["error_description"]


async def test_the_page_says_that_it_is_not_spotify_and_names_the_scope(spotify: Spotify) -> None:
    page = await (await anonymous(spotify)).get("/authorize", params=ASKED)
    assert "This is not Spotify" in page.text
    assert SCOPE in page.text
    assert page.headers["content-type"] == "text/html; charset=utf-8"


async def test_parameters_are_escaped_in_the_page(spotify: Spotify) -> None:
    asked = {**ASKED, "state": '"><script>'}
    page = await (await anonymous(spotify)).get("/authorize", params=asked)
    assert page.status_code == 200
    assert "<script>" not in page.text


async def test_agree_redirects_to_the_app_with_a_code_and_the_state(spotify: Spotify) -> None:
    client = await anonymous(spotify)
    location = await follow(client, ASKED, "Agree")
    assert str(location).startswith(f"{CALLBACK}?")
    assert location.params.keys() == {"code", "state"}
    assert location.params["state"] == ASKED["state"]


async def test_cancel_redirects_to_the_app_with_access_denied(spotify: Spotify) -> None:
    client = await anonymous(spotify)
    asked = {**ASKED, "redirect_uri": f"{CALLBACK}?from=app"}
    location = await follow(client, asked, "Cancel")
    assert str(location.copy_with(query=None)) == CALLBACK
    assert dict(location.params) == {
        "from": "app",
        "error": "access_denied",
        "state": ASKED["state"],
    }


async def test_without_a_state_the_redirect_has_no_state(spotify: Spotify) -> None:
    asked = {name: value for name, value in ASKED.items() if name != "state"}
    location = await follow(await anonymous(spotify), asked, "Agree")
    assert location.params.keys() == {"code"}


@pytest.mark.parametrize(
    "uri",
    ["http://127.0.0.1:8080/", "http://127.0.0.1/", "http://[::1]:9/cb", "https://app.example/cb"],
)
async def test_loopback_and_https_redirect_uris_are_accepted(spotify: Spotify, uri: str) -> None:
    location = await follow(await anonymous(spotify), {**ASKED, "redirect_uri": uri}, "Agree")
    assert str(location).startswith(f"{uri}?code=")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"client_id": "stranger"}, "INVALID_CLIENT: Invalid client"),
        ({"response_type": "token"}, "response_type must be code"),
        ({"redirect_uri": ""}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"redirect_uri": "callback"}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"redirect_uri": "http://["}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"redirect_uri": f"{CALLBACK}#x"}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"redirect_uri": "http://localhost:8080/"}, "INVALID_CLIENT: Insecure redirect URI"),
        ({"redirect_uri": "https://localhost/"}, "INVALID_CLIENT: Insecure redirect URI"),
        ({"redirect_uri": "http://app.example/"}, "INVALID_CLIENT: Insecure redirect URI"),
        ({"code_challenge_method": "plain"}, "code_challenge_method must be S256"),
        ({"code_challenge": "short"}, "Invalid code_challenge"),
    ],
)
@pytest.mark.parametrize("path", ["/authorize", "/authorize/agree", "/authorize/cancel"])
async def test_an_invalid_request_is_answered_with_plain_text(
    spotify: Spotify, path: str, wrong: dict[str, str], message: str
) -> None:
    response = await (await anonymous(spotify)).get(path, params={**PKCE, **wrong})
    assert (response.status_code, response.text) == (400, message)


async def test_an_unknown_scope_redirects_to_the_app_with_an_error(spotify: Spotify) -> None:
    asked = {**ASKED, "scope": "playlist-read-private read-everything"}
    response = await (await anonymous(spotify)).get("/authorize", params=asked)
    assert response.status_code == 303
    assert dict(httpx.URL(response.headers["location"]).params) == {
        "error": "invalid_scope",
        "state": ASKED["state"],
    }


async def test_a_code_and_the_secret_give_valid_tokens(spotify: Spotify) -> None:
    client = await anonymous(spotify)
    token = (await exchange(client, await code_for(client, ASKED))).json()
    assert token.keys() == {
        "access_token",
        "token_type",
        "expires_in",
        "refresh_token",
        "scope",
    }
    assert (token["token_type"], token["scope"]) == ("Bearer", SCOPE)
    me = await client.get("/v1/me", headers={"authorization": f"Bearer {token['access_token']}"})
    assert me.json()["id"] == "sandbox-listener"
    refreshed = (await refresh(client, token["refresh_token"])).json()
    assert refreshed["scope"] == SCOPE
    assert "refresh_token" not in refreshed


async def test_a_code_and_its_verifier_give_tokens_without_a_secret(spotify: Spotify) -> None:
    client = await anonymous(spotify)
    form = {"client_id": "sandbox-client-id", "code_verifier": VERIFIER}
    token = await exchange(client, await code_for(client, PKCE), None, **form)
    assert token.status_code == 200
    assert token.json()["scope"] == SCOPE


async def test_a_refresh_without_a_secret_rotates_the_refresh_token(spotify: Spotify) -> None:
    client = await anonymous(spotify)
    form = {"client_id": "sandbox-client-id", "code_verifier": VERIFIER}
    token = (await exchange(client, await code_for(client, PKCE), None, **form)).json()
    old = token["refresh_token"]
    rotated = (await refresh(client, old, None, client_id="sandbox-client-id")).json()
    again = await refresh(client, old, None, client_id="sandbox-client-id")
    after = await refresh(client, rotated["refresh_token"], None, client_id="sandbox-client-id")
    assert refusal(again) == ("invalid_grant", "Refresh token revoked")
    assert rotated["scope"] == after.json()["scope"] == SCOPE
    assert len({old, rotated["refresh_token"], after.json()["refresh_token"]}) == 3


async def test_the_configured_refresh_token_stays_valid(spotify: Spotify) -> None:
    client = await anonymous(spotify)
    await exchange(client, await code_for(client, ASKED))
    assert (await refresh(client, "sandbox-refresh-token")).status_code == 200


async def test_a_code_is_valid_once(spotify: Spotify) -> None:
    client = await anonymous(spotify)
    code = await code_for(client, ASKED)
    assert (await exchange(client, code)).status_code == 200
    invalid = ("invalid_grant", "Invalid authorization code")
    assert refusal(await exchange(client, code)) == invalid
    assert refusal(await exchange(client, "made-up")) == invalid


async def test_a_code_is_valid_for_its_redirect_uri_only(spotify: Spotify) -> None:
    client = await anonymous(spotify)
    code = await code_for(client, ASKED)
    refused = await exchange(client, code, redirect_uri="http://127.0.0.1:8081/callback")
    assert refusal(refused) == ("invalid_grant", "Invalid redirect URI")


@pytest.mark.parametrize("auth", [PAIR, None])
@pytest.mark.parametrize("verifier", [{}, {"code_verifier": VERIFIER + "x"}])
async def test_a_code_with_a_challenge_needs_its_verifier(
    spotify: Spotify, auth: tuple[str, str] | None, verifier: dict[str, str]
) -> None:
    client = await anonymous(spotify)
    code = await code_for(client, PKCE)
    refused = await exchange(client, code, auth, client_id="sandbox-client-id", **verifier)
    assert refusal(refused) == ("invalid_grant", "code_verifier was incorrect")


async def test_a_code_without_a_challenge_needs_the_secret(spotify: Spotify) -> None:
    client = await anonymous(spotify)
    code = await code_for(client, ASKED)
    refused = await exchange(client, code, None, client_id="sandbox-client-id")
    assert refusal(refused) == ("invalid_client", "Invalid client secret")


@pytest.mark.parametrize("missing", ["code", "redirect_uri"])
async def test_a_missing_field_of_the_form_is_named(spotify: Spotify, missing: str) -> None:
    client = await anonymous(spotify)
    form = {"grant_type": "authorization_code", "code": "x", "redirect_uri": CALLBACK, missing: ""}
    refused = await client.post("/api/token", data=form, auth=PAIR)
    assert refusal(refused) == ("invalid_request", f"{missing} must be supplied")


async def test_an_unknown_app_without_a_secret_is_refused(spotify: Spotify) -> None:
    refused = await refresh(
        await anonymous(spotify), "sandbox-refresh-token", None, client_id="stranger"
    )
    assert refusal(refused) == ("invalid_client", "Invalid client")


async def test_client_credentials_need_the_secret(spotify: Spotify) -> None:
    client = await anonymous(spotify)
    form = {"grant_type": "client_credentials", "client_id": "sandbox-client-id"}
    refused = await client.post("/api/token", data=form)
    assert refusal(refused) == ("invalid_client", "Invalid client secret")


@pytest.mark.parametrize(
    ("scope", "private", "collaborative"),
    [
        ("", False, False),
        ("playlist-read-private", True, False),
        ("playlist-read-collaborative user-library-read", False, True),
        (SCOPE, True, True),
    ],
)
async def test_the_scope_decides_which_playlists_are_listed(
    spotify: Spotify, scope: str, private: bool, collaborative: bool
) -> None:
    client = await anonymous(spotify, playlists=20)
    code = await code_for(client, {**ASKED, "scope": scope})
    token = (await exchange(client, code)).json()
    assert token["scope"] == scope
    client.headers["authorization"] = f"Bearer {token['access_token']}"
    page = (await client.get("/v1/me/playlists?limit=50")).json()
    kinds = {(each["public"], each["collaborative"]) for each in page["items"]}
    expected = {(True, False): True, (False, False): private, (False, True): collaborative}
    assert kinds == {kind for kind, shown in expected.items() if shown}
    assert page["total"] == len(page["items"]) > 10


async def test_the_lifetime_of_tokens_is_a_setting(spotify: Spotify) -> None:
    client = await anonymous(spotify, token_lifetime_seconds=61)
    token = await refresh(client, "sandbox-refresh-token")
    assert token.json()["expires_in"] == 61
