from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from playlake_extractor.errors import (
    AuthorisationNeededError,
    ForbiddenError,
    GoneError,
    RateLimitedError,
    SourceUnavailableError,
    UnexpectedResponseError,
)
from playlake_extractor.http.pacer import Pacer
from playlake_extractor.http.request_policy import Sender
from playlake_extractor.http.retry_budget import RetryBudget
from playlake_extractor.http.sessions import open_session
from playlake_extractor.sources.spotify.access_tokens import Credentials, TokenSource
from playlake_extractor.sources.spotify.web_api import SpotifyWebApi

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.extractor.conftest import Answer, HttpSpotify

    from playlake_contracts.errors import PlaylakeError

ID = "0123456789abcdefABCDEF"
SHORT = timedelta(seconds=5)
APP = Credentials("synthetic-id", SecretStr("synthetic-secret"))
USER = Credentials("synthetic-id", SecretStr("synthetic-secret"), SecretStr("synthetic-refresh"))


ONCE = RetryBudget(tries=1)


def spotify(
    server: HttpSpotify,
    credentials: Credentials = APP,
    budget: RetryBudget = ONCE,
    *,
    api_url: str | None = None,
) -> SpotifyWebApi:
    """The adapter, which by default tries once."""
    tokens = TokenSource(credentials, server.token_url, SHORT)
    sender = Sender("Spotify", tokens, Pacer(timedelta()), budget, lambda: datetime.now(UTC))
    return SpotifyWebApi(sender, api_url or server.api_url, SHORT, SHORT)


@pytest.mark.parametrize("credentials", [APP, USER])
def test_every_call_gives_the_body_as_it_was_sent(
    http_spotify: HttpSpotify, answer: type[Answer], credentials: Credentials
) -> None:
    bodies = [
        b'{"a" :\t1.0e0,\r\n  "a": "\\u00fc \xc3\xbc" }\n\n',
        b'\n[ {"next":null} ]',
        b'{ "last" : true }',
    ]
    http_spotify.on_playlist(ID, answer(bodies[0]))
    http_spotify.on_items(ID, 100, answer(bodies[1]))
    http_spotify.answers["/v1/anything?locale=en-US,en;q%3D0.5"] = answer(bodies[2])
    http_spotify.answers["/v1/me/tracks?limit=50&offset=100"] = answer(bodies[0])
    api = spotify(http_spotify, credentials)

    assert api.playlist(ID) == bodies[0]
    assert api.playlist_items(ID, 100) == bodies[1]
    assert api.next(f"{http_spotify.api_url}anything?locale=en-US,en;q%3D0.5") == bodies[2]
    assert api.saved_tracks(100, 50) == bodies[0]
    assert api.traffic.requests == 4
    sent = {request.headers["Authorization"] for request in http_spotify.api_calls}
    assert sent == {"Bearer synthetic-access-token"}


def test_a_netrc_file_does_not_replace_the_access_token(
    http_spotify: HttpSpotify,
    answer: type[Answer],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b")
    monkeypatch.setenv("NETRC", str(netrc))
    http_spotify.on_playlist(ID, answer(b"{}"))

    spotify(http_spotify).playlist(ID)

    (asked,) = http_spotify.api_calls
    assert asked.headers["Authorization"] == "Bearer synthetic-access-token"


@pytest.mark.parametrize(
    ("unproxied", "proxies"), [("", {"http": "http://proxy.example:1"}), ("spotify.example", {})]
)
def test_proxies_and_certificates_of_the_environment_are_used(
    monkeypatch: pytest.MonkeyPatch, unproxied: str, proxies: dict[str, str]
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:1")
    monkeypatch.setenv("NO_PROXY", unproxied)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/certificates.pem")

    session = open_session("http://spotify.example/v1/")

    assert session.proxies == proxies
    assert session.verify == "/certificates.pem"


def test_an_access_token_is_requested_once(http_spotify: HttpSpotify, answer: type[Answer]) -> None:
    http_spotify.on_playlist(ID, answer(b"{}"))
    api = spotify(http_spotify)
    api.playlist(ID)
    api.playlist(ID)

    (asked,) = [request for request in http_spotify.asked if request.method == "POST"]
    basic = base64.b64encode(b"synthetic-id:synthetic-secret").decode()
    assert asked.headers["Authorization"] == f"Basic {basic}"
    assert asked.body == b"grant_type=client_credentials"


def test_a_refresh_token_is_used_where_there_is_one(
    http_spotify: HttpSpotify, answer: type[Answer]
) -> None:
    http_spotify.on_playlist(ID, answer(b"{}"))
    spotify(http_spotify, USER).playlist(ID)

    assert http_spotify.asked[0].body == (
        b"grant_type=refresh_token&refresh_token=synthetic-refresh"
    )


def test_a_token_about_to_expire_is_renewed(
    http_spotify: HttpSpotify, answer: type[Answer]
) -> None:
    http_spotify.token = answer(b'{"access_token": "short-lived", "expires_in": 59}')
    http_spotify.on_playlist(ID, answer(b"{}"))
    api = spotify(http_spotify, USER)
    api.playlist(ID)
    api.playlist(ID)

    assert [request.method for request in http_spotify.asked].count("POST") >= 2


def error_body(status: int, message: str, **more: str) -> bytes:
    return json.dumps({"error": {"status": status, "message": message, **more}}).encode()


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (403, ForbiddenError),
        (404, GoneError),
        (429, RateLimitedError),
        (400, UnexpectedResponseError),
        (418, UnexpectedResponseError),
        (500, SourceUnavailableError),
        (503, SourceUnavailableError),
    ],
)
def test_the_status_of_a_refusal_decides_the_error_and_its_message_is_quoted(
    http_spotify: HttpSpotify, answer: type[Answer], status: int, error: type[PlaylakeError]
) -> None:
    http_spotify.on_playlist(ID, answer(error_body(status, "Synthetic refusal"), status))

    with pytest.raises(error, match=rf"Spotify answered {status} \(Synthetic refusal\)"):
        spotify(http_spotify).playlist(ID)

    assert len(http_spotify.api_calls) == 1


