"""The requests to the YouTube Data API v3. Each costs one unit of the day's quota.

The key is in a header. As a parameter it would be in addresses, and so in messages of errors:
https://docs.cloud.google.com/docs/authentication/api-keys-best-practices
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from playlake_contracts.sources.youtube import ENTRIES_A_PAGE
from playlake_extractor.errors import ConfigurationError
from playlake_extractor.http.json_client import JsonApi, JsonClient
from playlake_extractor.http.request_policy import NoTokens
from playlake_extractor.http.senders import open_sender
from playlake_extractor.sources.youtube.refusals import Refusals

if TYPE_CHECKING:
    from playlake_extractor.http.request_policy import Sender
    from playlake_extractor.ports import Clock
    from playlake_extractor.sources.youtube.settings import YoutubeSettings

# All requests share one quota.
QUOTA_GROUP: Final = "units"

_PARTS: Final = "snippet,contentDetails,status"


@dataclass(frozen=True, slots=True)
class YoutubeApi:
    """The endpoints that a run uses. Each method returns the response byte for byte.

    Methods raise `PlaylistError` if there is no usable response, and `AuthorisationNeededError`
    if YouTube refuses the key.
    """

    client: JsonClient

    @property
    def sender(self) -> Sender:
        """Paces, counts and retries the requests."""
        return self.client.sender

    def playlist(self, playlist_id: str) -> bytes:
        """Fetch a playlist without its entries."""
        return self._list("playlists", id=playlist_id)

    def page(self, playlist_id: str, token: str | None) -> bytes:
        """Fetch a page of the entries of a playlist; the first one without a token."""
        return self._list("playlistItems", token, playlistId=playlist_id)

    def channel_playlists(self, channel_id: str, token: str | None) -> bytes:
        """Fetch a page of the public playlists of a channel; the first one without a token."""
        return self._list("playlists", token, channelId=channel_id)

    def _list(self, resource: str, token: str | None = None, **filters: str) -> bytes:
        following = {} if token is None else {"pageToken": token}
        parameters = {"part": _PARTS, "maxResults": str(ENTRIES_A_PAGE), **filters, **following}
        return self.client.get(QUOTA_GROUP, resource, parameters)


def open_api(settings: YoutubeSettings, clock: Clock) -> YoutubeApi:
    """Create the API with the key of the settings.

    Raises:
        ConfigurationError: there is no key.
    """
    if settings.youtube_api_key is None:
        raise ConfigurationError(
            "YouTube needs an API key: create one in the Google Cloud console, in a project with "
            "the YouTube Data API v3 enabled, and set PLAYLAKE_YOUTUBE_API_KEY"
        )
    key = settings.youtube_api_key.get_secret_value()
    api = JsonApi(
        service="YouTube",
        url=str(settings.youtube_api_url),
        headers={"X-Goog-Api-Key": key},
        refusal=Refusals(clock, key),
        timeout=timedelta(seconds=settings.source_timeout_seconds),
        answer_within=timedelta(seconds=settings.source_answer_seconds),
    )
    return YoutubeApi(JsonClient(api, open_sender(api.service, NoTokens(), settings, clock)))
