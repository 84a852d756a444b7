"""Tokens from Spotify's accounts service; every answer and secret is synthetic."""

from __future__ import annotations

import base64
import json
import re
import traceback
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest

from playlake_extractor.errors import (
    AuthorisationNeededError,
    RateLimitedError,
    SourceUnavailableError,
    UnexpectedResponseError,
)
from playlake_extractor.sources.spotify.oauth import (
    SCOPES,
    App,
    OAuthClient,
    Tokens,
    challenge,
    new_verifier,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.unit.extractor.conftest import Answer, Asked, HttpSpotify

    from playlake_contracts.errors import PlaylakeError

SECRET = "synthetic-secret"  # noqa: S105 - synthetic
APP = App("synthetic-id", SECRET)
PUBLIC = App("synthetic-id", None)
GRANTED = {"access_token": "BQ", "refresh_token": "AQ", "scope": "playlist-read-private"}
SHORT = timedelta(seconds=5)


@pytest.fixture
def client(http_spotify: HttpSpotify) -> OAuthClient:
    return OAuthClient(APP, http_spotify.token_url, SHORT)


def form_of(request: Asked) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(request.body.decode()).items()}


def test_an_app_with_a_secret_exchanges_a_code(
    http_spotify: HttpSpotify, client: OAuthClient, answer: type[Answer]
) -> None:
    http_spotify.token = answer(json.dumps(GRANTED).encode())

    tokens = client.exchange("code", "http://127.0.0.1:1/callback", "verifier")

    assert tokens == Tokens("BQ", "AQ", frozenset({"playlist-read-private"}))
    assert tokens.missing(SCOPES) == ["playlist-read-collaborative"]
    (request,) = http_spotify.asked
    basic = base64.b64encode(b"synthetic-id:synthetic-secret").decode()
    assert request.headers["Authorization"] == f"Basic {basic}"
    assert form_of(request) == {
        "grant_type": "authorization_code",
        "code": "code",
        "redirect_uri": "http://127.0.0.1:1/callback",
    }


def test_an_app_without_a_secret_proves_itself_by_its_verifier(
    http_spotify: HttpSpotify, answer: type[Answer]
) -> None:
    http_spotify.token = answer(json.dumps(GRANTED).encode())
    OAuthClient(PUBLIC, http_spotify.token_url, SHORT).exchange("code", "uri", "verifier")

    (request,) = http_spotify.asked
    assert "Authorization" not in request.headers
    assert form_of(request) == {
        "grant_type": "authorization_code",
        "code": "code",
        "redirect_uri": "uri",
        "client_id": "synthetic-id",
        "code_verifier": "verifier",
    }


@pytest.mark.parametrize("app", [APP, PUBLIC])
def test_a_refresh_token_gets_an_access_token(
    http_spotify: HttpSpotify, answer: type[Answer], app: App
) -> None:
    http_spotify.token = answer(b'{"access_token": "BQ", "expires_in": 60.5}')
    tokens = OAuthClient(app, http_spotify.token_url, SHORT).refresh("AQ")

    assert tokens == Tokens("BQ", None, None, timedelta(seconds=60.5))
    assert tokens.missing(SCOPES) == []
    own = {} if app.client_secret else {"client_id": "synthetic-id"}
    expected = {"grant_type": "refresh_token", "refresh_token": "AQ", **own}
    assert form_of(http_spotify.asked[0]) == expected


def test_an_app_gets_a_token_of_its_own(http_spotify: HttpSpotify, client: OAuthClient) -> None:
    assert client.client_credentials().access_token.startswith("synthetic")
    assert form_of(http_spotify.asked[0]) == {"grant_type": "client_credentials"}


