"""The endpoints of Spotify's Web API that a run uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from playlake_extractor.ports import Traffic


class Endpoints(Protocol):
    """Spotify's Web API. Each method returns the response's body, byte for byte.

    Methods raise `PlaylistError` if there is no usable response, and
    `AuthorisationNeededError` if Spotify refuses the credentials.
    """

    @property
    def is_for_user(self) -> bool:
        """Whether the access token belongs to a user, who has a list of playlists."""

    @property
    def traffic(self) -> Traffic:
        """The requests sent so far."""

    @property
    def requests_left(self) -> int:
        """Number of requests that the run may still send."""

    @property
    def not_before(self) -> Mapping[str, datetime]:
        """The closed quota groups, and when each opens again."""

    def respect(self, not_before: Mapping[str, datetime]) -> None:
        """Send no requests of these groups before those times."""

    def user(self) -> bytes:
        """Fetch the user's profile."""

    def my_playlists(self, offset: int) -> bytes:
        """Fetch a page of the playlists that the user owns or follows, from an offset."""

    def playlist(self, playlist_id: str) -> bytes:
        """Fetch a playlist with its first entries."""

    def playlist_items(self, playlist_id: str, offset: int) -> bytes:
        """Fetch a page of a playlist's entries, from an offset."""

    def saved_tracks(self, offset: int, limit: int) -> bytes:
        """Fetch a page of the songs that the user saved, the newest first, from an offset."""

    def next(self, url: str) -> bytes:
        """Fetch the page at another page's `next`."""

    def artist(self, artist_id: str) -> bytes:
        """Fetch an artist."""

    def album(self, album_id: str) -> bytes:
        """Fetch an album, with its first tracks."""

    def version(self, playlist_id: str) -> bytes:
        """Fetch a playlist's `snapshot_id` alone."""
