"""`playlake login` against the stand-in for Spotify, from its arguments to what it stores."""

from __future__ import annotations

import logging
import re
import stat
import webbrowser
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import requests
from free_ports import choose_port

from playlake.commands import login
from playlake.login import consent
from playlake.spotify.user import User, read_user
from playlake_extractor.public import TOKEN_PATH, App, OAuthClient, scopes_of_reading
from playlake_extractor.sources.spotify.credential_stores import open_store
from playlake_extractor.sources.spotify.credentials import StoredCredentials, parse_credentials

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.cli.spotify.conftest import Command, Spotify

    from playlake.local_aws import LocalAws

ADDRESS = re.compile(r"http://127\.0\.0\.1:[0-9]+/authorize\?\S+")
CLIENT_ID = "sandbox-client-id"
CLIENT_SECRET = "sandbox-client-secret"  # noqa: S105  the stand-in's own


class Person:
    """Standard input: opens the address that the command has shown, and pastes what follows."""

    def __init__(self, playlake: Command, follow: Callable[[str], str]) -> None:
        self._playlake = playlake
        self._follow = follow
        self.pasted = ""

    def isatty(self) -> bool:
        return False

    def readline(self) -> str:
        shown = ADDRESS.search(self._playlake.notices.getvalue())
        assert shown is not None
        self.pasted = self._follow(shown[0])
        return f"{self.pasted}\n"


@pytest.fixture
def person(
    playlake: Command, spotify: Spotify, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Person]:
    """`person(follow)` sits at the terminal; without a `follow` they agree."""

    def sit(follow: Callable[[str], str] = spotify.decide) -> Person:
        found = Person(playlake, follow)
        monkeypatch.setattr("sys.stdin", found)
        return found

    return sit


