"""The fields of Spotify's responses that the extractor needs to plan, page and count.

The keys of the two generations of the API differ (`tracks`/`track`, `items`/`item`); some apps get
both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec import Raw

from playlake_contracts.manifest import Int32
from playlake_contracts.sources.spotify import page_with_entries
from playlake_extractor.errors import UnexpectedResponseError
from playlake_extractor.http.decoding import JSON_ERRORS, decode, decode_or_none
from playlake_extractor.sources.spotify.entries import read_entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_contracts.sources.spotify import Api
    from playlake_extractor.sources.spotify.entries import Entry

T = TypeVar("T")


class Page(msgspec.Struct, frozen=True):
    """A page of entries; if `items` is missing and `total` is not 0, Spotify withheld them."""

    items: list[Raw] | None = None
    offset: Int32 | None = None
    limit: Int32 | None = None
    next: str | None = None
    total: Int32 | None = None

    def entries(self) -> Iterator[Entry]:
        """The entries; a value that is not an object counts as an entry without an item.

        Raises:
            UnexpectedResponseError: Spotify withheld them.
        """
        if self.items is None and self.total != 0:
            raise UnexpectedResponseError("Spotify sent a page without its items")
        yield from map(read_entry, self.items or ())


class Owner(msgspec.Struct, frozen=True):
    """A user; in the response of `GET /me`, the user to whom the token belongs."""

    id: str | None = None


class Count(msgspec.Struct, frozen=True):
    """The number of entries of a listed playlist."""

    total: Int32 | None = None


class ListedEntry(msgspec.Struct, frozen=True):
    """A playlist in the response of `GET /me/playlists`."""

    id: str | None = None
    name: str | None = None
    snapshot_id: str | None = None
    owner: Owner | None = None
    collaborative: bool | None = None
    items: Count | None = None
    tracks: Count | None = None

    @property
    def total(self) -> int | None:
        """Number of its entries; None if Spotify does not say."""
        counts = [held.total for held in (self.items, self.tracks) if held is not None]
        return max((count for count in counts if count is not None), default=None)


class Listing(msgspec.Struct, frozen=True):
    """A page of `GET /me/playlists`; the list and its elements can be null."""

    items: list[ListedEntry | None] | None
    next: str | None = None
    total: Int32 | None = None

    def playlists(self) -> list[ListedEntry]:
        """The playlists in it.

        Raises:
            UnexpectedResponseError: it has none although there are some.
        """
        if self.items is None and self.total != 0:
            raise UnexpectedResponseError("Spotify sent a list of playlists without its items")
        return [one for one in self.items or () if one is not None]


class Version(msgspec.Struct, frozen=True):
    """A playlist's `snapshot_id` alone."""

    snapshot_id: str | None = None


class Image(msgspec.Struct, frozen=True):
    """A cover in one size."""

    url: str | None = None


class Playlist(msgspec.Struct, frozen=True):
    """A playlist with its first page, under `items` or `tracks` or both."""

    name: str | None = None
    snapshot_id: str | None = None
    items: Page | None = None
    tracks: Page | None = None
    images: Raw = Raw(b"null")

    @property
    def cover(self) -> str | None:
        """The address of its largest cover, which Spotify sends first; None if it has none.

        Images that are not as documented count as none: they are no reason to lose a snapshot.
        """
        images = decode_or_none(bytes(self.images), list[Image])
        return images[0].url if images else None

    @property
    def page(self) -> Page | None:
        """The embedded page that has the entries; None if Spotify withheld them."""
        return page_with_entries((self.items, self.tracks))

    @property
    def generations(self) -> Iterator[Api]:
        """The generations of the API to which its keys belong."""
        if self.items is not None:
            yield "items"
        if self.tracks is not None:
            yield "classic"


def decode_response(body: bytes, kind: type[T]) -> T:
    """Decode one of Spotify's responses.

    Raises:
        UnexpectedResponseError: it does not match Spotify's documentation.
    """
    try:
        return decode(body, kind)
    except JSON_ERRORS as error:
        message = f"Spotify's {kind.__name__.lower()} is not as documented: {error}"
        raise UnexpectedResponseError(message) from error
