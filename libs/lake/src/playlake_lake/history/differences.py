"""What distinguishes two contents: of one playlist at two moments, or of two playlists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_lake.history.matching import Matching, match
from playlake_lake.history.values import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from playlake_lake.history.values import Contents, Entry


@dataclass(frozen=True, slots=True)
class EntryChange:
    """A change of an entry.

    Attributes:
        kind: one of added, removed, moved, readded, unavailable and available.
        old: the entry before; None if it was added.
        new: the entry after; None if it was removed.
        from_position: its position before, from 0; None if it was added.
        to_position: its position after; None if it was removed.
    """

    kind: ChangeKind
    old: Entry | None
    new: Entry | None
    from_position: int | None
    to_position: int | None


@dataclass(frozen=True, slots=True)
class MovedRange:
    """Neighbours that moved together, such as the positions 5 to 9 to the positions 0 to 4."""

    from_first: int
    to_first: int
    count: int


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference of two contents.

    Attributes:
        changes: removed entries by their old position, then the others by their new position. An
            entry that moved and was readded has two.
        matching: which entry is which.
    """

    changes: tuple[EntryChange, ...]
    matching: Matching

    def of(self, kind: ChangeKind) -> list[EntryChange]:
        """The changes of one kind."""
        return [change for change in self.changes if change.kind is kind]

    def moved_ranges(self) -> list[MovedRange]:
        """The entries that moved, as ranges of neighbours."""
        moves = [(change.from_position, change.to_position) for change in self.of(ChangeKind.MOVED)]
        return moved_ranges((old, new) for old, new in moves if old is not None and new is not None)


def difference(old: Contents, new: Contents) -> Difference:
    """Compare two contents.

    Equal ones cost one comparison of their tuples. Entries that kept their order are not changes,
    whatever was added or removed before them; as few entries as possible count as moved.
    """
    matching = match(old, new)
    return Difference(tuple(_changes(old, new, matching)), matching)


def moved_ranges(moves: Iterable[tuple[int, int]]) -> list[MovedRange]:
    """Join moves (old position, new position), by ascending new position, to ranges."""
    ranges: list[MovedRange] = []
    for old, new in moves:
        last = ranges[-1] if ranges else None
        if last and (old - last.from_first, new - last.to_first) == (last.count, last.count):
            ranges[-1] = MovedRange(last.from_first, last.to_first, last.count + 1)
        else:
            ranges.append(MovedRange(old, new, 1))
    return ranges


def _changes(old: Contents, new: Contents, matching: Matching) -> Iterator[EntryChange]:
    if isinstance(matching.old_of, range):  # the contents are equal
        return
    for at in sorted(set(range(len(old))).difference(matching.old_of)):
        yield EntryChange(ChangeKind.REMOVED, old[at], None, at, None)
    for at, (entry, from_position) in enumerate(zip(new, matching.old_of, strict=True)):
        if from_position is None:
            yield EntryChange(ChangeKind.ADDED, None, entry, None, at)
            continue
        before = old[from_position]
        if at in matching.moved:
            yield EntryChange(ChangeKind.MOVED, before, entry, from_position, at)
        for kind in _kinds(before, entry):
            yield EntryChange(kind, before, entry, from_position, at)


def _kinds(old: Entry, new: Entry) -> Iterator[ChangeKind]:
    """How an entry changed by itself. A hole is believed to be what it was."""
    if new.is_hole:
        return
    if old.is_there != new.is_there:
        yield ChangeKind.AVAILABLE if new.is_there else ChangeKind.UNAVAILABLE
    times = {old.added_at, new.added_at}
    if None not in {old.identity, new.identity, *times} and len(times) > 1:
        yield ChangeKind.READDED
