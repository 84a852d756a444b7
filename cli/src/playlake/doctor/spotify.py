"""Checks Spotify: whether it gives a token, for which user, and for which kind of app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake.doctor.consent import look_at_age, look_at_file
from playlake.login.credentials import explained
from playlake.spotify.user import read_library, read_user
from playlake_extractor.public import (
    TOKEN_PATH,
    App,
    OAuthClient,
    open_store,
    rotated,
    scopes_of_reading,
)

if TYPE_CHECKING:
    from datetime import date

    from playlake.doctor.findings import Findings
    from playlake_extractor.public import CredentialStore, StoredCredentials, Tokens


@dataclass(frozen=True, slots=True)
class Spotify:
    """Where Spotify is, and where the credentials for it are stored.

    Attributes:
        liked_songs: whether the login is to read Liked Songs as well.
    """

    location: str
    accounts_url: str
    api_url: str
    liked_songs: bool = False


def look_at_spotify(findings: Findings, spotify: Spotify, today: date) -> None:
    """Check the credentials, and with them the token, the user and the app, until one fails."""
    with findings.looking_at("credentials"):
        with explained():
            store = open_store(spotify.location)
            stored = store.load()
        look_at_file(findings, store, spotify.location)
        look_at_age(findings, stored, today)
        if stored.refresh_token is not None:
            _look_with_token(findings, spotify, store, stored)


def _look_with_token(
    findings: Findings, spotify: Spotify, store: CredentialStore, stored: StoredCredentials
) -> None:
    with findings.looking_at("access token"):
        tokens = _refreshed(spotify, store, stored)
        findings.ok("access token", "Spotify gives one")
        _look_at_scopes(findings, tokens, liked_songs=spotify.liked_songs)
        with findings.looking_at("user"):
            user = read_user(spotify.api_url, tokens.access_token)
            findings.ok("user", str(user))
            _look_at_app(findings, spotify, tokens)


def _refreshed(spotify: Spotify, store: CredentialStore, stored: StoredCredentials) -> Tokens:
    app = App(stored.client_id, stored.client_secret)
    client = OAuthClient(app, f"{spotify.accounts_url.rstrip('/')}{TOKEN_PATH}")
    with explained():
        tokens = client.refresh(stored.refresh_token or "")
    if tokens.refresh_token not in {None, stored.refresh_token}:
        with explained():
            store.save(rotated(stored, tokens.refresh_token or ""))
    return tokens


def _look_at_scopes(findings: Findings, tokens: Tokens, *, liked_songs: bool) -> None:
    if missing := tokens.missing(scopes_of_reading(liked_songs=liked_songs)):
        login = "playlake login --liked-songs" if liked_songs else "playlake login"
        findings.warn(
            "scopes",
            f"{' and '.join(missing)} is missing, so some playlists stay unread: run "
            f"`{login}` and agree to all",
        )
    elif tokens.scopes is not None:
        findings.ok("scopes", " ".join(sorted(tokens.scopes)))


def _look_at_app(findings: Findings, spotify: Spotify, tokens: Tokens) -> None:
    with findings.looking_at("app"):
        library = read_library(spotify.api_url, tokens.access_token)
        if library.app_kind is None:
            findings.ok("app", "the user's list of playlists does not show which kind it is")
        else:
            findings.ok("app", library.app_kind.value)
