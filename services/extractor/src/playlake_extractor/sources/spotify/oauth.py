"""Spotify's accounts service: tokens for a user's consent, for a refresh token, or for the app.

A request is bounded in time and size and is never redirected, since it carries secrets. No error
and no traceback holds any of them.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import msgspec
import requests
from requests.auth import HTTPBasicAuth
from urllib3.exceptions import HTTPError

from playlake_extractor.errors import SourceUnavailableError, UnexpectedResponseError
from playlake_extractor.http.response_body import Body
from playlake_extractor.sources.spotify.token_errors import (
    APP_GRANT,
    CODE_GRANT,
    REFRESH_GRANT,
    token_error,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from playlake_extractor.http.refusals import Arrival

TOKEN_PATH: Final = "/api/token"  # noqa: S105 - a path
# The scopes that reading all of a user's playlists needs.
SCOPES: Final = ("playlist-read-private", "playlist-read-collaborative")
# The scope that reading the user's liked songs needs.
LIKED_SONGS_SCOPE: Final = "user-library-read"
# The scopes that making a playlist needs: one to make it, and one to find and read it again.
PRIVATE_PLAYLIST_SCOPES: Final = ("playlist-modify-private", "playlist-read-private")
PUBLIC_PLAYLIST_SCOPES: Final = ("playlist-modify-public", "playlist-read-private")

_TIMEOUT: Final = timedelta(seconds=20)
# 86 characters; the standard allows 43 to 128.
_VERIFIER_BYTES: Final = 64
_MAX_LIFETIME_SECONDS: Final = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class App:
    """A Spotify app; without a secret, the user consents by PKCE."""

    client_id: str
    client_secret: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens that Spotify granted.

    Attributes:
        access_token: opens the Web API.
        refresh_token: gets further access tokens; None if the one that was used stays valid.
        scopes: the scopes that the user consented to; None if Spotify did not say.
        lifetime: how long the access token is valid.
    """

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    scopes: frozenset[str] | None
    lifetime: timedelta = timedelta(hours=1)

    def missing(self, needed: Collection[str]) -> list[str]:
        """The needed scopes to which the user did not consent."""
        return [] if self.scopes is None else sorted(set(needed) - self.scopes)


class _Granted(msgspec.Struct, frozen=True):
    access_token: str
    refresh_token: str | None = None
    scope: str | None = None
    expires_in: float = 3600.0


class OAuthClient:
    """Gets tokens for one app.

    Args:
        app: the app.
        token_url: Spotify's token endpoint.
        timeout: longest wait for a connection, for the next bytes, and for a whole response.
    """

    def __init__(self, app: App, token_url: str, timeout: timedelta = _TIMEOUT) -> None:
        self._app = app
        self._token_url = token_url
        self._timeout = timeout

    def exchange(self, code: str, redirect_uri: str, verifier: str) -> Tokens:
        """Get tokens for the code of a user's consent.

        Args:
            code: what Spotify's redirect gave.
            redirect_uri: the URI of that redirect.
            verifier: proves, without a secret, that this app asked for the consent.

        Raises:
            AuthorisationNeededError: Spotify refused.
            PlaylistError: there is no answer, or no usable one.
        """
        form = {"grant_type": CODE_GRANT, "code": code, "redirect_uri": redirect_uri}
        proof = {"code_verifier": verifier} if self._app.client_secret is None else {}
        return self._request({**form, **proof})

    def refresh(self, refresh_token: str) -> Tokens:
        """Get a new access token for the user; raises as `exchange`."""
        return self._request({"grant_type": REFRESH_GRANT, "refresh_token": refresh_token})

    def client_credentials(self) -> Tokens:
        """Get an access token for the app itself; raises as `exchange`."""
        return self._request({"grant_type": APP_GRANT})

    def _request(self, form: Mapping[str, str]) -> Tokens:
        arrival, body = self._post(form)
        if arrival.status == HTTPStatus.OK:
            return _granted(body)
        raise token_error(arrival, body, form["grant_type"])

    def _post(self, form: Mapping[str, str]) -> tuple[Arrival, bytes]:
        secret = self._app.client_secret
        if secret is None:
            form = {**form, "client_id": self._app.client_id}
        body = Body(self._timeout)
        try:
            with requests.Session() as session:
                session.hooks["response"].append(body.keep)
                session.post(
                    self._token_url,
                    data=form,
                    # An explicit authentication, because otherwise requests would use ~/.netrc.
                    auth=_unsigned if secret is None else _basic(self._app.client_id, secret),
                    timeout=self._timeout.total_seconds(),
                    allow_redirects=False,
                )
        except (requests.RequestException, HTTPError) as error:
            raise SourceUnavailableError(
                f"Spotify's token endpoint on {urlsplit(self._token_url).hostname} did not answer "
                f"({type(error).__name__}): check that this machine is online, and try again"
            ) from None
        return body.arrival, body.content


def scopes_of_reading(*, liked_songs: bool) -> Sequence[str]:
    """The scopes that a login needs, to read playlists and perhaps liked songs."""
    return (*SCOPES, LIKED_SONGS_SCOPE) if liked_songs else SCOPES


def new_verifier() -> str:
    """A new random verifier, which authenticates an app without a secret (RFC 7636)."""
    return token_urlsafe(_VERIFIER_BYTES)


def challenge(verifier: str) -> str:
    """The S256 challenge of a verifier."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _basic(client_id: str, secret: str) -> HTTPBasicAuth:
    return HTTPBasicAuth(client_id.encode(), secret.encode())


def _unsigned(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _granted(body: bytes) -> Tokens:
    try:
        granted = msgspec.json.decode(body, type=_Granted)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _without_token() from None
    # A token with characters that no header may have would be shown in the error message.
    if not (granted.access_token.isascii() and granted.access_token.isprintable()):
        raise _without_token()
    return Tokens(
        access_token=granted.access_token,
        refresh_token=granted.refresh_token or None,
        scopes=None if granted.scope is None else frozenset(granted.scope.split()),
        lifetime=timedelta(seconds=min(granted.expires_in, _MAX_LIFETIME_SECONDS)),
    )


def _without_token() -> UnexpectedResponseError:
    return UnexpectedResponseError(
        "Spotify's token endpoint answered without a token: try again later"
    )
