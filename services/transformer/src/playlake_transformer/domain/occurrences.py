"""Tracks, albums and artists as they occur in the entries of a part."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

import numpy as np

from playlake_transformer.domain.model import Album, Artist, Item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from playlake_transformer.domain.model import Entries

    Numbers = NDArray[np.intp]

T = TypeVar("T", Item, Album, Artist)


@dataclass(frozen=True, slots=True)
class Occurrences(Generic[T]):
    """Objects in the order of the part, each with the number of the entry that has it."""

    objects: list[T]
    numbers: Numbers

    @classmethod
    def of(cls, numbered: Sequence[tuple[int, T]]) -> Self:
        """Collect objects with their numbers."""
        return cls([one for _, one in numbered], np.array([n for n, _ in numbered], np.intp))

    def take(self, places: Numbers) -> Self:
        """The occurrences at some places."""
        objects = self.objects
        return type(self)([objects[place] for place in places.tolist()], self.numbers[places])


@dataclass(frozen=True, slots=True)
class Credits:
    """The artists of works, each as often as it is credited.

    Attributes:
        artists: the artists, work by work.
        works: for each of them, the place of its work.
        positions: for each of them, its position in the credits of the work.
    """

    artists: Occurrences[Artist]
    works: Numbers
    positions: Numbers

    @classmethod
    def of(cls, works: Occurrences[Item] | Occurrences[Album]) -> Self:
        """Collect the credits of works."""
        credited: list[Sequence[Artist]] = [work.artists or () for work in works.objects]
        lengths = np.fromiter(map(len, credited), np.intp, len(credited))
        work_of = np.repeat(np.arange(len(credited)), lengths)
        positions = np.arange(len(work_of)) - (np.cumsum(lengths) - lengths)[work_of]
        artists = Occurrences(list(chain.from_iterable(credited)), works.numbers[work_of])
        return cls(artists, work_of, positions)


def track_places(entries: Entries) -> Numbers | None:
    """The places of the entries that are tracks; None if all are."""
    types = entries.item_type
    if types.count("track") == len(types):
        return None
    return np.flatnonzero(np.array([item_type == "track" for item_type in types], np.bool_))


def albums_of(tracks: Occurrences[Item]) -> Occurrences[Album]:
    """The albums of tracks, those with an id."""
    albums: list[Any] = [track.album for track in tracks.objects]
    has_id = [album is not None and bool(album.id) for album in albums]
    found = Occurrences(albums, tracks.numbers)
    return found if all(has_id) else found.take(np.flatnonzero(np.array(has_id, np.bool_)))
