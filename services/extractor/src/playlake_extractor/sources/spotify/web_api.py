"""Spotify's Web API through spotipy.

spotipy gives parsed JSON only, and its errors hide what arrived. Here each method gives the body as
Spotify sent it, and raises the extractor's errors. A session of our own switches off spotipy's
retries, which sleep without a bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playlake_extractor.errors import GarbledResponseError, UnexpectedResponseError
from playlake_extractor.http.response_body import Body
from playlake_extractor.http.sessions import open_session
from playlake_extractor.sources.spotify.http_errors import translated
from playlake_extractor.sources.spotify.listing import LISTED_AT_ONCE
from playlake_extractor.sources.spotify.quota_groups import QuotaGroup
from playlake_extractor.sources.spotify.readings import ENTRIES_A_PAGE
from playlake_extractor.sources.spotify.spotipy_client import Spotify

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime, timedelta

    from playlake_extractor.http.request_policy import Sender
    from playlake_extractor.ports import Traffic

ADDITIONAL_TYPES = ("track", "episode")

_MAX_SHOWN = 200


class SpotifyWebApi:
    """Spotify's Web API, one request at a time; implements `Endpoints`.

    Args:
        sender: sends the requests.
        api_url: the base URL.
        timeout: longest wait for a connection, or for the next bytes of a response.
        answer_within: longest time that a whole response may take.
    """

    def __init__(
        self, sender: Sender, api_url: str, timeout: timedelta, answer_within: timedelta
    ) -> None:
        self._sender = sender
        self._body = Body(answer_within)
        session = open_session(api_url)
        session.hooks["response"].append(self._body.keep_unparsed)
        self._client = Spotify(requests_session=session, requests_timeout=timeout.total_seconds())
        self._client.prefix = f"{api_url.rstrip('/')}/"
        url = urlsplit(api_url)
        self._origin = f"{url.scheme}://{url.netloc}/"

    @property
    def traffic(self) -> Traffic:
        """The requests sent so far."""
        return self._sender.traffic

    @property
    def is_for_user(self) -> bool:
        """Whether the access token belongs to a user, who has a list of playlists."""
        return self._sender.is_for_user

    @property
    def requests_left(self) -> int:
        """Number of requests that the run may still send."""
        return self._sender.requests_left

    @property
    def not_before(self) -> Mapping[str, datetime]:
        """The closed quota groups, and when each opens again."""
        return self._sender.not_before

    def respect(self, not_before: Mapping[str, datetime]) -> None:
        """Send no requests of these groups before those times."""
        self._sender.not_before.update(not_before)

    def user(self) -> bytes:
        """Fetch the user's profile."""
        return self._get(QuotaGroup.LISTING, self._client.current_user)

    def my_playlists(self, offset: int) -> bytes:
        """Fetch a page of up to 50 playlists that the user owns or follows."""
        return self._get(
            QuotaGroup.LISTING,
            lambda: self._client.current_user_playlists(limit=LISTED_AT_ONCE, offset=offset),
        )

    def playlist(self, playlist_id: str) -> bytes:
        """Fetch a playlist with its first entries, tracks and episodes."""
        return self._get(
            QuotaGroup.PLAYLIST,
            lambda: self._client.playlist(playlist_id, additional_types=ADDITIONAL_TYPES),
        )

    def playlist_items(self, playlist_id: str, offset: int) -> bytes:
        """Fetch a page of up to 50 entries of a playlist."""
        return self._get(
            QuotaGroup.ITEMS,
            lambda: self._client.playlist_items(
                playlist_id, limit=ENTRIES_A_PAGE, offset=offset, additional_types=ADDITIONAL_TYPES
            ),
        )

    def saved_tracks(self, offset: int, limit: int) -> bytes:
        """Fetch a page of up to 50 songs that the user saved."""
        return self._get(
            QuotaGroup.LIBRARY,
            lambda: self._client.current_user_saved_tracks(limit=limit, offset=offset),
        )

    def next(self, url: str) -> bytes:
        """Fetch the page that another page's `next` names, if it is on the host of the API."""
        if not url.startswith(self._origin):
            raise UnexpectedResponseError(
                f"Spotify's next page is at {url[:_MAX_SHOWN]!r}, not at {self._origin}: "
                "the access token is not sent there"
            )
        return self._get(QuotaGroup.ITEMS, lambda: self._client.next({"next": url}))

    def version(self, playlist_id: str) -> bytes:
        """Fetch a playlist's `snapshot_id` alone."""
        return self._get(
            QuotaGroup.PLAYLIST, lambda: self._client.playlist(playlist_id, fields="snapshot_id")
        )

    def artist(self, artist_id: str) -> bytes:
        """Fetch an artist."""
        return self._get(QuotaGroup.DETAILS, lambda: self._client.artist(artist_id))

    def album(self, album_id: str) -> bytes:
        """Fetch an album, with its first tracks."""
        return self._get(QuotaGroup.DETAILS, lambda: self._client.album(album_id))

    def make_playlist(self, name: str, description: str, *, public: bool) -> bytes:
        """Make an empty playlist of the user's."""
        body = {"name": name, "description": description, "public": public, "collaborative": False}
        return self._post("me/playlists", body)

    def add_items(self, playlist_id: str, uris: Sequence[str]) -> bytes:
        """Add up to 100 tracks and episodes to the end of a playlist."""
        return self._post(f"playlists/{playlist_id}/items", {"uris": list(uris)})

    def _get(self, group: QuotaGroup, request: Callable[[], object]) -> bytes:
        return self._send(group, request, repeatable=True)

    def _post(self, path: str, body: Mapping[str, object]) -> bytes:
        # spotipy's own methods of these endpoints send other bodies than Spotify documents.
        def request() -> object:
            return self._client._post(path, payload=body)  # noqa: SLF001

        return self._send(QuotaGroup.WRITING, request, repeatable=False)

    def _send(self, group: QuotaGroup, request: Callable[[], object], *, repeatable: bool) -> bytes:
        def send(token: str) -> bytes:
            self._client.set_auth(token)
            with translated(lambda: self._body.arrival):
                parsed = request()
            if parsed is None:
                raise GarbledResponseError("Spotify answered with a body that is not JSON")
            return self._body.content

        return self._sender.send(group, send, repeatable=repeatable)
