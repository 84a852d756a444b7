"""Reads the user's liked songs, which Spotify calls saved tracks, as a playlist.

Spotify has no version of them. Theirs is made of their number and of the newest of them, which is
the first entry of the first page: one request shows whether they have changed.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from playlake_contracts.sources.spotify import SAVED_TRACKS_ID, SAVED_TRACKS_NAME
from playlake_contracts.sources.spotify_dialects.kinds import SAVED_TRACKS
from playlake_extractor.errors import ForbiddenError, TokenRefusedError, TornError
from playlake_extractor.ports import LeftOut, ListedPlaylist
from playlake_extractor.sources.spotify.oauth import LIKED_SONGS_SCOPE
from playlake_extractor.sources.spotify.pages import Pages
from playlake_extractor.sources.spotify.responses import Page, Playlist, decode_response

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_contracts.raw import RawSnapshot
    from playlake_extractor.ports import OwnPlaylists, PlaylistRead
    from playlake_extractor.sources.spotify.endpoints import Endpoints

# What is known of them without a request.
LISTED: Final = ListedPlaylist(SAVED_TRACKS_ID, SAVED_TRACKS_NAME)

_ALONE: Final = LeftOut(
    SAVED_TRACKS_ID,
    f"Spotify lists no playlist of the user's own, which may be a fault: name {SAVED_TRACKS_ID} in "
    "PLAYLAKE_PLAYLISTS to have the liked songs read all the same",
)

# https://developer.spotify.com/documentation/web-api/reference/get-users-saved-tracks
_SONGS_A_PAGE: Final = 50
_LOG_IN: Final = (
    f"log in again by `playlake login --liked-songs`, which asks for {LIKED_SONGS_SCOPE}"
)


class LikedSongs:
    """Reads the liked songs, the newest first; implements `ports.Reading`.

    The first page is read at once.

    Raises:
        ForbiddenError: the login may not read them; the message says what to do.
    """

    kind = SAVED_TRACKS
    name = SAVED_TRACKS_NAME

    def __init__(self, api: Endpoints) -> None:
        self._api = api
        self._body = _first_page(api)
        self._first = decode_response(self._body, Page)
        self._pages = Pages()
        self.snapshot_id = _version(self._first)

    @property
    def entries(self) -> int:
        """Number of songs read so far."""
        return self._pages.entries

    @property
    def total(self) -> int | None:
        """Number of songs that there are."""
        return self._first.total if self._pages.total is None else self._pages.total

    def pages(self) -> Iterator[bytes]:
        """Read the pages, and check that the version is still the same.

        Raises:
            TornError: the songs changed meanwhile.
        """
        self._pages.add(self._first)
        yield self._body
        if self._pages.next is None:
            return
        while self._pages.next is not None:
            body = self._api.saved_tracks(self._pages.next_offset, _SONGS_A_PAGE)
            self._pages.add(decode_response(body, Page))
            yield body
        newest = decode_response(self._api.saved_tracks(0, 1), Page)
        if _version(newest) != self.snapshot_id:
            raise TornError("the liked songs changed while their pages were read")

    def playlist(self) -> None:
        """There is no response but the pages."""

    def result(self) -> PlaylistRead:
        """The result, after everything was read."""
        return self._pages.result(Playlist(name=self.name, snapshot_id=self.snapshot_id))


def listed_with(own: OwnPlaylists) -> OwnPlaylists:
    """List the liked songs after the user's own playlists.

    They are left out if there are no others: a list that is empty by a fault has to stay empty, so
    that the run counts as one that has read too little.
    """
    if own.playlists:
        return dataclasses.replace(own, playlists=[*own.playlists, LISTED])
    return dataclasses.replace(own, left_out=[*own.left_out, _ALONE])


def requests_for(total: int) -> int:
    """Number of requests that reading so many songs takes."""
    pages = max(1, -(-total // _SONGS_A_PAGE))
    return pages + (1 if pages > 1 else 0)


def read_landed(snapshot: RawSnapshot) -> PlaylistRead:
    """Read liked songs that were landed before.

    Raises:
        PlaylistError: they are not as Spotify sends them.
    """
    pages = Pages()
    for page in snapshot.pages:
        pages.add(decode_response(bytes(page), Page))
    return pages.result(Playlist(name=SAVED_TRACKS_NAME, snapshot_id=snapshot.snapshot_id))


def _first_page(api: Endpoints) -> bytes:
    if not api.is_for_user:
        raise ForbiddenError(f"the app's own credentials have no liked songs: {_LOG_IN}")
    try:
        return api.saved_tracks(0, _SONGS_A_PAGE)
    except ForbiddenError as error:
        raise ForbiddenError(f"{error} to the request for the liked songs: {_LOG_IN}") from error
    except TokenRefusedError as error:  # a new token did not help, so it is about these songs
        raise ForbiddenError(
            f"Spotify does not take the login for the liked songs: {_LOG_IN}"
        ) from error


def _version(page: Page) -> str | None:
    """The number of songs, and when and which the newest was saved, as no version of Spotify's."""
    if page.total is None:
        return None
    newest = next(page.entries(), None)
    if newest is None:
        return str(page.total)
    identity = None if newest.held is None else newest.held.identity
    return f"{page.total}/{newest.added_at}/{identity}"
