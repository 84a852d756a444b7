"""ListenBrainz's API: the two resources that hold playlists.

Documentation: https://listenbrainz.readthedocs.io/en/latest/users/api/playlist.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from playlake_extractor.http.json_client import JsonClient
    from playlake_extractor.http.request_policy import Sender

# All resources share a limit of requests.
GROUP: Final = "requests"
LISTED_AT_ONCE: Final = 100


class ListenBrainzApi:
    """ListenBrainz's API, one request at a time.

    Args:
        client: sends the requests.
        user: the user whose playlists can be listed; None if there is none.
    """

    def __init__(self, client: JsonClient, user: str | None) -> None:
        self._client = client
        self.user = user

    @property
    def sender(self) -> Sender:
        """What paces, counts and retries the requests."""
        return self._client.sender

    def playlist(self, mbid: str) -> bytes:
        """Fetch a playlist with all its entries."""
        return self._client.get(GROUP, f"playlist/{mbid}")

    def playlists(self, user: str, offset: int) -> bytes:
        """Fetch a page of the playlists that a user made, without their entries."""
        path = f"user/{quote(user, safe='')}/playlists"
        return self._client.get(GROUP, path, {"count": LISTED_AT_ONCE, "offset": offset})
