"""Finds the credentials of a run: in the settings, or in the store that the settings name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from pydantic import SecretStr

from playlake_contracts.log_events import RefreshTokenEnds
from playlake_extractor.errors import ConfigurationError, RotationLostError, StopError
from playlake_extractor.sources.spotify.access_tokens import Credentials
from playlake_extractor.sources.spotify.credential_stores import CredentialStore, open_store
from playlake_extractor.sources.spotify.credentials import (
    StoredCredentials,
    days_left_to_warn_of,
    rotated,
)

if TYPE_CHECKING:
    from datetime import date

    from playlake_extractor.sources.spotify.settings import SpotifySettings

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class CredentialsInUse:
    """Credentials and their store; the store is None if they come from read-only settings."""

    stored: StoredCredentials
    store: CredentialStore | None = None

    @property
    def credentials(self) -> Credentials:
        """The credentials in the form that a token source needs."""
        return Credentials(
            self.stored.client_id,
            _secret(self.stored.client_secret),
            _secret(self.stored.refresh_token),
        )

    def keep_refresh_token(self, refresh_token: str) -> None:
        """Store the refresh token that replaced the old one.

        Raises:
            RotationLostError: it could not be stored, and the old one is no longer valid.
        """
        if self.store is None:
            log.warning(
                "refresh_token_replaced",
                do="set PLAYLAKE_SPOTIFY_CREDENTIALS, so that the new one is stored",
            )
            return
        try:
            self.store.save(rotated(self.stored, refresh_token))
        except StopError as error:
            raise RotationLostError(
                f"Spotify replaced the refresh token, and the new one is lost: {error}; correct "
                "that, then authorise again by `playlake login`"
            ) from error
        log.info("refresh_token_stored")


def find_credentials(settings: SpotifySettings, today: date) -> CredentialsInUse:
    """Find the credentials, and log a warning if the refresh token expires soon.

    Raises:
        ConfigurationError: they are missing or incomplete, or there is more than one kind.
    """
    found = _given(settings) if settings.spotify_credentials is None else _stored(settings)
    if found.stored.client_secret is None and found.stored.refresh_token is None:
        raise ConfigurationError(
            "the Spotify app has neither a client secret nor a user's refresh token: set "
            "PLAYLAKE_SPOTIFY_CLIENT_SECRET, or authorise a user by `playlake login`"
        )
    days = days_left_to_warn_of(found.stored, today)
    if days is not None:
        RefreshTokenEnds(days=days, ends_on=str(found.stored.ends_on)).write(log)
    return found


def _given(settings: SpotifySettings) -> CredentialsInUse:
    if settings.spotify_client_id is None:
        raise ConfigurationError(
            "there are no Spotify credentials: set PLAYLAKE_SPOTIFY_CREDENTIALS to where "
            "`playlake login` stored them, or PLAYLAKE_SPOTIFY_CLIENT_ID and "
            "PLAYLAKE_SPOTIFY_CLIENT_SECRET"
        )
    return CredentialsInUse(
        StoredCredentials(
            client_id=settings.spotify_client_id,
            client_secret=_revealed(settings.spotify_client_secret),
            refresh_token=_revealed(settings.spotify_refresh_token),
        )
    )


def _stored(settings: SpotifySettings) -> CredentialsInUse:
    alone = (
        settings.spotify_client_id,
        settings.spotify_client_secret,
        settings.spotify_refresh_token,
    )
    if settings.spotify_credentials is None or any(one is not None for one in alone):
        raise ConfigurationError(
            "set either PLAYLAKE_SPOTIFY_CREDENTIALS, or PLAYLAKE_SPOTIFY_CLIENT_ID and what "
            "belongs to it, not both"
        )
    store = open_store(settings.spotify_credentials)
    return CredentialsInUse(store.load(), store)


def _secret(text: str | None) -> SecretStr | None:
    return None if text is None else SecretStr(text)


def _revealed(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