def test_a_netrc_file_is_not_used(
    http_spotify: HttpSpotify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b")
    monkeypatch.setenv("NETRC", str(netrc))
    OAuthClient(PUBLIC, http_spotify.token_url, SHORT).refresh("AQ")
    assert "Authorization" not in http_spotify.asked[0].headers


def test_a_redirect_is_not_followed(
    http_spotify: HttpSpotify, client: OAuthClient, answer: type[Answer]
) -> None:
    http_spotify.token = answer(b"", 307, {"Location": f"{http_spotify.url}/elsewhere"})
    with pytest.raises(UnexpectedResponseError, match="answered 307"):
        client.refresh("AQ")
    assert [request.target for request in http_spotify.asked] == ["/api/token"]


REFUSED: list[tuple[int, object, type[PlaylakeError], str]] = [
    (400, {"error": "invalid_client"}, AuthorisationNeededError, "does not know this client id"),
    (
        400,
        {"error": "invalid_grant", "error_description": "Invalid redirect URI"},
        AuthorisationNeededError,
        "does not take this redirect URI: register",
    ),
    (
        400,
        {"error": "invalid_grant", "error_description": f"revoked {SECRET}"},
        AuthorisationNeededError,
        r"no longer takes the refresh token \(invalid_grant\): it ends six months after",
    ),
    (400, {"error": "invalid_scope"}, AuthorisationNeededError, r"\(invalid_scope\)"),
    (400, {"error": SECRET}, UnexpectedResponseError, "answered 400"),
    (400, [], UnexpectedResponseError, "answered 400"),
    (400, {"error": {"status": 400}}, UnexpectedResponseError, "answered 400"),
    (503, {"error": "invalid_grant"}, SourceUnavailableError, "answered 503"),
    (200, {}, UnexpectedResponseError, "answered without a token"),
    (200, [], UnexpectedResponseError, "answered without a token"),
    (200, {"access_token": f"BQ\n{SECRET}"}, UnexpectedResponseError, "without a token"),
    (200, {"access_token": "BQü"}, UnexpectedResponseError, "without a token"),
    (200, {"access_token": SECRET, "expires_in": "x"}, UnexpectedResponseError, "without a token"),
]


@pytest.mark.parametrize(("status", "body", "error", "sentence"), REFUSED)
def test_an_answer_without_a_token_is_an_error_that_shows_no_secret(  # noqa: PLR0913 - fixtures
    http_spotify: HttpSpotify,
    client: OAuthClient,
    answer: type[Answer],
    *,
    status: int,
    body: object,
    error: type[PlaylakeError],
    sentence: str,
) -> None:
    http_spotify.token = answer(json.dumps(body).encode(), status)
    with pytest.raises(error, match=sentence) as caught:
        client.refresh(SECRET)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_a_code_that_is_not_taken_asks_for_another_login(
    http_spotify: HttpSpotify, client: OAuthClient, answer: type[Answer]
) -> None:
    http_spotify.token = answer(b'{"error": "invalid_grant"}', 400)
    with pytest.raises(AuthorisationNeededError, match="does not take this code"):
        client.exchange("code", "uri", "verifier")


@pytest.mark.parametrize("body", [b'{"error": "rate"}', b"Too many requests"])
def test_a_429_says_how_long_to_wait(
    http_spotify: HttpSpotify, client: OAuthClient, answer: type[Answer], body: bytes
) -> None:
    http_spotify.token = answer(body, 429, {"Retry-After": "7"})
    with pytest.raises(RateLimitedError, match="asks to wait 7 s") as caught:
        client.refresh("AQ")
    assert caught.value.retry_after == timedelta(seconds=7)


def test_an_endpoint_that_does_not_answer_shows_no_secret() -> None:
    client = OAuthClient(APP, "http://127.0.0.1:0/api/token", SHORT)
    with pytest.raises(SourceUnavailableError, match=r"on 127\.0\.0\.1 did not answer") as caught:
        client.refresh(SECRET)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


@contextmanager
def dripping() -> Iterator[str]:
    """An endpoint that sends a byte of its body now and then, and never ends it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            with suppress(ConnectionError):
                while not ended.wait(0.01):
                    self.wfile.write(b" ")

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    ended = Event()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/api/token"
        finally:
            ended.set()
            server.shutdown()
            thread.join()


def test_an_answer_is_bounded_in_time_as_a_whole() -> None:
    with dripping() as url:
        client = OAuthClient(APP, url, timedelta(seconds=0.2))
        with pytest.raises(SourceUnavailableError, match="did not answer"):
            client.refresh(SECRET)


def test_an_answer_that_stops_shows_no_secret(
    http_spotify: HttpSpotify, client: OAuthClient, answer: type[Answer]
) -> None:
    http_spotify.token = answer(b"not gzip", headers={"Content-Encoding": "gzip"})
    with pytest.raises(SourceUnavailableError, match="did not answer") as caught:
        client.refresh(SECRET)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_tokens_and_secrets_are_not_shown() -> None:
    tokens = Tokens("BQ-shown", "AQ-shown", frozenset())
    assert "shown" not in repr(tokens)
    assert SECRET not in repr(APP)


def test_a_challenge_is_that_of_the_standard() -> None:
    # https://datatracker.ietf.org/doc/html/rfc7636#appendix-B
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_verifiers_have_the_length_and_alphabet_of_the_standard_and_differ() -> None:
    one, other = new_verifier(), new_verifier()
    assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", one)
    assert one != other
