"""Creates the source Spotify from the settings of a run."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from playlake_extractor.http.senders import open_sender
from playlake_extractor.sources.spotify.access_tokens import TokenSource
from playlake_extractor.sources.spotify.cover_images import SpotifyCovers
from playlake_extractor.sources.spotify.credential_lookup import find_credentials
from playlake_extractor.sources.spotify.source import SpotifySource
from playlake_extractor.sources.spotify.web_api import SpotifyWebApi

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake_extractor.http.request_settings import RequestSettings
    from playlake_extractor.ports import Clock
    from playlake_extractor.sources.spotify.settings import SpotifySettings


def open_spotify(settings: SpotifySettings, clock: Clock) -> SpotifySource:
    """Create the source with the credentials of the settings.

    Raises:
        ConfigurationError: the credentials are missing or incomplete.
    """
    timeout = timedelta(seconds=settings.source_timeout_seconds)
    found = find_credentials(settings, clock().date())
    tokens = TokenSource(
        found.credentials,
        str(settings.spotify_token_url),
        timeout,
        on_rotation=found.keep_refresh_token,
    )
    api = open_web_api(tokens, settings, str(settings.spotify_api_url), clock)
    return SpotifySource(api, found.stored.ends_on, liked_songs=settings.liked_songs)


def open_covers(settings: SpotifySettings) -> SpotifyCovers:
    """Create the host of the covers."""
    return SpotifyCovers(str(settings.spotify_api_url))


def open_web_api(
    tokens: TokenSource,
    settings: RequestSettings,
    api_url: str,
    clock: Clock,
    sleep: Callable[[float], None] = time.sleep,
) -> SpotifyWebApi:
    """Create a Web API whose requests keep to the settings."""
    sender = open_sender("Spotify", tokens, settings, clock, sleep)
    timeout = timedelta(seconds=settings.source_timeout_seconds)
    answer_within = timedelta(seconds=settings.source_answer_seconds)
    return SpotifyWebApi(sender, api_url, timeout, answer_within)