def test_a_token_is_renewed_once_and_a_second_401_needs_authorisation(
    http_spotify: HttpSpotify, answer: type[Answer]
) -> None:
    http_spotify.on_playlist(ID, answer(error_body(401, "The access token expired"), 401))

    with pytest.raises(AuthorisationNeededError, match=r"Spotify answered 401 \(The access token"):
        spotify(http_spotify).playlist(ID)

    assert [request.method for request in http_spotify.asked] == ["POST", "GET", "POST", "GET"]


def test_a_429_says_how_long_spotify_asks_to_wait(
    http_spotify: HttpSpotify, answer: type[Answer]
) -> None:
    body = error_body(429, "Too many requests", reason="QUOTA_EXCEEDED")
    http_spotify.on_playlist(ID, answer(body, 429, {"Retry-After": "86400"}))

    with pytest.raises(RateLimitedError) as caught:
        spotify(http_spotify).playlist(ID)

    assert str(caught.value) == (
        "Spotify answered 429 (QUOTA_EXCEEDED: Too many requests) and asks to wait 86400 s"
    )


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, b"<html>Welcome</html>", UnexpectedResponseError),
        (200, b"", UnexpectedResponseError),
        (200, b"[" * 100_000, UnexpectedResponseError),
        (403, b'{"error": "a text"}', ForbiddenError),
        (429, b'{"error": "a text"}', RateLimitedError),
        (500, b'{"error": "a text"}', SourceUnavailableError),
        (404, b"[]", GoneError),
        (502, b"<html>Bad gateway</html>", SourceUnavailableError),
        (502, b"", SourceUnavailableError),
    ],
)
def test_an_undocumented_body_becomes_an_error_of_one_line(
    http_spotify: HttpSpotify,
    answer: type[Answer],
    status: int,
    body: bytes,
    error: type[PlaylakeError],
) -> None:
    http_spotify.on_playlist(ID, answer(body, status))

    with pytest.raises(error) as caught:
        spotify(http_spotify).playlist(ID)

    assert "\n" not in str(caught.value)
    assert "None" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_body_that_cannot_be_decompressed_is_unavailability(
    http_spotify: HttpSpotify, answer: type[Answer]
) -> None:
    http_spotify.on_playlist(ID, answer(b"{}", headers={"Content-Encoding": "gzip"}))

    with pytest.raises(SourceUnavailableError, match="failed to decode"):
        spotify(http_spotify).playlist(ID)


def test_no_connection_is_unavailability(http_spotify: HttpSpotify) -> None:
    # Port 0 takes no connection.
    api = spotify(http_spotify, api_url="http://127.0.0.1:0/v1/")

    with pytest.raises(SourceUnavailableError, match=r"did not answer \(ConnectionError"):
        api.playlist(ID)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/v1/playlists",
        "//example.com/v1",
        "playlists/x/items",
        "http://127.0.0.1:1/v1/playlists",
        "http://{host}@example.com/v1/",
        "http://{host}.example.com/v1/",
        "https://{host}/v1/",
    ],
)
def test_a_next_page_on_a_foreign_host_is_refused_without_sending_the_token(
    http_spotify: HttpSpotify, url: str
) -> None:
    api = spotify(http_spotify)
    foreign = url.format(host=http_spotify.url.removeprefix("http://"))

    with pytest.raises(UnexpectedResponseError, match="the access token is not sent there"):
        api.next(foreign)

    assert http_spotify.asked == []
    assert api.traffic.requests == 0


@pytest.mark.parametrize("error", ["invalid_grant", "invalid_client"])
@pytest.mark.parametrize("credentials", [APP, USER])
def test_refused_credentials_need_authorisation(
    http_spotify: HttpSpotify, answer: type[Answer], error: str, credentials: Credentials
) -> None:
    body = {"error": error, "error_description": "about synthetic-refresh"}
    http_spotify.token = answer(json.dumps(body).encode(), 400)

    with pytest.raises(AuthorisationNeededError, match=error) as caught:
        spotify(http_spotify, credentials).playlist(ID)

    assert "synthetic" not in str(caught.value)
    assert http_spotify.api_calls == []


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (503, b"<html>", SourceUnavailableError),
        (500, b'{"error": "server_error"}', SourceUnavailableError),
        (200, b"<html>", UnexpectedResponseError),
        (200, b"{}", UnexpectedResponseError),
        (200, b"[]", UnexpectedResponseError),
        (200, b'{"expires_in": 3600}', UnexpectedResponseError),
        (400, b"[]", UnexpectedResponseError),
    ],
)
@pytest.mark.parametrize("credentials", [APP, USER])
def test_a_token_endpoint_that_cannot_is_the_playlists_failure(
    http_spotify: HttpSpotify,
    answer: type[Answer],
    *,
    status: int,
    body: bytes,
    error: type[PlaylakeError],
    credentials: Credentials,
) -> None:
    http_spotify.token = answer(body, status)
    api = spotify(http_spotify, credentials)

    with pytest.raises(error, match="token endpoint"):
        api.playlist(ID)

    assert api.traffic.requests == 0
