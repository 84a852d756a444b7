"""What a login asks for, and what it makes of the answer; codes and states are synthetic."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from rich.console import Console

from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.login.apps import find_app
from playlake.login.question import Question
from playlake.login.redirect import code_of
from playlake.project import Project
from playlake_extractor.public import App, challenge

if TYPE_CHECKING:
    from pathlib import Path

SECRETIVE = App("synthetic-id", "synthetic-secret")
PUBLIC = App("synthetic-id", None)
STATE = "synthetic-state"
CALLBACK = "http://127.0.0.1:8765/callback"


@pytest.fixture
def here(tmp_path: Path) -> Invocation:
    return Invocation(Project(tmp_path, tmp_path), notices=Console(file=io.StringIO()))


def asked(question: Question) -> dict[str, str]:
    url = urlsplit(question.address("https://accounts.example/"))
    assert (url.scheme, url.netloc, url.path) == ("https", "accounts.example", "/authorize")
    return {name: value for name, (value,) in parse_qs(url.query, strict_parsing=True).items()}


def test_an_app_with_a_secret_asks_for_the_two_scopes_and_no_more() -> None:
    question = Question(SECRETIVE, 8765)
    assert asked(question) == {
        "client_id": "synthetic-id",
        "response_type": "code",
        "redirect_uri": CALLBACK,
        "scope": "playlist-read-private playlist-read-collaborative",
        "state": question.state,
        "show_dialog": "true",
    }


def test_an_app_without_a_secret_asks_with_a_challenge() -> None:
    question = Question(PUBLIC, 8765)
    proof = asked(question).items() - asked(replace(question, app=SECRETIVE)).items()
    expected = {
        "code_challenge_method": "S256",
        "code_challenge": challenge(question.verifier),
    }
    assert dict(proof) == expected
    assert question.verifier not in question.address("https://accounts.example")


def test_no_two_logins_have_a_state_in_common() -> None:
    one, other = Question(PUBLIC, 1), Question(PUBLIC, 1)
    assert len(one.state) >= 32
    assert one.state != other.state


def test_what_a_login_holds_is_not_shown() -> None:
    question = Question(SECRETIVE, 8765)
    held = (question.state, question.verifier, "synthetic-secret")
    assert [secret for secret in held if secret in repr(question)] == []


@pytest.mark.parametrize(
    "answer",
    [
        f"{CALLBACK}?code=AQ_x-1&state={STATE}",
        f"  {CALLBACK}?state={STATE}&code=AQ_x-1#_=_\n",
        f"/callback?code=AQ_x-1&state={STATE}",
        "AQ_x-1",
    ],
)
def test_a_code_is_read(answer: str) -> None:
    assert code_of(answer, STATE) == "AQ_x-1"


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (f"{CALLBACK}?error=access_denied&state={STATE}", "you pressed Cancel"),
        (f"{CALLBACK}?error=invalid_scope&state={STATE}", "'invalid_scope'"),
        (f"{CALLBACK}?code=AQ_x-1&state=other", "another login"),
        (f"{CALLBACK}?error=access_denied&state=other", "another login"),
        (f"{CALLBACK}?code=AQ_x-1", "another login"),
        (CALLBACK, "no answer of Spotify's"),
        ("http://[", "no answer of Spotify's"),
        ("", "no answer of Spotify's"),
        ("AQ_x-1 AQ_x-1", "no answer of Spotify's"),
    ],
)
def test_no_code_is_told_in_a_sentence_without_it(answer: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence) as raised:
        code_of(answer, STATE)
    assert "AQ_x" not in str(raised.value)
    assert raised.value.__cause__ is None


@pytest.mark.parametrize(
    ("client_id", "secret", "pkce", "app"),
    [
        ("id ", " secret\n", False, App("id", "secret")),
        ("id", "secret", True, App("id", None)),
        ("id", None, False, App("id", None)),
        ("id", "", False, App("id", None)),
    ],
)
def test_an_app_is_found_in_options(
    here: Invocation, client_id: str, secret: str | None, pkce: bool, app: App
) -> None:
    assert find_app(here, client_id, secret, pkce=pkce) == app


@pytest.mark.parametrize(
    ("client_id", "secret", "sentence"),
    [
        ("", None, "the client id is empty"),
        ("i d", None, "the client id has characters"),
        ("id", "sëcret", "the client secret has characters"),
    ],
)
def test_what_is_no_credential_is_refused_and_not_shown(
    here: Invocation, client_id: str, secret: str | None, sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence) as raised:
        find_app(here, client_id, secret, pkce=False)
    assert "sëcret" not in str(raised.value)


class Terminal(io.StringIO):
    """Standard input of a person who types."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_a_person_is_asked_and_the_secret_is_not_shown(
    here: Invocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("typed-id\n"))
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: "typed-secret")
    assert find_app(here, None, None, pkce=False) == App("typed-id", "typed-secret")
    assert isinstance(here.notices.file, io.StringIO)
    assert "typed-secret" not in here.notices.file.getvalue()


def test_typing_nothing_is_an_error_with_a_message(
    here: Invocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal())
    with pytest.raises(CommandError, match="there was no answer"):
        find_app(here, None, None, pkce=True)
