"""Which entry of one list of contents is which entry of another. Entries are a multiset.

The rules, each for what those before it left over:

1. Entries with the same identity and time of addition are the same copy.
2. Entries with the same identity are the same copy, which was taken out and put back.
3. An entry without identity takes the place of one that vanished, if both were added at the same
   time by the same user, and as many vanished as came. The other way round, it became available.
4. A hole, which is an entry that could not be read, takes the place of an entry between the same
   neighbours that stayed; and an entry that comes takes the place of an older hole.

Among equal copies those are paired with which the most entries stay in order.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from playlake_lake.history.chains import longest_chain

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
    from datetime import datetime

    from playlake_lake.history.values import Contents, Entry

# A copy is compared with at most as many equal copies, those around its own number among them.
# Otherwise one song a thousand times would be a million comparisons.
MOST_COPIES: Final = 8

# In the place of the identity of a hole, so that it is no entry without identity.
_HOLE: Final = "\0hole"


@dataclass(frozen=True, slots=True)
class Matching:
    """The pairs of entries of two contents.

    Attributes:
        old_of: by new position, the old position of the same entry; None for one that was added.
        moved: the new positions of entries that did not keep their order; as few as possible.
    """

    old_of: Sequence[int | None]
    moved: Collection[int]


def match(old: Contents, new: Contents) -> Matching:
    """Pair the entries of two contents by the rules above.

    With more than `MOST_COPIES` equal copies, where copies of equal time of addition change in
    number while other copies of the same identity are put back, or where an entry takes a place by
    rule 3 or 4 while equal copies move, more may count as moved than must.
    """
    if old == new:
        return Matching(range(len(new)), ())
    matcher = _Matcher(old, new)
    matcher.pair_copies()
    matcher.pair(_identity)
    matcher.pair_places()
    matcher.pair_holes()
    return matcher.matching()


_Key = tuple[str | None, "datetime | None"]


def _key(entry: Entry) -> _Key:
    return (_HOLE, entry.added_at) if entry.is_hole else entry[:2]


def _copy(entry: Entry) -> _Key | None:
    """What rule 1 compares; None for a hole, of which only the neighbours say what it is."""
    return None if entry.is_hole else entry[:2]


def _identity(entry: Entry) -> str | None:
    return entry.identity


class _Matcher:
    """Pairs the entries between the equal beginning and the equal end of two contents."""

    def __init__(self, old: Contents, new: Contents) -> None:
        self.old, self.new = old, new
        self.old_keys, self.new_keys = list(map(_key, old)), list(map(_key, new))
        first, last = _equal_ends(self.old_keys, self.new_keys)
        self.old_range = range(first, len(old) - last)
        self.new_range = range(first, len(new) - last)
        self.pairs: dict[int, int] = {}
        self.taken: set[int] = set()
        self.chain: dict[int, int] = {}

    def add(self, new: int, old: int) -> None:
        self.pairs[new] = old
        self.taken.add(old)

    def old_left(self) -> list[int]:
        return [place for place in self.old_range if place not in self.taken]

    def new_left(self) -> list[int]:
        return [place for place in self.new_range if place not in self.pairs]

    def pair_copies(self) -> None:
        """Pair copies so that the most stay in order, then the others of rule 1 in order."""
        self.chain = longest_chain(self._candidates())
        for new, old in self.chain.items():
            self.add(new, old)
        self.pair(_copy)

    def _candidates(self) -> Iterator[tuple[int, Sequence[int]]]:
        """For each new position the old ones of rule 1, or of rule 2 if its key is only there."""
        exact = {self.old_keys[at] for at in self.old_range}
        exact &= {self.new_keys[at] for at in self.new_range}
        places: dict[_Key | str | None, list[int]] = defaultdict(list)
        for at in self.old_range:
            key = self.old_keys[at]
            if key[0] != _HOLE:
                places[key if key in exact else key[0]].append(at)
        places.pop(None, None)
        number: Counter[_Key | str | None] = Counter()
        for at in self.new_range:
            key = self.new_keys[at]
            token = key if key in exact else key[0]
            olds = places.get(token, ())
            if len(olds) > MOST_COPIES:
                start = max(0, number[token] - MOST_COPIES // 2)
                olds = olds[start : start + MOST_COPIES]
                number[token] += 1
            yield at, olds

    def pair(self, of: Callable[[Entry], Hashable | None]) -> None:
        """Pair what is left and has an equal value, in order; None is equal to nothing."""
        self._pair(lambda at: of(self.old[at]), lambda at: of(self.new[at]))

    def _pair(
        self, old_key: Callable[[int], Hashable | None], new_key: Callable[[int], Hashable | None]
    ) -> None:
        left: dict[Hashable, list[int]] = defaultdict(list)
        for at in reversed(self.old_left()):
            left[old_key(at)].append(at)
        left.pop(None, None)
        for at in self.new_left():
            if olds := left.get(new_key(at)):
                self.add(at, olds.pop())

    def pair_places(self) -> None:
        """Rule 3. A user who is not known is any user: Spotify sends none with a null item."""
        self._pair_groups(lambda entry: (entry.added_at, entry.added_by))
        self._pair_groups(lambda entry: (entry.added_at, None))

    def _pair_groups(self, group: Callable[[Entry], tuple[datetime | None, str | None]]) -> None:
        vanished = _grouped(self.old, self.old_left(), group)
        for key, come in _grouped(self.new, self.new_left(), group).items():
            gone = vanished.get(key, [])
            pairs = list(zip(come, gone, strict=False))
            if len(come) == len(gone) and (
                all(_loses_identity(self.old[old], self.new[new]) for new, old in pairs)
                or all(_loses_identity(self.new[new], self.old[old]) for new, old in pairs)
            ):
                for new, old in pairs:
                    self.add(new, old)

    def pair_holes(self) -> None:
        """Rule 4. Equal times of addition go first; what they pair are neighbours for the rest."""
        has_holes = any(self.old[at].is_hole for at in self.old_left()) or any(
            self.new[at].is_hole for at in self.new_left()
        )
        for by_time in (True, False) if has_holes else ():
            stayed = self._stayed()
            old = _Gaps(self.old, sorted(stayed.values()), by_time)
            new = _Gaps(self.new, sorted(stayed), by_time)
            self._pair(old.key, new.key_of_hole)
            self._pair(old.key_of_hole, new.key)

    def matching(self) -> Matching:
        """The pairs, and which of them moved."""
        first, old_of = self.new_range.start, list(map(self.pairs.get, range(len(self.new))))
        old_of[:first] = range(first)
        old_of[self.new_range.stop :] = range(self.old_range.stop, len(self.old))
        return Matching(old_of, frozenset(self.pairs.keys() - self._stayed().keys()))

    def _stayed(self) -> dict[int, int]:
        if len(self.pairs) == len(self.chain):
            return self.chain
        return longest_chain((new, (old,)) for new, old in sorted(self.pairs.items()))


@dataclass(frozen=True, slots=True)
class _Gaps:
    """The gaps between entries that stayed, as keys to pair positions by.

    Attributes:
        contents: the entries.
        stayed: the positions of those that stayed, in ascending order.
        by_time: whether a key has the time of addition as well.
    """

    contents: Contents
    stayed: Sequence[int]
    by_time: bool

    def key(self, at: int) -> Hashable | None:
        gap, added_at = bisect_left(self.stayed, at), self.contents[at].added_at
        if not self.by_time:
            return gap
        return None if added_at is None else (gap, added_at)

    def key_of_hole(self, at: int) -> Hashable | None:
        return self.key(at) if self.contents[at].is_hole else None


def _equal_ends(old: Sequence[_Key], new: Sequence[_Key]) -> tuple[int, int]:
    """How many keys are equal at the beginning, and then at the end."""
    first = _equal(zip(old, new, strict=False))
    rest = min(len(old), len(new)) - first
    return first, min(rest, _equal(zip(reversed(old), reversed(new), strict=False)))


def _equal(pairs: Iterable[tuple[_Key, _Key]]) -> int:
    count = 0
    for one, other in pairs:
        if one != other:
            break
        count += 1
    return count


def _grouped(
    contents: Contents,
    left: Iterable[int],
    group: Callable[[Entry], tuple[datetime | None, str | None]],
) -> dict[tuple[datetime | None, str | None], list[int]]:
    """What is left by time of addition; without those whose time is unknown, and without holes."""
    groups: dict[tuple[datetime | None, str | None], list[int]] = defaultdict(list)
    for at in left:
        if contents[at].added_at is not None and not contents[at].is_hole:
            groups[group(contents[at])].append(at)
    return groups


def _loses_identity(full: Entry, empty: Entry) -> bool:
    """Whether an entry without identity can be one that has an identity."""
    return (
        empty.identity is None
        and full.identity is not None
        and empty.former_identity in {None, full.identity}
        and (empty.added_by is None or full.added_by in {None, empty.added_by})
    )
