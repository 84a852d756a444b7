"""Finds the raw JSON of single entries in a part.

Good entries keep no raw JSON, which makes reading fast. For an entry that broke a rule afterwards
its frame is read once more.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from playlake_contracts.raw import read_frames

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from playlake_transformer.domain.frame_readers import EntryPieces


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of a part: the frame, and the place among its entries, both from 0."""

    frame: int
    entry: int


def raw_entries(
    raw: bytes, places: Iterable[Place], pieces_of: EntryPieces
) -> Mapping[Place, tuple[int | None, bytes]]:
    """Find the position and the raw JSON of some entries of a part that was read before."""
    wanted: dict[int, set[int]] = defaultdict(set)
    for place in places:
        wanted[place.frame].add(place.entry)
    return dict(_found(raw, wanted, pieces_of))


def _found(
    raw: bytes, wanted: Mapping[int, set[int]], pieces_of: EntryPieces
) -> Iterator[tuple[Place, tuple[int | None, bytes]]]:
    frames = islice(read_frames(raw), max(wanted, default=-1) + 1)
    for number, frame in enumerate(frames):
        if number in wanted:
            pieces = pieces_of(frame)
            yield from ((Place(number, entry), pieces[entry]) for entry in wanted[number])