@pytest.fixture(autouse=True)
def app(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in's app, as a user would have it in the environment."""
    monkeypatch.setenv("PLAYLAKE_SPOTIFY_CLIENT_ID", CLIENT_ID)
    monkeypatch.setenv("PLAYLAKE_SPOTIFY_CLIENT_SECRET", CLIENT_SECRET)


def log_of(caplog: pytest.LogCaptureFixture) -> str:
    return "".join(f"{record.getMessage()} {record.args}" for record in caplog.records)


def stored(playlake: Command) -> StoredCredentials:
    return parse_credentials((playlake.project.home / "spotify.json").read_bytes())


def test_a_pasted_address_becomes_credentials_that_work(
    playlake: Command, spotify: Spotify, person: Callable[..., Person]
) -> None:
    person()
    assert playlake("login", "--no-browser", *spotify.options) == 0
    credentials = stored(playlake)
    assert credentials.client_id == CLIENT_ID
    assert credentials.client_secret == CLIENT_SECRET
    assert credentials.authorised_on == datetime.now(UTC).date()
    mode = (playlake.project.home / "spotify.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert "Logged in as Robin Listener (sandbox-listener)." in playlake.output.getvalue()
    assert "made since February 2026" in playlake.output.getvalue()
    assert (
        f"spotify.json. The login works until {credentials.ends_on}." in playlake.output.getvalue()
    )
    assert playlake.output.getvalue().splitlines()[-1] == "Next: playlake run"
    app = App(credentials.client_id, credentials.client_secret)
    client = OAuthClient(app, f"{spotify.url}{TOKEN_PATH}")
    assert client.refresh(credentials.refresh_token or "").access_token


def test_liked_songs_take_a_scope_that_is_asked_for_only_then(
    playlake: Command, spotify: Spotify, person: Callable[..., Person]
) -> None:
    pasting = person()
    assert playlake("login", "--no-browser", *spotify.options) == 0
    asked = ADDRESS.search(playlake.notices.getvalue())
    assert asked is not None
    assert "user-library-read" not in asked[0]
    assert playlake("login", "--no-browser", "--liked-songs", *spotify.options) == 0
    assert pasting.pasted
    assert playlake.output.getvalue().splitlines()[-1] == "Next: playlake run --liked-songs"
    credentials = stored(playlake)
    app = App(credentials.client_id, credentials.client_secret)
    client = OAuthClient(app, f"{spotify.url}{TOKEN_PATH}")
    tokens = client.refresh(credentials.refresh_token or "")
    assert tokens.missing(scopes_of_reading(liked_songs=True)) == []


def test_pkce_stores_no_secret(
    playlake: Command, spotify: Spotify, person: Callable[..., Person]
) -> None:
    person()
    assert playlake("login", "--no-browser", "--pkce", *spotify.options) == 0
    assert stored(playlake).client_secret is None
    assert stored(playlake).refresh_token


def test_a_code_alone_serves_as_well(
    playlake: Command, spotify: Spotify, person: Callable[..., Person]
) -> None:
    person(lambda address: spotify.decide(address).partition("code=")[2].partition("&")[0])
    assert playlake("login", "--no-browser", *spotify.options) == 0
    assert stored(playlake).refresh_token


def test_a_browser_brings_the_answer(
    playlake: Command, spotify: Spotify, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: list[requests.Response] = []

    def browse(address: str) -> bool:
        pages.append(requests.get(spotify.decide(address), timeout=10))
        return True

    monkeypatch.setattr(webbrowser, "open", browse)
    assert playlake("login", f"--port={choose_port()}", *spotify.options) == 0
    assert stored(playlake).refresh_token
    assert [page.status_code for page in pages] == [200]
    assert "Go back to the terminal" in pages[0].text


@pytest.fixture
def secrets_manager(local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> str:
    """The location of a secret of the local AWS, which the environment names."""
    for name, text in {
        "AWS_ENDPOINT_URL": local_aws.endpoint_url,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }.items():
        monkeypatch.setenv(name, text)
    return "secretsmanager:playlake/spotify"


@pytest.fixture
def access_tokens(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The access tokens that a login has used."""
    used: list[str] = []

    def read(api_url: str, access_token: str) -> User:
        used.append(access_token)
        return read_user(api_url, access_token)

    monkeypatch.setattr(login, "read_user", read)
    return used


def test_nothing_secret_is_printed_or_logged(  # noqa: PLR0913 - whatever may hold a secret
    playlake: Command,
    spotify: Spotify,
    secrets_manager: str,
    access_tokens: list[str],
    *,
    person: Callable[..., Person],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    somebody = person()
    arguments = ("--debug", "login", "--no-browser", "--to", secrets_manager)
    assert playlake(*arguments, *spotify.options) == 0
    logged = log_of(caplog)
    credentials = open_store(secrets_manager).load()
    code = somebody.pasted.partition("code=")[2].partition("&")[0]
    secrets = [CLIENT_SECRET, credentials.refresh_token or "", code, *access_tokens]
    assert len(secrets) == 4
    assert all(len(secret) > 15 for secret in secrets)
    assert CLIENT_SECRET in log_of(caplog)  # by the reading of it, where nothing is kept quiet
    everything = "".join((playlake.said, logged, *capfd.readouterr()))
    assert [secret for secret in secrets if secret in everything] == []
    assert playlake.output.getvalue().splitlines()[-1] == (
        f"Next: playlake doctor --credentials {secrets_manager}"
    )


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            {"kind": "status", "status": 403, "path": "/v1/me"},
            "the app's owner needs Spotify Premium, or this account is not on the app's list",
        ),
        (
            {"kind": "status", "status": 500, "path": "/api/token"},
            "Spotify's token endpoint answered 500: try again later",
        ),
        ({"kind": "reset", "path": "/v1/me/playlists"}, "127.0.0.1 did not answer"),
        ({"kind": "html", "path": "/api/token"}, "answered without a token: try again later"),
    ],
)
def test_what_does_not_work_is_reported_and_not_stored(
    playlake: Command,
    spotify: Spotify,
    person: Callable[..., Person],
    rule: dict[str, object],
    sentence: str,
) -> None:
    person()
    spotify.arm(rule)
    assert playlake("login", "--no-browser", *spotify.options) == 1
    assert sentence in playlake.last_words
    assert not (playlake.project.home / "spotify.json").exists()


def test_a_wrong_secret_is_reported(
    playlake: Command, spotify: Spotify, person: Callable[..., Person]
) -> None:
    person()
    arguments = ("login", "--no-browser", "--client-secret=wrong", *spotify.options)
    assert playlake(*arguments) == 1
    assert "does not know this client id, or its secret is another one" in playlake.last_words


def test_a_refusal_is_reported(
    playlake: Command, spotify: Spotify, person: Callable[..., Person]
) -> None:
    person(lambda address: spotify.decide(address, what="cancel"))
    assert playlake("login", "--no-browser", *spotify.options) == 1
    assert playlake.last_words.startswith("playlake: you pressed Cancel")


def test_the_answer_to_another_login_is_reported(
    playlake: Command, spotify: Spotify, person: Callable[..., Person]
) -> None:
    person(lambda address: f"{spotify.decide(address)}x")
    assert playlake("login", "--no-browser", *spotify.options) == 1
    assert playlake.last_words.startswith("playlake: this is the answer to another login")


def test_a_missing_scope_is_named(
    playlake: Command, spotify: Spotify, person: Callable[..., Person]
) -> None:
    person(lambda address: spotify.decide(address.replace("+playlist-read-collaborative", "")))
    assert playlake("login", "--no-browser", *spotify.options) == 0
    assert "playlist-read-collaborative is missing" in playlake.notices.getvalue()
    assert "playlist-read-private is missing" not in playlake.notices.getvalue()


def test_a_login_that_nobody_answers_ends(
    playlake: Command, spotify: Spotify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consent, "ANSWERED_WITHIN", timedelta(milliseconds=1))
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    assert playlake("login", f"--port={choose_port()}", *spotify.options) == 1
    assert "No browser could be started" in playlake.notices.getvalue()
    assert "register the redirect URI" in playlake.last_words


def test_on_a_terminal_the_answer_may_be_pasted_when_the_browser_does_not_bring_it(
    playlake: Command,
    spotify: Spotify,
    person: Callable[..., Person],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(person(), "isatty", lambda: True)
    monkeypatch.setattr(consent, "ANSWERED_WITHIN", timedelta(milliseconds=1))
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    assert playlake("login", f"--port={choose_port()}", *spotify.options) == 0
    assert "there was no answer within" in playlake.notices.getvalue()
    assert stored(playlake).refresh_token


def test_a_client_id_is_needed(
    playlake: Command, person: Callable[..., Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    person()
    monkeypatch.delenv("PLAYLAKE_SPOTIFY_CLIENT_ID")
    assert playlake("login", "--no-browser") == 1
    assert "--client-id, or PLAYLAKE_SPOTIFY_CLIENT_ID" in playlake.last_words
