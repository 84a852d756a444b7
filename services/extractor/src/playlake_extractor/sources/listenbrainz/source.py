"""ListenBrainz as a source of playlists."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from playlake_contracts.sources.listenbrainz import SOURCE
from playlake_contracts.sources.people import PEOPLE
from playlake_extractor.errors import GoneError, PlaylistError
from playlake_extractor.sources.listenbrainz.listing import listed_playlists, own_playlists
from playlake_extractor.sources.listenbrainz.reading import WholePlaylist, open_playlist

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from playlake_contracts.raw import RawSnapshot
    from playlake_extractor.ports import (
        ListedPlaylist,
        OwnPlaylists,
        PlaylistRead,
        Reading,
        Traffic,
    )
    from playlake_extractor.sources.listenbrainz.api import ListenBrainzApi


class ListenBrainzSource:
    """ListenBrainz's playlists; implements `ports.Source`."""

    name = SOURCE
    details_kinds: Collection[str] = frozenset()
    consent_ends_on: date | None = None

    def __init__(self, api: ListenBrainzApi) -> None:
        self._api = api

    @property
    def traffic(self) -> Traffic:
        """The requests sent so far."""
        return self._api.sender.traffic

    @property
    def not_before(self) -> Mapping[str, datetime]:
        """When requests are taken again, if ListenBrainz takes none now."""
        return self._api.sender.not_before

    def respect(self, not_before: Mapping[str, datetime]) -> None:
        """Send no requests before that time."""
        self._api.sender.not_before.update(not_before)

    @property
    def requests_left(self) -> int:
        """How many requests the run may still send."""
        return self._api.sender.requests_left

    def requests_for(
        self,
        playlist_id: str,  # noqa: ARG002 - the port has it
        total: int,  # noqa: ARG002 - the port has it
        listed: ListedPlaylist | None,  # noqa: ARG002 - the port has it
    ) -> int:
        """One: a response holds all entries."""
        return 1

    def own_playlists(self) -> OwnPlaylists:
        """List the playlists that the user made."""
        return own_playlists(self._api)

    def listed(
        self,
        wanted: Sequence[str],  # noqa: ARG002 - the port has it
        maybe_unchanged: Collection[str],
    ) -> Iterator[ListedPlaylist]:
        """List the user's playlists, if that may save requests."""
        return listed_playlists(self._api, maybe_unchanged)

    def open(self, playlist_id: str, listed: ListedPlaylist | None) -> Reading:
        """Fetch a playlist."""
        return open_playlist(self._api, playlist_id, listed)

    def without_users(
        self, body: bytes, instead: Callable[[str], str | None], *, artists: bool = True
    ) -> bytes:
        """Put others in the place of users; see `ports.Source`."""
        return PEOPLE[SOURCE].redacted(body, instead, artists=artists)

    def read_landed(self, snapshot: RawSnapshot) -> PlaylistRead:
        """Read a snapshot that was landed before.

        Raises:
            ValueError: it is not as ListenBrainz sends it.
        """
        try:
            read = WholePlaylist(bytes(snapshot.playlist)).result()
        except PlaylistError as error:
            raise ValueError(f"the snapshot of {snapshot.playlist_id}: {error}") from error
        return dataclasses.replace(read, tail=snapshot.tail)

    def details(self, kind: str, details_id: str) -> bytes:
        """Refuse: nothing of ListenBrainz has details."""
        raise GoneError(f"ListenBrainz has no {kind} {details_id}")
