"""The position of each entry of a snapshot, over all of its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from playlake_contracts.content import page_start
from playlake_contracts.limits import MAX_SNAPSHOT_ENTRIES
from playlake_transformer.errors import ObjectTooLargeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

T = TypeVar("T")


def number_entries(pages: Iterable[tuple[int | None, Sequence[T]]]) -> tuple[list[int], list[T]]:
    """Number the entries of pages, each given with its offset where it declares one.

    Raises:
        ObjectTooLargeError: there are more entries than a snapshot may have.
    """
    positions: list[int] = []
    entries: list[T] = []
    following = 0
    for offset, page in pages:
        start = page_start(offset, following)
        following = start + len(page)
        if len(entries) + len(page) > MAX_SNAPSHOT_ENTRIES:
            raise ObjectTooLargeError(f"a snapshot has more than {MAX_SNAPSHOT_ENTRIES:,} entries")
        positions.extend(range(start, following))
        entries.extend(page)
    return positions, entries
