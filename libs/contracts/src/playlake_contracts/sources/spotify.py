"""Decides which of Spotify's two generations of keys holds the contents.

Apps made since February 2026 get `items` and `item`, older apps `tracks` and `track`, and some get
both. One of the two may be a stub, so the contents decide and not the presence of a key. If both
have contents, the newer key is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SOURCE: Final = "spotify"

# What the URI of a local file begins with.
LOCAL_PREFIX: Final = "spotify:local:"
# The playlist that a user's liked songs are, which Spotify calls saved tracks. They have no id.
SAVED_TRACKS_ID: Final = "liked-songs"
SAVED_TRACKS_NAME: Final = "Liked Songs"

# How many entries one request adds at most:
# https://developer.spotify.com/documentation/web-api/reference/add-items-to-playlist
MOST_ADDED: Final = 100

Api = Literal["classic", "items", "both"]


class PageLike(Protocol):
    """A page of entries, as either service decodes it."""

    @property
    def items(self) -> Sequence[object] | None:
        """The entries; None if Spotify withheld them."""

    @property
    def total(self) -> int | None:
        """The number of entries that the playlist has."""


class ItemLike(Protocol):
    """An item of an entry, as either service decodes it."""

    @property
    def uri(self) -> str | None:
        """Its Spotify URI."""

    @property
    def id(self) -> str | None:
        """Its id; a local file has none."""

    @property
    def name(self) -> str | None:
        """Its title."""


P = TypeVar("P", bound=PageLike)
I = TypeVar("I", bound=ItemLike)  # noqa: E741 - an item


def page_with_entries(pages: Iterable[P | None]) -> P | None:
    """The page that holds the entries: the first one with any, else the first empty one.

    Args:
        pages: the page under `items`, then the one under `tracks`. The second is evaluated only if
            the first has no entries.

    Returns:
        None if Spotify withheld the entries. A page without a list is empty if its total is 0.
    """
    empty: P | None = None
    for page in pages:
        if page is None:
            continue
        if page.items:
            return page
        if empty is None and (page.items is not None or page.total == 0):
            empty = page
    return empty


def has_content(item: ItemLike) -> bool:
    """Whether an item can be identified: by a URI, an id or a name."""
    return bool(item.uri or item.id or item.name)


def is_available(uri: str | None, item_id: str | None, name: str | None) -> bool:
    """Whether an item has a row of a type other than `unavailable`.

    It has none without an id, if it is no local file, nor with an empty name, which means that it
    was taken down. An absent name means nothing, because saved files may lack names.
    """
    return bool(item_id and name != "") or (uri or "").startswith(LOCAL_PREFIX)


def item_with_content(items: Iterable[I | None]) -> I | None:
    """The item that holds the contents: the first one that can be identified.

    Args:
        items: the item under `item`, then the one under `track`. The second is evaluated only if
            the first cannot be identified.

    Returns:
        The first item if none can be identified; None if there is no item.
    """
    first: I | None = None
    for item in items:
        if item is None:
            continue
        if has_content(item):
            return item
        first = first or item
    return first
