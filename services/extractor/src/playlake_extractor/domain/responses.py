"""The few fields of Spotify's responses that paging and accounting need, in both generations.

The generations differ in their keys (`tracks`/`track`, `items`/`item`); some apps get both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from playlake_contracts.manifest import Int32
from playlake_contracts.raw import Api, Tail
from playlake_extractor.errors import UnexpectedResponseError

if TYPE_CHECKING:
    from collections.abc import Iterator

_Response = TypeVar("_Response")


class Entry(msgspec.Struct, frozen=True):
    """An entry of a playlist; only which key holds its track is of interest."""

    item: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    track: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class Page(msgspec.Struct, frozen=True):
    """A page of entries; without `items` Spotify withheld them."""

    items: list[Entry | None] | None = None
    next: str | None = None
    total: Int32 | None = None


class Playlist(msgspec.Struct, frozen=True):
    """A playlist with its first page, under `items` or `tracks` or both."""

    name: str | None = None
    snapshot_id: str | None = None
    items: Page | None = None
    tracks: Page | None = None

    @property
    def page(self) -> Page | None:
        """The embedded page; None where Spotify withheld the entries."""
        for page in (self.items, self.tracks):
            if page is not None and page.items is not None:
                return page
        return None


class Reading:
    """What has been read of a playlist so far, page after page.

    Attributes:
        entries: entries read, null ones included.
        total: entries that the newest page says the playlist has.
        next: the next page's URL; None when every page was read.
    """

    def __init__(self, playlist: Playlist, first: Page) -> None:
        self.entries = 0
        self.total: int | None = None
        self.next: str | None = None
        self._generations = set(_generations_of_playlist(playlist))
        self._followed: set[str] = set()
        self.add(first)

    def add(self, page: Page) -> None:
        """Count a page in.

        Raises:
            UnexpectedResponseError: it has no entries list, or leads back to a page already read.
        """
        if page.items is None:
            raise UnexpectedResponseError("Spotify sent a page without its items")
        if page.next in self._followed:
            raise UnexpectedResponseError("Spotify's pages lead in a circle")
        for entry in page.items:
            self._generations.update(_generations_of_entry(entry))
        if page.next is not None:
            self._followed.add(page.next)
        self.entries += len(page.items)
        self.total = page.total
        self.next = page.next

    def tail(self) -> Tail:
        """What the envelope says of the snapshot, once its pages were read."""
        complete = self.next is None and self.entries == self.total
        return Tail(api=self._api(), entries=self.entries, complete=complete)

    def _api(self) -> Api | None:
        if len(self._generations) > 1:
            return "both"
        return next(iter(self._generations), None)


def decode_playlist(body: bytes) -> Playlist:
    """Decode the response of `GET /playlists/{id}`.

    Raises:
        UnexpectedResponseError: it is no such response.
    """
    return _decode(body, Playlist)


def decode_page(body: bytes) -> Page:
    """Decode the response of `GET /playlists/{id}/items`.

    Raises:
        UnexpectedResponseError: it is no such response.
    """
    return _decode(body, Page)


def _decode(body: bytes, kind: type[_Response]) -> _Response:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        message = f"Spotify sent no {kind.__name__.lower()} as documented: {error}"
        raise UnexpectedResponseError(message) from error


def _generations_of_playlist(playlist: Playlist) -> Iterator[Api]:
    if playlist.items is not None:
        yield "items"
    if playlist.tracks is not None:
        yield "classic"


def _generations_of_entry(entry: Entry | None) -> Iterator[Api]:
    if entry is None:
        return
    if entry.item is not msgspec.UNSET:
        yield "items"
    if entry.track is not msgspec.UNSET:
        yield "classic"
