"""Counts the entries on the pages of a playlist, and detects the last page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from playlake_contracts.content import ContentDigest, page_start
from playlake_contracts.limits import MAX_SNAPSHOT_ENTRIES
from playlake_contracts.raw import Tail
from playlake_extractor.errors import UnexpectedResponseError
from playlake_extractor.ports import PlaylistRead
from playlake_extractor.sources.spotify.artists_and_albums import named_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playlake_contracts.sources.spotify import Api
    from playlake_extractor.sources.spotify.responses import Page, Playlist

# A page has 50 entries; some are shorter.
_MAX_PAGES: Final = MAX_SNAPSHOT_ENTRIES // 50 + 200
_MAX_EMPTY_PAGES_IN_A_ROW: Final = 2


class Pages:
    """The pages of a playlist that were read so far.

    Pages are read in order; the first page may be read last.

    Args:
        following: the position of the first entry on the next page.

    Attributes:
        entries: number of entries read, including null entries.
        has_available: whether any of these entries has an item that is available.
        total: number of entries that the playlist has, according to the newest page.
        next: the next page's URL; None if every page was read.
        declares_offset: whether the first page that was added has an offset.
    """

    def __init__(self, following: int = 0) -> None:
        self.entries = 0
        self.has_available = False
        self.total: int | None = None
        self.next: str | None = None
        self.declares_offset = False
        self._following = following
        self._named: set[str] = set()
        self._generations: set[Api] = set()
        self._digest = ContentDigest()
        self._followed: set[str] = set()
        self._empty_in_a_row = 0

    def begin(self, playlist: Playlist, first: Page) -> None:
        """Add the first page before the others.

        Raises:
            UnexpectedResponseError: it has no list of entries.
        """
        self._generations.update(playlist.generations)
        self.add(first)

    def add(self, page: Page) -> None:
        """Add a page.

        Raises:
            UnexpectedResponseError: it has no list of entries, or `next` leads back.
        """
        if not self._followed:
            self.declares_offset = page.offset is not None
        start = page_start(page.offset, self._following)
        self._following = self._count(page, start)
        self._empty_in_a_row = 0 if page.items else self._empty_in_a_row + 1
        self._follow(None if self._is_past_the_end(page) else page.next)

    def end(self, playlist: Playlist, first: Page) -> None:
        """Add the first page after all others.

        Raises:
            UnexpectedResponseError: it has no list of entries.
        """
        self._generations.update(playlist.generations)
        self._count(first, page_start(first.offset, 0))

    @property
    def next_offset(self) -> int:
        """The position at which the next page begins."""
        offset = _offset(self.next or "")
        return self.entries if offset is None else offset

    def result(self, playlist: Playlist) -> PlaylistRead:
        """The result of reading the playlist."""
        complete = self.next is None and self.entries == self.total
        return PlaylistRead(
            name=playlist.name,
            snapshot_id=playlist.snapshot_id,
            tail=Tail(api=_api(self._generations), entries=self.entries, complete=complete),
            total=self.total,
            items_sha256=str(self._digest),
            named=frozenset(self._named),
            cover=playlist.cover,
        )

    def _count(self, page: Page, start: int) -> int:
        identities: list[str | None] = []
        added_at: list[str | None] = []
        for entry in page.entries():
            item = entry.held
            identities.append(None if item is None else item.identity)
            added_at.append(entry.added_at)
            self._generations.update(entry.generations)
            self._named.update(named_in(item))
            if not self.has_available:
                self.has_available = item is not None and item.is_available
        following = start + len(identities)
        self._digest.add(range(start, following), identities, added_at)
        self.entries += len(identities)
        self.total = page.total
        return following

    def _is_past_the_end(self, page: Page) -> bool:
        """Whether an empty page is the last one, even if it has a `next`."""
        if page.items:
            return False
        return (
            self.total is None
            or self.entries >= self.total
            or self._empty_in_a_row >= _MAX_EMPTY_PAGES_IN_A_ROW
        )

    def _follow(self, following: str | None) -> None:
        if following is not None:
            if following in self._followed or _leads_back(self.next, following):
                raise UnexpectedResponseError("Spotify's pages lead in a circle")
            self._followed.add(following)
        if len(self._followed) > _MAX_PAGES:
            raise UnexpectedResponseError(f"Spotify's pages do not end after {_MAX_PAGES:,}")
        self.next = following


def _api(generations: Iterable[Api]) -> Api | None:
    found = list(generations)
    return "both" if len(found) > 1 else next(iter(found), None)


def _leads_back(previous: str | None, following: str) -> bool:
    """Whether both URLs have an offset, and that of `following` is not greater."""
    before, after = _offset(previous or ""), _offset(following)
    return before is not None and after is not None and after <= before


def _offset(url: str) -> int | None:
    """The offset in a URL; None if it has none, or is not a URL."""
    try:
        values = parse_qs(urlsplit(url).query).get("offset", [""])
        return int(values[0]) if values[0].isascii() and values[0].isdecimal() else None
    except ValueError:  # such as an unclosed bracket, or a number of thousands of digits
        return None
