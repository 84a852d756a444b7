"""Reads one playlist, page after page, so that all pages are of one version.

A playlist of several pages is a snapshot only if nothing changed meanwhile. If the user's list
gave its version, the first page is read last, and the version in it is the check. Otherwise the
version alone is requested once more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playlake_contracts.raw import PLAYLIST
from playlake_extractor.errors import ForbiddenError, NotReadableError, TornError
from playlake_extractor.sources.spotify.pages import Pages
from playlake_extractor.sources.spotify.responses import Page, Playlist, Version, decode_response

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_extractor.ports import ListedPlaylist, PlaylistRead, Reading
    from playlake_extractor.sources.spotify.endpoints import Endpoints

# The most entries in a response of `GET /playlists/{id}`.
ENTRIES_WITH_PLAYLIST: Final = 100
# https://developer.spotify.com/documentation/web-api/reference/get-playlists-items
ENTRIES_A_PAGE: Final = 50


def open_playlist(api: Endpoints, playlist_id: str, listed: ListedPlaylist | None) -> Reading:
    """Start reading a playlist in the way that takes the fewest requests."""
    if listed is not None and is_first_page_last(listed):
        return FirstPageLast(api, listed)
    return InOrder(api, playlist_id)


def is_first_page_last(listed: ListedPlaylist) -> bool:
    """Whether a listed playlist is read from its second page."""
    return listed.snapshot_id is not None and (listed.total or 0) > ENTRIES_WITH_PLAYLIST


def requests_for(total: int, listed: ListedPlaylist | None) -> int:
    """Number of requests that reading a playlist with `total` entries takes."""
    further = max(0, total - ENTRIES_WITH_PLAYLIST)
    pages = -(-further // ENTRIES_A_PAGE)
    checks_version = further and not (listed is not None and is_first_page_last(listed))
    return 1 + pages + (1 if checks_version else 0)


class _Reading:
    """The common properties of the two ways of reading.

    Args:
        api: the endpoints.
        playlist: the playlist, or its fields in the list until its own response is read.
        pages: counts the pages that are read.
    """

    kind = PLAYLIST

    def __init__(self, api: Endpoints, playlist: Playlist, pages: Pages) -> None:
        self._api = api
        self._playlist = playlist
        self._pages = pages

    @property
    def name(self) -> str | None:
        """The playlist's name."""
        return self._playlist.name

    @property
    def snapshot_id(self) -> str | None:
        """The version that is being read."""
        return self._playlist.snapshot_id

    @property
    def entries(self) -> int:
        """Number of entries read so far."""
        return self._pages.entries

    def result(self) -> PlaylistRead:
        """The result, after everything was read."""
        return self._pages.result(self._playlist)


class InOrder(_Reading):
    """Reads the playlist with its first page, then the other pages; implements `ports.Reading`."""

    def __init__(self, api: Endpoints, playlist_id: str) -> None:
        self._playlist_id = playlist_id
        self._body = api.playlist(playlist_id)
        super().__init__(api, decode_response(self._body, Playlist), Pages())

    @property
    def total(self) -> int | None:
        """Number of entries that the playlist has."""
        page = self._playlist.page
        return page.total if page is not None and self._pages.total is None else self._pages.total

    def pages(self) -> Iterator[bytes]:
        """Read the other pages, and check that the version is still the same.

        Raises:
            NotReadableError: Spotify withheld the entries.
            TornError: the playlist changed meanwhile.
        """
        self._pages.begin(self._playlist, _first_page(self._playlist))
        if self._pages.next is None:
            return
        # The embedded page's `next` may point at an endpoint that new apps may not call.
        yield from _read_pages(self._api, self._playlist_id, self._pages, self._pages.next_offset)
        version = decode_response(self._api.version(self._playlist_id), Version)
        if version.snapshot_id != self._playlist.snapshot_id:
            raise _torn()

    def playlist(self) -> bytes:
        """The response with the first page."""
        return self._body


class FirstPageLast(_Reading):
    """Reads a listed playlist from its second page; implements `ports.Reading`."""

    def __init__(self, api: Endpoints, listed: ListedPlaylist) -> None:
        self._listed = listed
        as_listed = Playlist(name=listed.name, snapshot_id=listed.snapshot_id)
        super().__init__(api, as_listed, Pages(following=ENTRIES_WITH_PLAYLIST))

    @property
    def total(self) -> int | None:
        """Number of entries that the playlist has."""
        return self._listed.total if self._pages.total is None else self._pages.total

    def pages(self) -> Iterator[bytes]:
        """Read the pages after the first one.

        Raises:
            TornError: Spotify withholds them; the playlist's own response says why.
        """
        try:
            yield from _read_pages(
                self._api, self._listed.playlist_id, self._pages, ENTRIES_WITH_PLAYLIST
            )
        except ForbiddenError as error:
            raise TornError(f"Spotify withholds the pages of the playlist: {error}") from error

    def playlist(self) -> bytes:
        """Fetch the response with the first page, and check that the other pages continue it.

        Raises:
            NotReadableError: Spotify withheld the entries.
            TornError: it is of another version than was listed, or ends before the others begin.
        """
        body = self._api.playlist(self._listed.playlist_id)
        self._playlist = decode_response(body, Playlist)
        first = _first_page(self._playlist)
        self._pages.end(self._playlist, first)
        if self._playlist.snapshot_id != self._listed.snapshot_id or not _joins(first, self._pages):
            raise _torn()
        return body


def _read_pages(api: Endpoints, playlist_id: str, pages: Pages, offset: int) -> Iterator[bytes]:
    body = api.playlist_items(playlist_id, offset)
    pages.add(decode_response(body, Page))
    yield body
    while pages.next is not None:
        body = api.next(pages.next)
        pages.add(decode_response(body, Page))
        yield body


def _first_page(playlist: Playlist) -> Page:
    if playlist.page is None:
        raise NotReadableError(
            "Spotify sent the playlist without its items: to an app in development mode it "
            "gives only those that the authorised user owns or collaborates on"
        )
    return playlist.page


def _joins(first: Page, pages: Pages) -> bool:
    """Whether a first page ends where the other pages begin."""
    count = len(first.items or ())
    return first.limit in {None, ENTRIES_WITH_PLAYLIST} and (
        count == ENTRIES_WITH_PLAYLIST or (count < ENTRIES_WITH_PLAYLIST and pages.declares_offset)
    )


def _torn() -> TornError:
    return TornError("the playlist changed while its pages were read")
