"""Credentials that the stand-in for Spotify takes, stored as `playlake login` stores them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from playlake.sources.spotify import stand_in_access
from playlake_extractor.public import FileStore, StoredCredentials

if TYPE_CHECKING:
    from pathlib import Path

    from playlake.demo.sandbox import Sandbox


def store_credentials(playing: Sandbox, file: Path) -> dict[str, str]:
    """Store the credentials in a file: the settings by which a run finds the stand-in."""
    access = stand_in_access(playing.port)
    credentials = StoredCredentials(
        client_id=access.client_id,
        client_secret=access.client_secret,
        refresh_token=access.refresh_token,
        authorised_on=datetime.now(UTC).date(),
    )
    FileStore(file).save(credentials)
    return {
        "PLAYLAKE_SPOTIFY_API_URL": access.api_url,
        "PLAYLAKE_SPOTIFY_TOKEN_URL": access.token_url,
        "PLAYLAKE_REQUESTS_PER_SECOND": "100",
    }
