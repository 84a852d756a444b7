"""Makes playlists in the account of a user who has just agreed to it, and reads them back.

A method that raises `SourceUnavailableError` or `GarbledResponseError` may have been carried out:
it is not repeated here, and its caller finds out by reading.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec
from pydantic import SecretStr

from playlake_contracts.settings import InvalidSettingsError, read_some_settings
from playlake_extractor.errors import ConfigurationError, UnexpectedResponseError
from playlake_extractor.http.request_settings import RequestSettings
from playlake_extractor.sources.spotify.access_tokens import Credentials, TokenSource
from playlake_extractor.sources.spotify.responses import Owner, Page, decode_response
from playlake_extractor.sources.spotify.setup import open_web_api

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from playlake_extractor.ports import Clock
    from playlake_extractor.sources.spotify.oauth import App, Tokens
    from playlake_extractor.sources.spotify.web_api import SpotifyWebApi

_LONGEST_PAUSE: Final = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Held:
    """What a playlist holds, from a position on.

    Attributes:
        total: the number of all its entries.
        uris: the URIs of the entries from the position on; None for an entry without one.
    """

    total: int
    uris: list[str | None]


class _Made(msgspec.Struct, frozen=True):
    id: str


class _Listed(msgspec.Struct, frozen=True):
    id: str | None = None
    description: str | None = None


class _Listing(msgspec.Struct, frozen=True):
    items: list[_Listed | None] | None = None
    next: str | None = None


class PlaylistWriter:
    """Makes playlists of one user.

    Args:
        api: the Web API, with a token that may make playlists.
        pause: how long `pause` waits.
        sleep: waits for a number of seconds.

    Every method may raise `AuthorisationNeededError`, and a `PlaylistError` if Spotify refuses or
    does not answer.
    """

    def __init__(
        self, api: SpotifyWebApi, pause: timedelta, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._api = api
        self._pause = pause
        self._sleep = sleep

    @property
    def not_before(self) -> Mapping[str, datetime]:
        """The closed quota groups, and when each opens again."""
        return self._api.not_before

    def respect(self, not_before: Mapping[str, datetime]) -> None:
        """Send no requests of these groups before those times."""
        self._api.respect(not_before)

    def pause(self) -> None:
        """Wait, so that Spotify shows what it may have carried out."""
        self._sleep(self._pause.total_seconds())

    def user_id(self) -> str:
        """The id of the user."""
        user = decode_response(self._api.user(), Owner)
        if user.id is None:
            raise UnexpectedResponseError("Spotify does not say who the user is")
        return user.id

    def make(self, name: str, description: str, *, public: bool) -> str:
        """Make an empty playlist, and return its id."""
        body = self._api.make_playlist(name, description, public=public)
        return decode_response(body, _Made).id

    def find(self, mark: str) -> str | None:
        """The id of the user's playlist whose description has a mark; None if there is none."""
        for listed in self._listed():
            if listed.id is not None and mark in (listed.description or ""):
                return listed.id
        return None

    def add(self, playlist_id: str, uris: Sequence[str]) -> None:
        """Add up to 100 tracks and episodes to the end of a playlist.

        Raises:
            BadRequestError: Spotify takes one of them not; none was added.
        """
        self._api.add_items(playlist_id, uris)

    def held(self, playlist_id: str, position: int = 0) -> Held:
        """What a playlist holds, from a position on."""
        uris: list[str | None] = []
        while True:
            page = decode_response(self._api.playlist_items(playlist_id, position), Page)
            held = [entry.held for entry in page.entries()]
            uris += [None if item is None else item.uri for item in held]
            position += len(held)
            if not held or page.next is None:
                return Held(_total(page), uris)

    def _listed(self) -> Iterator[_Listed]:
        offset = 0
        while True:
            listing = decode_response(self._api.my_playlists(offset), _Listing)
            yield from (one for one in listing.items or () if one is not None)
            offset += len(listing.items or ())
            if not listing.items or listing.next is None:
                return


def open_writer(
    app: App,
    granted: Tokens,
    *,
    token_url: str,
    api_url: str,
    clock: Clock,
    sleep: Callable[[float], None] = time.sleep,
) -> PlaylistWriter:
    """Create a writer for the user who has just granted tokens; nothing stores them.

    Args:
        app: the app that the user agreed to.
        granted: the tokens.
        token_url: Spotify's token endpoint.
        api_url: the base URL of the Web API.
        clock: the time, in UTC.
        sleep: waits for a number of seconds.

    Raises:
        ConfigurationError: a setting of requests is wrong.
    """
    try:
        settings = read_some_settings(RequestSettings)
    except InvalidSettingsError as error:
        raise ConfigurationError(str(error)) from None
    timeout = timedelta(seconds=settings.source_timeout_seconds)
    credentials = Credentials(
        app.client_id, _secret(app.client_secret), _secret(granted.refresh_token)
    )
    tokens = TokenSource(credentials, token_url, timeout, granted=granted)
    api = open_web_api(tokens, settings, api_url, clock, sleep)
    pause = min(_LONGEST_PAUSE, timedelta(seconds=settings.longest_wait_seconds))
    return PlaylistWriter(api, pause, sleep)


def _total(page: Page) -> int:
    if page.total is None:
        raise UnexpectedResponseError("Spotify does not say how many entries the playlist has")
    return page.total


def _secret(text: str | None) -> SecretStr | None:
    return None if text is None else SecretStr(text)
