"""What Spotify's answers are taken for; every answer is synthetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from playlake.errors import CommandError
from playlake.ports import HOST, choose_port
from playlake.spotify import tokens, user
from playlake.spotify.sending import Answer, Signature, bearer, send
from playlake.spotify.tiers import Tier, tier_of
from playlake.spotify.tokens import App, Tokens, exchange, refresh

if TYPE_CHECKING:
    from collections.abc import Mapping

APP = App("synthetic-id", "synthetic-secret")
GIVEN = {"access_token": "BQ", "refresh_token": "AQ", "scope": "playlist-read-private"}


class Scripted:
    """Answers every request alike, and keeps what it was asked."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        self._answer = Answer(status, body)
        self.url = ""
        self.form: Mapping[str, str] = {}

    def __call__(
        self, url: str, _signature: Signature, form: Mapping[str, str] | None = None
    ) -> Answer:
        self.url, self.form = url, form or {}
        return self._answer


def scripted(
    monkeypatch: pytest.MonkeyPatch, status: int, body: dict[str, Any] | None = None
) -> Scripted:
    spotify = Scripted(status, body or {})
    monkeypatch.setattr(tokens, "send", spotify)
    monkeypatch.setattr(user, "send", spotify)
    return spotify


@pytest.mark.parametrize(
    ("keys", "tier"),
    [
        (("items", "tracks"), Tier.BOTH),
        (("items",), Tier.NEWER),
        (("tracks",), Tier.CLASSIC),
        ((), None),
    ],
)
def test_the_kind_of_app_is_told_by_keys(keys: tuple[str, ...], tier: Tier | None) -> None:
    assert tier_of({"id": "x", **dict.fromkeys(keys)}) is tier


def test_a_secret_proves_an_app(monkeypatch: pytest.MonkeyPatch) -> None:
    spotify = scripted(monkeypatch, 200, GIVEN)
    found = exchange("https://accounts.example/", APP, "http://127.0.0.1:1/callback", "code", "v")
    assert found == Tokens("BQ", "AQ", frozenset({"playlist-read-private"}))
    assert found.missing == ["playlist-read-collaborative"]
    assert spotify.url == "https://accounts.example/api/token"
    assert spotify.form == {
        "grant_type": "authorization_code",
        "code": "code",
        "redirect_uri": "http://127.0.0.1:1/callback",
    }


def test_a_verifier_proves_an_app_without_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    spotify = scripted(monkeypatch, 200, GIVEN)
    exchange("https://accounts.example", App("synthetic-id", None), "uri", "code", "verifier")
    assert spotify.form == {
        "grant_type": "authorization_code",
        "code": "code",
        "redirect_uri": "uri",
        "client_id": "synthetic-id",
        "code_verifier": "verifier",
    }


def test_a_scope_that_is_not_told_is_not_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    scripted(monkeypatch, 200, {"access_token": "BQ"})
    found = refresh("https://accounts.example", APP, "AQ")
    assert found == Tokens("BQ", None, None)
    assert found.missing == []


def test_tokens_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    scripted(monkeypatch, 200, {**GIVEN, "access_token": "BQ-shown", "refresh_token": "AQ-shown"})
    found = refresh("https://accounts.example", APP, "AQ")
    assert "shown" not in repr(found)
    assert "synthetic-secret" not in repr(APP)


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (400, {"error": "invalid_client"}, "does not know this client id, or its secret"),
        (
            400,
            {"error": "invalid_grant", "error_description": "Invalid redirect URI"},
            "does not take this redirect URI: register",
        ),
        (
            400,
            {"error": "invalid_grant", "error_description": "Invalid authorization code"},
            "does not take this code",
        ),
        (400, {"error": "unsupported"}, "gives no token .'unsupported'"),
        (400, {}, "answered 400: try again later"),
        (503, {"error": "server_error"}, "answered 503: try again later"),
        (200, {}, "answered without a token"),
        (200, {"access_token": "BQ\n"}, "answered without a token"),
    ],
)
def test_a_refused_code_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, status: int, body: dict[str, Any], sentence: str
) -> None:
    scripted(monkeypatch, status, body)
    with pytest.raises(CommandError, match=sentence):
        exchange("https://accounts.example", APP, "uri", "code", "verifier")


def test_a_refused_refresh_token_asks_for_a_login(monkeypatch: pytest.MonkeyPatch) -> None:
    scripted(monkeypatch, 400, {"error": "invalid_grant"})
    with pytest.raises(CommandError, match=r"the refresh token: it ends six months after .* login"):
        refresh("https://accounts.example", APP, "AQ")


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (401, {}, "answered 401 to GET /me: it does not take the access token"),
        (
            403,
            {"error": {"message": "User not\nregistered"}},
            r"403 \(User not registered\) to GET /me: the app's owner needs Spotify Premium, or",
        ),
        (429, {}, "too many requests"),
        (502, {}, "try again later"),
        (599, {}, "answered 599 to GET /me: try again later"),
        (200, {"display_name": "nobody"}, "not as documented"),
    ],
)
def test_a_user_who_cannot_be_read_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, status: int, body: dict[str, Any], sentence: str
) -> None:
    scripted(monkeypatch, status, body)
    with pytest.raises(CommandError, match=sentence):
        user.read_user("https://api.example/v1/", "BQ")


@pytest.mark.parametrize(
    ("profile", "shown"),
    [
        ({"id": "robin", "display_name": "Robin"}, "Robin (robin)"),
        ({"id": "robin", "display_name": None}, "robin"),
        ({"id": "robin"}, "robin"),
    ],
)
def test_a_user_is_shown_by_name_and_id(
    monkeypatch: pytest.MonkeyPatch, profile: dict[str, Any], shown: str
) -> None:
    spotify = scripted(monkeypatch, 200, profile)
    assert str(user.read_user("https://api.example/v1", "BQ")) == shown
    assert spotify.url == "https://api.example/v1/me"


@pytest.mark.parametrize("items", [[], [None]])
def test_a_list_without_a_playlist_tells_no_tier(
    monkeypatch: pytest.MonkeyPatch, items: list[None]
) -> None:
    scripted(monkeypatch, 200, {"total": 3, "items": items})
    assert user.read_library("https://api.example/v1/", "BQ") == user.Library(3, None)


def test_a_request_that_nobody_answers_tells_nothing_of_what_it_carried() -> None:
    url = f"http://{HOST}:{choose_port()}/api/token"
    with pytest.raises(CommandError, match="did not answer") as raised:
        send(url, bearer("BQ-secret"), {"refresh_token": "AQ-secret"})
    assert "secret" not in str(raised.value)
    assert raised.value.__suppress_context__
