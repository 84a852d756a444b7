"""Spotify as a source of playlists."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from playlake_contracts.sources.people import PEOPLE
from playlake_contracts.sources.spotify import SAVED_TRACKS_ID, SOURCE
from playlake_contracts.sources.spotify_dialects.kinds import SAVED_TRACKS
from playlake_extractor.errors import PlaylistError
from playlake_extractor.sources.spotify import liked_songs
from playlake_extractor.sources.spotify.artists_and_albums import DetailsKind, fetch_details
from playlake_extractor.sources.spotify.listing import listed_playlists, own_playlists
from playlake_extractor.sources.spotify.pages import Pages
from playlake_extractor.sources.spotify.readings import open_playlist, requests_for
from playlake_extractor.sources.spotify.responses import Page, Playlist, decode_response

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
    from playlake_extractor.sources.spotify.endpoints import Endpoints


class SpotifySource:
    """Spotify's playlists; implements `ports.Source`.

    Args:
        api: the endpoints.
        consent_ends_on: the day on which the user's consent ends, if known.
        liked_songs: whether the user's liked songs are one of their own playlists.
    """

    name = SOURCE
    details_kinds: Collection[str] = frozenset(DetailsKind)

    def __init__(
        self, api: Endpoints, consent_ends_on: date | None = None, *, liked_songs: bool = False
    ) -> None:
        self._api = api
        self._with_liked_songs = liked_songs
        self.consent_ends_on = consent_ends_on

    @property
    def traffic(self) -> Traffic:
        """The requests sent so far."""
        return self._api.traffic

    @property
    def not_before(self) -> Mapping[str, datetime]:
        """The closed quota groups, and when each opens again."""
        return self._api.not_before

    def respect(self, not_before: Mapping[str, datetime]) -> None:
        """Send no requests of these groups before those times."""
        self._api.respect(not_before)

    @property
    def requests_left(self) -> int:
        """How many requests the run may still send."""
        return self._api.requests_left

    def requests_for(self, playlist_id: str, total: int, listed: ListedPlaylist | None) -> int:
        """How many requests it takes to read a playlist of so many entries."""
        if playlist_id == SAVED_TRACKS_ID:
            return liked_songs.requests_for(total)
        return requests_for(total, listed)

    def own_playlists(self) -> OwnPlaylists:
        """List the playlists that the user owns or collaborates on, and the liked songs."""
        own = own_playlists(self._api)
        return liked_songs.listed_with(own) if self._with_liked_songs else own

    def listed(
        self, wanted: Sequence[str], maybe_unchanged: Collection[str]
    ) -> Iterator[ListedPlaylist]:
        """List playlists while listing is cheaper than fetching each playlist."""
        if SAVED_TRACKS_ID in wanted:
            yield liked_songs.LISTED
        playlists = [one for one in wanted if one != SAVED_TRACKS_ID]
        maybe = set(maybe_unchanged) - {SAVED_TRACKS_ID}
        yield from listed_playlists(self._api, playlists, maybe)

    def open(self, playlist_id: str, listed: ListedPlaylist | None) -> Reading:
        """Begin to read a playlist, in the way that takes the fewest requests."""
        if playlist_id == SAVED_TRACKS_ID:
            return liked_songs.LikedSongs(self._api)
        return open_playlist(self._api, playlist_id, listed)

    def without_users(
        self, body: bytes, instead: Callable[[str], str | None], *, artists: bool = True
    ) -> bytes:
        """Put others in the place of users; see `ports.Source`."""
        return PEOPLE[SOURCE].redacted(body, instead, artists=artists)

    def read_landed(self, snapshot: RawSnapshot) -> PlaylistRead:
        """Read a snapshot that was landed before.

        Raises:
            ValueError: it is not as Spotify sends it.
        """
        try:
            return _read_landed(snapshot)
        except PlaylistError as error:
            raise ValueError(f"the snapshot of {snapshot.playlist_id}: {error}") from error

    def details(self, kind: str, details_id: str) -> bytes:
        """Fetch an artist or an album."""
        return fetch_details(self._api, kind, details_id)


def _read_landed(snapshot: RawSnapshot) -> PlaylistRead:
    read = liked_songs.read_landed if snapshot.kind == SAVED_TRACKS else _read_landed_playlist
    return dataclasses.replace(read(snapshot), tail=snapshot.tail)


def _read_landed_playlist(snapshot: RawSnapshot) -> PlaylistRead:
    playlist = decode_response(bytes(snapshot.playlist), Playlist)
    if playlist.page is None:
        raise ValueError(f"the snapshot of {snapshot.playlist_id} holds no entries")
    pages = Pages()
    pages.begin(playlist, playlist.page)
    for page in snapshot.pages:
        pages.add(decode_response(bytes(page), Page))
    return pages.result(playlist)
