"""Entries in order: which generation of keys an entry uses, and which position it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from playlake_transformer.domain.spotify import Item

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playlake_transformer.domain.spotify import Entry

T = TypeVar("T")

_item_decoder = msgspec.json.Decoder(Item | None)


def resolve(entries: Iterable[Entry | None]) -> None:
    """Fill in `item` from `track` in every entry that has its item under the old key only.

    Raises:
        msgspec.DecodeError: an item is not as documented.
    """
    for entry in entries:
        if entry is not None and not isinstance(entry.item, Item) and entry.track:
            entry.item = _item_decoder.decode(entry.track)


def place(pages: Iterable[tuple[int | None, list[T]]]) -> tuple[list[int], list[T]]:
    """Number the entries of pages, each given with its offset where it declares one.

    A page that is missing leaves a gap; one that overlaps what was read goes behind it, so that
    every entry keeps a position of its own.
    """
    positions: list[int] = []
    entries: list[T] = []
    following = 0
    for offset, page in pages:
        start = max(following, offset or 0)
        following = start + len(page)
        positions.extend(range(start, following))
        entries.extend(page)
    return positions, entries
