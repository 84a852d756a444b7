"""YouTube as a source of playlists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts.sources.people import PEOPLE
from playlake_contracts.sources.youtube import SOURCE
from playlake_extractor.errors import GoneError, PlaylistError
from playlake_extractor.sources.youtube.api import open_api
from playlake_extractor.sources.youtube.channel import channel_playlists
from playlake_extractor.sources.youtube.reading import PlaylistReading, read_landed, requests_for

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from playlake_contracts.raw import RawSnapshot
    from playlake_extractor.ports import (
        Clock,
        ListedPlaylist,
        OwnPlaylists,
        PlaylistRead,
        Reading,
        Traffic,
    )
    from playlake_extractor.sources.youtube.api import YoutubeApi
    from playlake_extractor.sources.youtube.settings import YoutubeSettings


class YoutubeSource:
    """YouTube's playlists; implements `ports.Source`.

    Args:
        api: the endpoints.
        channel_id: the channel whose playlists are `mine`.
    """

    name = SOURCE
    details_kinds: Collection[str] = frozenset()
    consent_ends_on: date | None = None

    def __init__(self, api: YoutubeApi, channel_id: str | None = None) -> None:
        self._api = api
        self._channel_id = channel_id

    @property
    def traffic(self) -> Traffic:
        """The requests sent so far."""
        return self._api.sender.traffic

    @property
    def not_before(self) -> Mapping[str, datetime]:
        """When the quota of the next day begins, if that of the day is spent."""
        return self._api.sender.not_before

    def respect(self, not_before: Mapping[str, datetime]) -> None:
        """Send no requests before those times."""
        self._api.sender.not_before.update(not_before)

    @property
    def requests_left(self) -> int:
        """How many requests the run may still send."""
        return self._api.sender.requests_left

    def requests_for(
        self,
        playlist_id: str,  # noqa: ARG002 - the port has it
        total: int,
        listed: ListedPlaylist | None,  # noqa: ARG002 - the port has it
    ) -> int:
        """How many requests it takes to read a playlist of so many entries."""
        return requests_for(total)

    def own_playlists(self) -> OwnPlaylists:
        """List the public playlists of the channel of the settings."""
        return channel_playlists(self._api, self._channel_id)

    def listed(
        self,
        wanted: Sequence[str],  # noqa: ARG002 - the port has it
        maybe_unchanged: Collection[str],  # noqa: ARG002 - the port has it
    ) -> Iterable[ListedPlaylist]:
        """List nothing: a list does not show which playlists are unchanged."""
        return ()

    def open(
        self,
        playlist_id: str,
        listed: ListedPlaylist | None,  # noqa: ARG002 - the port has it
    ) -> Reading:
        """Begin to read a playlist."""
        return PlaylistReading(self._api, playlist_id)

    def without_users(
        self, body: bytes, instead: Callable[[str], str | None], *, artists: bool = True
    ) -> bytes:
        """Put others in the place of users; see `ports.Source`."""
        return PEOPLE[SOURCE].redacted(body, instead, artists=artists)

    def read_landed(self, snapshot: RawSnapshot) -> PlaylistRead:
        """Read a snapshot that was landed before.

        Raises:
            ValueError: it is not as YouTube sends it.
        """
        try:
            return read_landed(snapshot)
        except PlaylistError as error:
            raise ValueError(f"the snapshot of {snapshot.playlist_id}: {error}") from error

    def details(self, kind: str, details_id: str) -> bytes:
        """Refuse: nothing of YouTube has details."""
        raise GoneError(f"YouTube has no details of {kind} {details_id}")


def open_youtube(settings: YoutubeSettings, clock: Clock) -> YoutubeSource:
    """Create the source with the key of the settings.

    Raises:
        ConfigurationError: there is no key.
    """
    return YoutubeSource(open_api(settings, clock), settings.youtube_channel)
