"""Access tokens, got and refreshed without ever asking a person.

With a refresh token they are the user's; without one, the app's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import requests
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.oauth2 import SpotifyClientCredentials, SpotifyOAuth, SpotifyOauthError

from playlake_extractor.errors import (
    AuthorisationNeededError,
    SpotifyUnavailableError,
    UnexpectedResponseError,
)

if TYPE_CHECKING:
    from datetime import timedelta

    from pydantic import SecretStr

SCOPE = "playlist-read-private playlist-read-collaborative"

# spotipy insists on one, but a refresh never uses it.
_REDIRECT_URI = "http://127.0.0.1:8080/callback"

# https://datatracker.ietf.org/doc/html/rfc6749#section-5.2
_REFUSALS = {
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
}


@dataclass(frozen=True, slots=True)
class Credentials:
    """A Spotify app's client id and secret, and a user's refresh token where there is one."""

    client_id: str
    client_secret: SecretStr
    refresh_token: SecretStr | None = None


class TokenSource:
    """Gives a valid access token, asking Spotify for a new one when the old expires."""

    def __init__(self, credentials: Credentials, token_url: str, timeout: timedelta) -> None:
        self._manager = (
            _of_app(credentials, timeout)
            if credentials.refresh_token is None
            else _of_user(credentials, credentials.refresh_token, timeout)
        )
        self._manager.OAUTH_TOKEN_URL = token_url

    def access_token(self) -> str:
        """A token that is valid for another minute at least.

        Raises:
            AuthorisationNeededError: Spotify refused the credentials.
            SpotifyUnavailableError: the token endpoint did not answer, or could not.
            UnexpectedResponseError: its answer holds no token.
        """
        try:
            return str(self._manager.get_access_token(as_dict=False))
        except SpotifyOauthError as error:
            raise _refused(error) from error
        except requests.JSONDecodeError as error:
            raise UnexpectedResponseError("Spotify's token endpoint did not send JSON") from error
        except requests.RequestException as error:
            kind = type(error).__name__
            message = f"Spotify's token endpoint did not answer ({kind})"
            raise SpotifyUnavailableError(message) from error
        except (AttributeError, KeyError, TypeError) as error:
            message = "Spotify's token endpoint answered without a token"
            raise UnexpectedResponseError(message) from error


def _of_app(credentials: Credentials, timeout: timedelta) -> SpotifyClientCredentials:
    return SpotifyClientCredentials(
        credentials.client_id,
        credentials.client_secret.get_secret_value(),
        requests_timeout=timeout.total_seconds(),
        cache_handler=MemoryCacheHandler(),
    )


def _of_user(
    credentials: Credentials, refresh_token: SecretStr, timeout: timedelta
) -> SpotifyOAuth:
    # An expired token with the whole scope: with anything less spotipy would open a browser.
    expired = {
        "access_token": "",
        "refresh_token": refresh_token.get_secret_value(),
        "expires_at": 0,
        "scope": SCOPE,
    }
    return SpotifyOAuth(
        credentials.client_id,
        credentials.client_secret.get_secret_value(),
        _REDIRECT_URI,
        scope=SCOPE,
        open_browser=False,
        requests_timeout=timeout.total_seconds(),
        cache_handler=MemoryCacheHandler(expired),
    )


def _refused(error: SpotifyOauthError) -> AuthorisationNeededError | SpotifyUnavailableError:
    if error.error not in _REFUSALS:
        return SpotifyUnavailableError("Spotify's token endpoint could not give a token")
    return AuthorisationNeededError(
        f"Spotify refused the credentials ({error.error}): check PLAYLAKE_SPOTIFY_CLIENT_ID and "
        "PLAYLAKE_SPOTIFY_CLIENT_SECRET, and renew PLAYLAKE_SPOTIFY_REFRESH_TOKEN, which lives "
        "for six months from the user's consent"
    )
