"""Spotify's Web API through spotipy, which hands out parsed JSON and hides what went wrong.

Here every answer is the body as Spotify sent it, and every failure one of `errors`. Nothing is
retried: a session of our own switches spotipy's retries, and their unbounded sleeps, off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests
import spotipy

from playlake_extractor.adapters.refusals import translated
from playlake_extractor.errors import UnexpectedResponseError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from playlake_extractor.adapters.pacer import Pacer
    from playlake_extractor.adapters.tokens import TokenSource

# https://developer.spotify.com/documentation/web-api/reference/get-playlists-items
PAGE_LIMIT = 50
ADDITIONAL_TYPES = ("track", "episode")

_MAX_SHOWN = 200


class SpotifyWebApi:
    """Spotify's Web API, one paced request at a time; implements `ports.Spotify`."""

    def __init__(self, tokens: TokenSource, api_url: str, timeout: timedelta, pacer: Pacer) -> None:
        self._tokens = tokens
        self._pacer = pacer
        self._requests = 0
        self._body = _Body()
        session = requests.Session()
        session.hooks["response"].append(self._body.keep)
        self._client = spotipy.Spotify(
            requests_session=session, requests_timeout=timeout.total_seconds()
        )
        self._client.prefix = f"{api_url.rstrip('/')}/"
        url = urlsplit(api_url)
        self._origin = f"{url.scheme}://{url.netloc}/"

    @property
    def requests(self) -> int:
        """Requests sent so far, token requests left out."""
        return self._requests

    def playlist(self, playlist_id: str) -> bytes:
        """Fetch a playlist with its first entries, tracks and episodes."""
        return self._ask(
            lambda: self._client.playlist(playlist_id, additional_types=ADDITIONAL_TYPES)
        )

    def playlist_items(self, playlist_id: str, offset: int) -> bytes:
        """Fetch a page of up to 50 entries of a playlist."""
        return self._ask(
            lambda: self._client.playlist_items(
                playlist_id, limit=PAGE_LIMIT, offset=offset, additional_types=ADDITIONAL_TYPES
            )
        )

    def next(self, url: str) -> bytes:
        """Fetch the page that another page's `next` names, if it is on the API's own host."""
        if not url.startswith(self._origin):
            raise UnexpectedResponseError(
                f"Spotify's next page is at {url[:_MAX_SHOWN]!r}, not at {self._origin}: "
                "the access token is not sent there"
            )
        return self._ask(lambda: self._client.next({"next": url}))

    def _ask(self, request: Callable[[], object]) -> bytes:
        self._client.set_auth(self._tokens.access_token())
        self._pacer.wait()
        self._requests += 1
        with translated():
            parsed = request()
        if parsed is None:
            raise UnexpectedResponseError("Spotify answered with a body that is not JSON")
        return self._body.content


class _Body:
    """Keeps the newest response's body; apart from the client, so that no cycle keeps both."""

    def __init__(self) -> None:
        self.content = b""

    def keep(self, response: requests.Response, **_: object) -> None:
        self.content = response.content
