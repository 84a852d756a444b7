"""Numbers the entries of a snapshot over all of its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from playlake_contracts.content import page_start
from playlake_contracts.limits import MAX_SNAPSHOT_ENTRIES
from playlake_transformer.errors import ObjectTooLargeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

T = TypeVar("T")


def number_entries(pages: Iterable[tuple[int | None, Sequence[T]]]) -> tuple[list[int], list[T]]:
    """Number the entries of pages; each page comes with its offset, or None if it declares none.

    Raises:
        ObjectTooLargeError: the snapshot has more entries than allowed.
    """
    positions: list[int] = []
    entries: list[T] = []
    next_position = 0
    for offset, page in pages:
        start = page_start(offset, next_position)
        next_position = start + len(page)
        if len(entries) + len(page) > MAX_SNAPSHOT_ENTRIES:
            raise ObjectTooLargeError(f"a snapshot has more than {MAX_SNAPSHOT_ENTRIES:,} entries")
        positions.extend(range(start, next_position))
        entries.extend(page)
    return positions, entries
