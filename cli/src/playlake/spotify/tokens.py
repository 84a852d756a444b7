"""Tokens of Spotify's accounts service, for the code of a consent or for a refresh token."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from requests.auth import HTTPBasicAuth

from playlake.errors import CommandError
from playlake.spotify.sending import send, unsigned

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake.spotify.sending import Answer, Signature

DASHBOARD = "https://developer.spotify.com/dashboard"
# What reading all of a user's playlists takes.
SCOPES = ("playlist-read-private", "playlist-read-collaborative")

_CODE = "authorization_code"
_REFRESH = "refresh_token"
_UNKNOWN_APP = (
    "Spotify does not know this client id, or its secret is another one: copy both from the "
    f"app's settings at {DASHBOARD}"
)
_NOT_GRANTED = {
    _CODE: (
        "Spotify does not take this code: it serves once and for a few minutes only; "
        "run `playlake login` again"
    ),
    _REFRESH: (
        "Spotify does not take the refresh token: it ends six months after the consent, and when "
        "the user removes the app; run `playlake login`"
    ),
}
_OTHER_REDIRECT = (
    "Spotify does not take this redirect URI: register in the app's settings at "
    f"{DASHBOARD} exactly the one that `playlake login` names"
)


@dataclass(frozen=True, slots=True)
class App:
    """A Spotify app; without its secret, one whose user agrees by PKCE."""

    client_id: str
    client_secret: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What Spotify gave.

    Attributes:
        access_token: opens the Web API for an hour.
        refresh_token: gets further access tokens; None: the one that was used goes on.
        scopes: what the user agreed to; None: Spotify did not say.
    """

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    scopes: frozenset[str] | None

    @property
    def missing(self) -> list[str]:
        """The scopes that playlists need and the user did not agree to, as far as Spotify says."""
        return [] if self.scopes is None else sorted(set(SCOPES) - self.scopes)


def exchange(accounts_url: str, app: App, redirect_uri: str, code: str, verifier: str) -> Tokens:
    """Get tokens for the code of a consent.

    Args:
        accounts_url: Spotify's accounts service.
        app: the app that asked.
        redirect_uri: the one that it asked with.
        code: what Spotify answered.
        verifier: what the app proves by that it was the one that asked, where it has no secret.

    Raises:
        CommandError: Spotify refused, or did not answer.
    """
    form = {"grant_type": _CODE, "code": code, "redirect_uri": redirect_uri}
    proof = {"code_verifier": verifier} if app.client_secret is None else {}
    return _tokens(accounts_url, app, {**form, **proof})


def refresh(accounts_url: str, app: App, refresh_token: str) -> Tokens:
    """Get a new access token.

    Raises:
        CommandError: Spotify refused, or did not answer.
    """
    return _tokens(accounts_url, app, {"grant_type": _REFRESH, "refresh_token": refresh_token})


def _tokens(accounts_url: str, app: App, form: Mapping[str, str]) -> Tokens:
    signature, form = _signed(app, form)
    answer = send(f"{accounts_url.rstrip('/')}/api/token", signature, form)
    if not answer.is_ok:
        raise CommandError(_refusal(answer, form["grant_type"]))
    match answer.body:
        # What no header may hold would be in the error that refuses it.
        case {"access_token": str(access_token)} if access_token.isascii() and (
            access_token.isprintable()
        ):
            scope = answer.body.get("scope")
            return Tokens(
                access_token=access_token,
                refresh_token=answer.body.get("refresh_token"),
                scopes=None if scope is None else frozenset(scope.split()),
            )
    raise CommandError("Spotify's accounts service answered without a token: try again later")


def _signed(app: App, form: Mapping[str, str]) -> tuple[Signature, Mapping[str, str]]:
    if app.client_secret is None:
        return unsigned, {**form, "client_id": app.client_id}
    return HTTPBasicAuth(app.client_id.encode(), app.client_secret.encode()), form


def _refusal(answer: Answer, grant_type: str) -> str:
    match answer.body:
        case {"error": "invalid_client"}:
            return _UNKNOWN_APP
        case {"error": "invalid_grant", "error_description": str(said)} if "redirect" in said:
            return _OTHER_REDIRECT
        case {"error": "invalid_grant"}:
            return _NOT_GRANTED[grant_type]
        case {"error": str(error)} if answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return f"Spotify's accounts service gives no token ({error[:80]!r})"
    return f"Spotify's accounts service answered {answer.status}: try again later"
