"""Reads one playlist, page after page, so that all pages are of one version.

The etag of a playlist covers its own fields: title, description, number of entries. An entry that
was exchanged or moved, and a video that was deleted, leave it as it is. So a playlist is read
whole in every run, and is never `unchanged`; decision 0045.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts.raw import PLAYLIST
from playlake_contracts.sources.youtube import ENTRIES_A_PAGE
from playlake_extractor.errors import GoneError, UnexpectedResponseError
from playlake_extractor.sources.youtube.pages import Pages, torn
from playlake_extractor.sources.youtube.responses import (
    Page,
    Playlist,
    Playlists,
    decode_response,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_contracts.raw import RawSnapshot
    from playlake_extractor.ports import PlaylistRead
    from playlake_extractor.sources.youtube.api import YoutubeApi


def requests_for(total: int) -> int:
    """Number of requests that reading a playlist with `total` entries takes."""
    pages = max(1, -(-total // ENTRIES_A_PAGE))
    return 1 + pages + (1 if pages > 1 else 0)


class PlaylistReading:
    """One reading of a playlist; implements `ports.Reading`.

    Raises:
        GoneError: YouTube lists no such playlist.
    """

    kind = PLAYLIST
    snapshot_id = None

    def __init__(self, api: YoutubeApi, playlist_id: str) -> None:
        self._api = api
        self._playlist_id = playlist_id
        self._body, self._playlist = self._fetch()
        self._pages = Pages()

    @property
    def name(self) -> str | None:
        """The playlist's title."""
        return self._playlist.name

    @property
    def entries(self) -> int:
        """Number of entries read so far."""
        return self._pages.entries

    @property
    def total(self) -> int | None:
        """Number of entries that the playlist has."""
        return self._playlist.total if self._pages.total is None else self._pages.total

    def pages(self) -> Iterator[bytes]:
        """Read the pages, and check that the playlist is still the same.

        Raises:
            TornError: the playlist changed meanwhile.
        """
        while not self._pages.count or self._pages.next is not None:
            body = self._api.page(self._playlist_id, self._pages.next)
            self._pages.add(decode_response(body, Page))
            yield body
        if self._pages.count > 1 and self._fetch()[1].etag != self._playlist.etag:
            raise torn()

    def playlist(self) -> bytes:
        """The response with the playlist."""
        return self._body

    def result(self) -> PlaylistRead:
        """The result, after everything was read."""
        return self._pages.result(self._playlist)

    def _fetch(self) -> tuple[bytes, Playlist]:
        body = self._api.playlist(self._playlist_id)
        found = decode_response(body, Playlists).items
        if not found:
            raise GoneError("YouTube lists no such playlist: it was deleted or is private")
        if found[0].id != self._playlist_id:
            raise UnexpectedResponseError("YouTube sent another playlist than the requested one")
        return body, found[0]


def read_landed(snapshot: RawSnapshot) -> PlaylistRead:
    """Read a snapshot that was landed before.

    Raises:
        PlaylistError: it is not as YouTube sends it.
    """
    found = decode_response(bytes(snapshot.playlist), Playlists).items
    pages = Pages()
    for page in snapshot.pages:
        pages.add(decode_response(bytes(page), Page))
    return pages.result(found[0] if found else Playlist())
