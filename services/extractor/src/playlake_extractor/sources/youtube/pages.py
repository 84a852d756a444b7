"""Counts the entries on the pages of a playlist, and finds out whether it changed meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playlake_contracts.content import ContentDigest
from playlake_contracts.limits import MAX_SNAPSHOT_ENTRIES
from playlake_contracts.raw import Tail
from playlake_contracts.sources.youtube import ENTRIES_A_PAGE
from playlake_extractor.errors import TornError, UnexpectedResponseError
from playlake_extractor.ports import PlaylistRead
from playlake_extractor.sources.youtube.responses import read_entry

if TYPE_CHECKING:
    from playlake_extractor.sources.youtube.responses import Page, Playlist

# A page has 50 entries; some are shorter.
_MAX_PAGES: Final = MAX_SNAPSHOT_ENTRIES // ENTRIES_A_PAGE + 200
_MAX_EMPTY_PAGES_IN_A_ROW: Final = 2


class Tokens:
    """The tokens of pages that lead to further pages.

    Attributes:
        next: the token of the next page; None after the last one.
    """

    def __init__(self) -> None:
        self.next: str | None = None
        self._followed: set[str] = set()
        self._empty_in_a_row = 0

    def follow(self, token: str | None, *, is_empty: bool) -> None:
        """Follow the token of a page.

        Raises:
            UnexpectedResponseError: the pages lead in a circle, or do not end.
        """
        self._empty_in_a_row = self._empty_in_a_row + 1 if is_empty else 0
        if token is not None:
            if token in self._followed:
                raise UnexpectedResponseError("YouTube's pages lead in a circle")
            self._followed.add(token)
            if len(self._followed) > _MAX_PAGES or self._empty_in_a_row > _MAX_EMPTY_PAGES_IN_A_ROW:
                raise UnexpectedResponseError(
                    f"YouTube's pages do not end after {len(self._followed):,}"
                )
        self.next = token


class Pages:
    """The pages of a playlist that were read so far, in order.

    Attributes:
        entries: number of entries read, including null entries.
        total: number of entries that the playlist has, according to its pages.
        count: number of pages.
    """

    def __init__(self) -> None:
        self.entries = 0
        self.total: int | None = None
        self.count = 0
        self._tokens = Tokens()
        self._ids: set[str] = set()
        self._digest = ContentDigest()

    @property
    def next(self) -> str | None:
        """The token of the next page; None after the last one."""
        return self._tokens.next

    def add(self, page: Page) -> None:
        """Add a page.

        Raises:
            TornError: it does not belong to the pages before.
            UnexpectedResponseError: it has no list of entries, or leads in a circle.
        """
        if page.items is None and page.total != 0:
            raise UnexpectedResponseError("YouTube sent a page without its items")
        if self.count and page.total != self.total:
            raise torn()
        self.count += 1
        self.total = page.total
        self._add_entries(page)
        self._tokens.follow(page.next_page_token, is_empty=not page.items)

    def result(self, playlist: Playlist) -> PlaylistRead:
        """The result of reading the playlist."""
        tail = Tail(api=None, entries=self.entries, complete=self.next is None)
        return PlaylistRead(
            name=playlist.name,
            snapshot_id=None,
            tail=tail,
            total=self.total,
            items_sha256=str(self._digest),
        )

    def _add_entries(self, page: Page) -> None:
        entries = [read_entry(raw) for raw in page.items or ()]
        for entry in entries:
            # An entry that was moved meanwhile, or before which one was added, comes twice.
            if entry.id is not None and entry.id in self._ids:
                raise torn()
            if entry.id is not None:
                self._ids.add(entry.id)
        positions = range(self.entries, self.entries + len(entries))
        self._digest.add(
            positions, [one.identity for one in entries], [one.added_at for one in entries]
        )
        self.entries += len(entries)


def torn() -> TornError:
    """The error of a playlist that changed while it was read."""
    return TornError("the playlist changed while its pages were read")
