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
from playlake.login.authorization import AuthorizationRequest, code_of
from playlake.login.prompt import prompt_for_code
from playlake.project import Project
from playlake.shipped import Shipped
from playlake_extractor.public import App, challenge

if TYPE_CHECKING:
    from pathlib import Path

SECRETIVE = App("synthetic-id", "synthetic-secret")
PUBLIC = App("synthetic-id", None)
STATE = "synthetic-state"
CALLBACK = "http://127.0.0.1:8765/callback"


@pytest.fixture
def here(tmp_path: Path) -> Invocation:
    return Invocation(
        Project(tmp_path, Shipped.in_clone(tmp_path)), notices=Console(file=io.StringIO())
    )


def asked(question: AuthorizationRequest) -> dict[str, str]:
    url = urlsplit(question.address("https://accounts.example/"))
    assert (url.scheme, url.netloc, url.path) == ("https", "accounts.example", "/authorize")
    return {name: value for name, (value,) in parse_qs(url.query, strict_parsing=True).items()}


def test_an_app_with_a_secret_asks_for_the_two_scopes_and_no_more() -> None:
    question = AuthorizationRequest(SECRETIVE, 8765)
    assert asked(question) == {
        "client_id": "synthetic-id",
        "response_type": "code",
        "redirect_uri": CALLBACK,
        "scope": "playlist-read-private playlist-read-collaborative",
        "state": question.state,
        "show_dialog": "true",
    }


def test_an_app_without_a_secret_asks_with_a_challenge() -> None:
    question = AuthorizationRequest(PUBLIC, 8765)
    proof = asked(question).items() - asked(replace(question, app=SECRETIVE)).items()
    expected = {
        "code_challenge_method": "S256",
        "code_challenge": challenge(question.verifier),
    }
    assert dict(proof) == expected
    assert question.verifier not in question.address("https://accounts.example")


def test_no_two_logins_have_a_state_in_common() -> None:
    one, other = AuthorizationRequest(PUBLIC, 1), AuthorizationRequest(PUBLIC, 1)
    assert len(one.state) >= 32
    assert one.state != other.state


def test_what_a_login_holds_is_not_shown() -> None:
    question = AuthorizationRequest(SECRETIVE, 8765)
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
        (CALLBACK, "no answer from Spotify"),
        ("http://[", "no answer from Spotify"),
        ("", "no answer from Spotify"),
        ("AQ_x-1 AQ_x-1", "no answer from Spotify"),
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


ANSWER = f"{CALLBACK}?code=AQ_x-1&state={STATE}"
WRONG = [
    "what is this?",
    f"{CALLBACK}?code=AQ_x-2&state=other",
    f"{CALLBACK}?error=access_denied&state={STATE}",
    CALLBACK,
]


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


def sentences(here: Invocation) -> list[str]:
    assert isinstance(here.notices.file, io.StringIO)
    return [line for line in here.notices.file.getvalue().splitlines() if "playlake: " in line]


def test_a_wrong_paste_is_explained_and_asked_for_again(
    here: Invocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("\n".join([*WRONG, ANSWER])))
    assert prompt_for_code(here, STATE) == "AQ_x-1"
    reasons = (
        "this address has no",
        "this is the answer to another",
        "you pressed",
        "this address",
    )
    for sentence, reason in zip(sentences(here), reasons, strict=True):
        assert f"playlake: {reason}" in sentence


def test_the_fifth_wrong_paste_is_the_last(
    here: Invocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("\n".join([CALLBACK, *WRONG, ANSWER])))
    with pytest.raises(CommandError, match="no answer from Spotify"):
        prompt_for_code(here, STATE)
    assert len(sentences(here)) == 4


def test_a_wrong_paste_of_a_program_ends_the_login(
    here: Invocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{CALLBACK}\n{ANSWER}\n"))
    with pytest.raises(CommandError, match="no answer from Spotify"):
        prompt_for_code(here, STATE)
    assert sentences(here) == []


def test_the_end_of_the_input_is_not_asked_again(
    here: Invocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(f"{CALLBACK}\n"))
    with pytest.raises(CommandError, match="there was no answer"):
        prompt_for_code(here, STATE)


def test_typing_nothing_is_an_error_with_a_message(
    here: Invocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal())
    with pytest.raises(CommandError, match="there was no answer"):
        find_app(here, None, None, pkce=True)
