"""What Spotify's answers are taken for; every answer is synthetic."""

from __future__ import annotations

from typing import Any

import pytest
from free_ports import choose_port

from playlake.errors import CommandError
from playlake.services.ports import HOST
from playlake.spotify import user
from playlake.spotify.app_kinds import AppKind, app_kind_of
from playlake.spotify.sending import Answer, send


class Scripted:
    """Answers every request alike, and keeps its URL."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        self._answer = Answer(status, body)
        self.url = ""

    def __call__(self, url: str, _access_token: str) -> Answer:
        self.url = url
        return self._answer


def scripted(
    monkeypatch: pytest.MonkeyPatch, status: int, body: dict[str, Any] | None = None
) -> Scripted:
    spotify = Scripted(status, body or {})
    monkeypatch.setattr(user, "send", spotify)
    return spotify


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        (("items", "tracks"), AppKind.BOTH),
        (("items",), AppKind.NEWER),
        (("tracks",), AppKind.CLASSIC),
        ((), None),
    ],
)
def test_the_kind_of_app_is_told_by_keys(keys: tuple[str, ...], kind: AppKind | None) -> None:
    assert app_kind_of({"id": "x", **dict.fromkeys(keys)}) is kind


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
def test_a_list_without_a_playlist_shows_no_kind_of_app(
    monkeypatch: pytest.MonkeyPatch, items: list[None]
) -> None:
    scripted(monkeypatch, 200, {"total": 3, "items": items})
    assert user.read_library("https://api.example/v1/", "BQ") == user.Library(3, None)


def test_a_request_without_an_answer_shows_nothing_of_its_token() -> None:
    url = f"http://{HOST}:{choose_port()}/v1/me"
    with pytest.raises(CommandError, match="did not answer") as raised:
        send(url, "BQ-secret")
    assert "secret" not in str(raised.value)
    assert raised.value.__suppress_context__
