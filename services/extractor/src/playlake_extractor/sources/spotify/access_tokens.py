"""The access token of a run: got, kept while it is valid, and renewed, without asking a person.

With a refresh token it is the user's; without one, the app's own.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from playlake_extractor.sources.spotify.oauth import App, OAuthClient

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import SecretStr

    from playlake_extractor.sources.spotify.oauth import Tokens

# A token is renewed this long before it expires, so that no request carries an expired one.
_MARGIN: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Credentials:
    """A Spotify app, and a user's refresh token if there is one.

    If there is no secret, the user consented by PKCE.
    """

    client_id: str
    client_secret: SecretStr | None
    refresh_token: SecretStr | None = None


class TokenSource:
    """Provides a valid access token, and requests a new one before it expires.

    Args:
        credentials: the app and its user.
        token_url: Spotify's token endpoint.
        timeout: longest time that a token request may take.
        on_rotation: receives the new refresh token when Spotify replaces the old one.
        granted: tokens that were just granted, which serve until they end.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        credentials: Credentials,
        token_url: str,
        timeout: timedelta,
        *,
        on_rotation: Callable[[str], None] = lambda _: None,
        granted: Tokens | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        app = App(credentials.client_id, _revealed(credentials.client_secret))
        self._client = OAuthClient(app, token_url, timeout)
        self._refresh_token = _revealed(credentials.refresh_token)
        self._on_rotation = on_rotation
        self._clock = clock
        self._token = ""
        self._ends_at = 0.0
        if granted is not None:
            self._token = granted.access_token
            self._ends_at = clock() + granted.lifetime.total_seconds()

    @property
    def are_for_user(self) -> bool:
        """Whether the tokens belong to a user, not only to the app."""
        return self._refresh_token is not None

    def access_token(self) -> str:
        """A token that is valid for at least another minute.

        Raises:
            AuthorisationNeededError: Spotify refused the credentials.
            RateLimitedError: it asks to wait before it gives one.
            SourceUnavailableError: the token endpoint did not answer, or answered 5xx.
            UnexpectedResponseError: its answer holds no token.
        """
        if not self._token or self._clock() > self._ends_at - _MARGIN.total_seconds():
            self._renew()
        return self._token

    def forget(self) -> None:
        """Request a new token next time, because Spotify refused this one."""
        self._token = ""

    def _renew(self) -> None:
        began = self._clock()
        if self._refresh_token is None:
            tokens = self._client.client_credentials()
        else:
            tokens = self._client.refresh(self._refresh_token)
        self._token, self._ends_at = tokens.access_token, began + tokens.lifetime.total_seconds()
        if tokens.refresh_token not in {None, self._refresh_token}:
            self._refresh_token = tokens.refresh_token
            self._on_rotation(tokens.refresh_token or "")


def _revealed(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
