"""Access tokens, got and renewed without ever asking a person.

With a refresh token they are the user's; without one, the app's own. Of spotipy only the requests
are used: what it does when its cache displeases it is to open a browser.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.oauth2 import (
    SpotifyClientCredentials,
    SpotifyOAuth,
    SpotifyOauthError,
    SpotifyPKCE,
)

from playlake_extractor.errors import (
    AuthorisationNeededError,
    SourceUnavailableError,
    UnexpectedResponseError,
)
from playlake_extractor.sources.spotify.http_errors import Arrival, refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from pydantic import SecretStr

    from playlake_contracts.errors import PlaylakeError

# A token is renewed this long before it ends, so that none ends on its way.
_MARGIN_SECONDS = 60

# spotipy insists on one, but a refresh never uses it.
_REDIRECT_URI = "http://127.0.0.1:8080/callback"

# https://datatracker.ietf.org/doc/html/rfc6749#section-5.2
_REFUSALS = {
    "invalid_request",
    "invalid_client",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
}


@dataclass(frozen=True, slots=True)
class Credentials:
    """A Spotify app, and a user's refresh token where there is one.

    An app without its secret is one whose user agreed by PKCE.
    """

    client_id: str
    client_secret: SecretStr | None
    refresh_token: SecretStr | None = None


class TokenSource:
    """Gives a valid access token, asking Spotify for a new one when the old ends.

    Args:
        credentials: whose tokens.
        token_url: Spotify's token endpoint.
        timeout: the longest wait for the endpoint to connect, or to send more.
        on_rotation: told the new refresh token when Spotify replaces the old.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        credentials: Credentials,
        token_url: str,
        timeout: timedelta,
        *,
        on_rotation: Callable[[str], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = _client(credentials, timeout.total_seconds())
        self._client.OAUTH_TOKEN_URL = token_url
        self._refresh_token = _revealed(credentials.refresh_token)
        self._on_rotation = on_rotation
        self._clock = clock
        self._token = ""
        self._ends_at = 0.0

    @property
    def are_for_user(self) -> bool:
        """Whether the tokens speak for a user, not for the app alone."""
        return self._refresh_token is not None

    def access_token(self) -> str:
        """A token that is valid for another minute at least.

        Raises:
            AuthorisationNeededError: Spotify refused the credentials.
            RateLimitedError: it asks to wait before it gives one.
            SourceUnavailableError: the token endpoint did not answer, or could not.
            UnexpectedResponseError: its answer holds no token.
        """
        if not self._token or self._clock() > self._ends_at - _MARGIN_SECONDS:
            self._renew()
        return self._token

    def forget(self) -> None:
        """Get a new token next time, for Spotify no longer takes the old."""
        self._token = ""

    def _renew(self) -> None:
        began = self._clock()
        answer = self._ask()
        try:
            token, seconds = str(answer["access_token"]), float(answer["expires_in"])
        except (KeyError, TypeError, ValueError) as error:
            raise _no_token() from error
        self._token, self._ends_at = token, began + seconds
        renewed = answer.get("refresh_token") or self._refresh_token
        if renewed != self._refresh_token:
            self._refresh_token = str(renewed)
            self._on_rotation(self._refresh_token)

    def _ask(self) -> dict[str, Any]:
        try:
            answer = self._request()
        except SpotifyOauthError as error:
            raise _refused(error) from error
        except requests.JSONDecodeError as error:
            raise UnexpectedResponseError("Spotify's token endpoint did not send JSON") from error
        except requests.RequestException as error:
            kind = type(error).__name__
            message = f"Spotify's token endpoint did not answer ({kind})"
            raise SourceUnavailableError(message) from error
        except (AttributeError, KeyError, TypeError) as error:
            raise _no_token() from error
        if not isinstance(answer, dict):
            raise _no_token()
        return answer

    def _request(self) -> object:
        if isinstance(self._client, SpotifyClientCredentials):
            self._client.get_access_token(as_dict=False, check_cache=False)
            return self._client.cache_handler.get_cached_token()
        return self._client.refresh_access_token(self._refresh_token)


def _client(
    credentials: Credentials, timeout: float
) -> SpotifyClientCredentials | SpotifyOAuth | SpotifyPKCE:
    secret = _revealed(credentials.client_secret)
    nothing_kept = MemoryCacheHandler()
    if credentials.refresh_token is None:
        return SpotifyClientCredentials(
            credentials.client_id, secret, requests_timeout=timeout, cache_handler=nothing_kept
        )
    if secret is None:
        return SpotifyPKCE(
            credentials.client_id,
            _REDIRECT_URI,
            open_browser=False,
            requests_timeout=timeout,
            cache_handler=nothing_kept,
        )
    return SpotifyOAuth(
        credentials.client_id,
        secret,
        _REDIRECT_URI,
        open_browser=False,
        requests_timeout=timeout,
        cache_handler=nothing_kept,
    )


def _revealed(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()


def _no_token() -> UnexpectedResponseError:
    return UnexpectedResponseError("Spotify's token endpoint answered without a token")


def _refused(error: SpotifyOauthError) -> PlaylakeError:
    """The error of a refusal of the token endpoint, whose status spotipy leaves behind."""
    response = getattr(error.__context__, "response", None)
    if response is not None and response.status_code == requests.codes.too_many_requests:
        return refusal(Arrival(response.status_code, response.headers), " to a token request", None)
    if error.error == "invalid_grant":
        return AuthorisationNeededError(
            "Spotify no longer takes the refresh token (invalid_grant): it was revoked, or six "
            "months have passed since the user's consent; authorise again by `playlake login`, or "
            "set a new PLAYLAKE_SPOTIFY_REFRESH_TOKEN"
        )
    if isinstance(error.error, str) and error.error in _REFUSALS:
        return AuthorisationNeededError(
            f"Spotify refused the app's credentials ({error.error}): check its client id and "
            "client secret in Spotify's dashboard, and authorise again by `playlake login`"
        )
    return SourceUnavailableError("Spotify's token endpoint could not give a token")
