"""What the history of a playlist must be, by brute force, from what its runs really saw.

It shares no code with the library that makes the history. Its rules are those of decision 0030,
written again:

- A run asserts the contents that it read whole, or those of the run since which the playlist is
  unchanged, if the lake has them; or that the playlist is gone; or nothing.
- Entries are paired as multisets: by identity and time of addition, then by identity (`readded`).
  Then an entry without identity takes the place of one of the same time and user, if as many
  vanished as came, and the other way round.
- `moved` are as few as possible: as many pairs as possible stay in order, by the plain dynamic
  programme for the longest common subsequence over all pairs that the rules allow.
- An entry that Spotify withdraws is remembered as what it was. Metadata is compared with the value
  that was sent last.

Where the rules leave a choice (which of two neighbours moved, which of two equal copies left), the
choice of the history is taken, after it was checked that it is one of the best. All other cells of
all rows follow from that. Holes, which are entries that cannot be read, do not occur here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
    from datetime import datetime

Cells = tuple[Any, ...]
Pairs = dict[int, int]
METADATA = ("name", "description", "owner", "public", "collaborative", "cover")


class TrueEntry(NamedTuple):
    """A place in a playlist, as its cells must be; `known_as` outlives a withdrawal."""

    identity: str | None
    added_at: datetime | None
    added_by: str | None
    item_type: str
    name: str | None
    artist_names: str | None
    known_as: str | None


@dataclass(frozen=True, slots=True)
class TrueRun:
    """What a run says about a playlist.

    Attributes:
        at: when, UTC.
        run_id: the run.
        entries: the contents that it asserts; None if none.
        contents_of: the run that read them; also if the lake lacks them.
        is_gone: whether it says that the playlist is gone.
        sent: the metadata that it was sent; empty if none.
    """

    at: datetime
    run_id: str
    entries: tuple[TrueEntry, ...] | None = None
    contents_of: str | None = None
    is_gone: bool = False
    sent: Mapping[str, str] = field(default_factory=dict)


class Found(NamedTuple):
    """A change of an entry that the history shows: the only cells that the truth takes from it."""

    change: str
    from_position: int | None
    to_position: int | None


@dataclass(slots=True)
class _Stay:
    """An entry in the playlist: what it is now, and how it came."""

    entry: TrueEntry
    copy: int
    last_missing: Cells
    first_seen: Cells
    position: int
    readded: int = 0


NEVER = (None, None)


@dataclass(slots=True)
class TrueHistory:
    """The history so far.

    Attributes:
        source: the source of the playlist.
        playlist_id: its id.
        changes: the rows of `changes`.
        memberships: the rows of `memberships` that have ended.
        timeline: the rows of `timeline`, as lists.
        checked: how many choices of the history were checked, by what they are.
    """

    source: str
    playlist_id: str
    changes: list[Cells] = field(default_factory=list)
    memberships: list[Cells] = field(default_factory=list)
    timeline: list[list[Any]] = field(default_factory=list)
    checked: Counter[str] = field(default_factory=Counter)
    _held: list[_Stay] = field(default_factory=list)
    _seen: Cells = NEVER
    _is_gone: bool = False
    _sent: dict[str, str] = field(default_factory=dict)
    _copies: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(
        cls,
        key: tuple[str, str],
        runs: Sequence[TrueRun],
        found: Mapping[str, Sequence[Found]],
    ) -> TrueHistory:
        """The history of a playlist.

        Args:
            key: its source and its id.
            runs: what the runs say about it.
            found: the changes of entries that the history under test shows, by run.
        """
        made = cls(*key)
        for run in sorted(runs, key=lambda run: (run.at, run.run_id)):
            made._take(run, found.get(run.run_id, ()))
        return made

    def all_memberships(self) -> list[Cells]:
        """The rows of `memberships`, with those that have not ended."""
        still_there = None if self._is_gone else True
        standing = [
            self._membership(stay, position, NEVER, still_there=still_there)
            for position, stay in enumerate(self._held)
        ]
        return [*self.memberships, *standing]

    def _take(self, run: TrueRun, found: Sequence[Found]) -> None:
        now = (run.at, run.run_id)
        if run.is_gone:
            if not self._is_gone:
                self._note("gone", now)
            self._line(now, "gone", None, None, is_same=self._is_gone)
            self._is_gone = True
        elif run.entries is not None:
            self._assert(run, now, found)
        else:
            self._say_nothing(now, is_unresolved=run.contents_of is not None)

    def _assert(self, run: TrueRun, now: Cells, found: Sequence[Found]) -> None:
        entries = run.entries or ()
        if self._is_gone:
            self._note("returned", now)
        self._compare_metadata(run.sent, now)
        changes = len(self.changes)
        if self._seen == NEVER:
            assert not found, (run.run_id, "changes without contents before")
            pairs: Pairs = {}
        else:
            pairs = self._pairs(entries, found)
            self._note_entries(entries, pairs, found, now)
        is_same = self._seen != NEVER and not self._is_gone and len(self.changes) == changes
        self._hold(entries, pairs, now)
        self._seen, self._is_gone = now, False
        self._line(now, "there", run.contents_of, len(entries), is_same=is_same)

    def _compare_metadata(self, sent: Mapping[str, str], now: Cells) -> None:
        for name in METADATA:
            if name in sent and self._sent.get(name, sent[name]) != sent[name]:
                self._note(name, now, old=self._sent[name], new=sent[name])
        self._sent |= sent

    def _pairs(self, entries: Sequence[TrueEntry], found: Sequence[Found]) -> Pairs:
        """The pairs that the history has made, if the rules allow them."""
        old = [stay.entry for stay in self._held]
        pairs = shown_pairs(len(old), len(entries), found)
        check_pairs(old, entries, pairs)
        moved = sum(one.change == "moved" for one in found)
        if moved:
            least, most = bounds_of_moves(old, entries, pairs)
            assert least <= moved <= most, f"{moved} moves, and {least} to {most} are needed"
            self.checked["moves"] += 1
            self.checked["moves with a choice"] += least != most
        return pairs

    def _note_entries(
        self, entries: Sequence[TrueEntry], pairs: Pairs, found: Sequence[Found], now: Cells
    ) -> None:
        moved = {one.to_position for one in found if one.change == "moved"}
        for at in range(len(self._held)):
            if at not in pairs.values():
                self._note("removed", now, self._held[at].entry, at)
        for at, new in enumerate(entries):
            if at not in pairs:
                self._note("added", now, new, None, at)
                continue
            old = self._held[pairs[at]].entry
            entry = remembered(old, new)
            if at in moved:
                self._note("moved", now, entry, pairs[at], at)
            for kind in how_it_changed(old, new):
                self._note(kind, now, entry, pairs[at], at)

    def _hold(self, entries: Sequence[TrueEntry], pairs: Pairs, now: Cells) -> None:
        before, self._held = self._held, []
        for at, stay in enumerate(before):
            if at not in pairs.values():
                self.memberships.append(self._membership(stay, at, now, still_there=False))
        for at, new in enumerate(entries):
            if at not in pairs:
                self._held.append(_Stay(new, self._number(new), self._seen, now, at))
                continue
            stay = before[pairs[at]]
            entry = remembered(stay.entry, new)
            if stay.entry.known_as is None and entry.known_as is not None:
                stay.copy = self._number(entry)
            stay.readded += "readded" in how_it_changed(stay.entry, new)
            stay.entry = entry
            self._held.append(stay)

    def _number(self, entry: TrueEntry) -> int:
        self._copies[entry.known_as or ""] += 1
        return self._copies[entry.known_as or ""]

    def _membership(
        self, stay: _Stay, last_position: int, first_missing: Cells, *, still_there: bool | None
    ) -> Cells:
        entry = stay.entry
        return (
            self.source,
            self.playlist_id,
            entry.known_as,
            stay.copy,
            entry.item_type,
            entry.name,
            entry.artist_names,
            entry.added_at,
            entry.added_by,
            *stay.last_missing,
            *stay.first_seen,
            *self._seen,
            *first_missing,
            stay.position,
            last_position,
            stay.readded,
            still_there,
        )

    def _note(  # noqa: PLR0913 - the columns that differ
        self,
        change: str,
        now: Cells,
        entry: TrueEntry | None = None,
        from_position: int | None = None,
        to_position: int | None = None,
        *,
        old: str | None = None,
        new: str | None = None,
    ) -> None:
        about: Cells = (None,) * 6
        if entry is not None:
            about = (
                entry.known_as,
                entry.item_type,
                entry.name,
                entry.artist_names,
                entry.added_at,
                entry.added_by,
            )
        self.changes.append(
            (
                self.source,
                self.playlist_id,
                *now,
                change,
                from_position,
                to_position,
                *self._seen,
                *about,
                old,
                new,
            )
        )

    def _line(
        self, now: Cells, standing: str, of: str | None, entries: int | None, *, is_same: bool
    ) -> None:
        if is_same:
            self.timeline[-1][5:7] = now
            self.timeline[-1][9] += 1
        else:
            self.timeline.append(
                [self.source, self.playlist_id, standing, *now, *now, of, entries, 1, 0, 0]
            )

    def _say_nothing(self, now: Cells, *, is_unresolved: bool) -> None:
        if not self.timeline:
            self._line(now, "unknown", None, None, is_same=False)
            self.timeline[-1][9] = 0
        if self.timeline[-1][2] == "unknown":
            self.timeline[-1][5:7] = now
        for column, value in ((9, 1), (10, 1), (11, is_unresolved)):
            self.timeline[-1][column] += value


def remembered(old: TrueEntry, new: TrueEntry) -> TrueEntry:
    """An entry as it is known now: of what Spotify withdrew, all but its kind is remembered."""
    if new.identity is None and old.known_as is not None:
        return old._replace(identity=None, item_type=new.item_type)
    if new.item_type == "unavailable" and new.name is None:
        new = new._replace(name=old.name, artist_names=old.artist_names)
    return new if new.added_at is not None else new._replace(added_at=old.added_at)


def how_it_changed(old: TrueEntry, new: TrueEntry) -> list[str]:
    """The kinds of change of an entry by itself."""
    was_there, is_there = (
        one.identity is not None and one.item_type != "unavailable" for one in (old, new)
    )
    kinds = {(True, False): ["unavailable"], (False, True): ["available"]}
    times = {old.added_at, new.added_at}
    is_readded = None not in times and len(times) == 2 and old.identity and new.identity
    return [*kinds.get((was_there, is_there), []), *(["readded"] if is_readded else [])]


def shown_pairs(old: int, new: int, found: Sequence[Found]) -> Pairs:
    """The pairs, by new position, that changes show: what did not move is in order."""
    gone = [one.from_position for one in found if one.change == "removed"]
    came = [one.to_position for one in found if one.change == "added"]
    moved = [(one.to_position, one.from_position) for one in found if one.change == "moved"]
    old_left = [at for at in range(old) if at not in gone and at not in {pair[1] for pair in moved}]
    new_left = [at for at in range(new) if at not in came and at not in {pair[0] for pair in moved}]
    assert len(old_left) == len(new_left), "more entries stay than were there, or fewer"
    pairs = {to: at for to, at in moved if to is not None and at is not None}
    pairs |= dict(zip(new_left, old_left, strict=True))
    others = {(one.to_position, one.from_position) for one in found} - set(moved)
    others = {(to, at) for to, at in others if to is not None and at is not None}
    assert others <= set(pairs.items()), "a change of an entry is about no pair"
    return pairs


def check_pairs(old: Sequence[TrueEntry], new: Sequence[TrueEntry], pairs: Pairs) -> None:
    """The pairs are those of the rules; which of several equal copies it is, is left open."""
    assert len(set(pairs.values())) == len(pairs), "an entry is paired twice"
    for key in (_copy, _identity):
        wanted = _values(old, range(len(old)), key) & _values(new, range(len(new)), key)
        both = [at for at, was in pairs.items() if key(new[at]) == key(old[was]) is not None]
        assert _values(new, both, key) == wanted, "entries that are equal are not paired"
    same = {at: was for at, was in pairs.items() if _is_same(old[was], new[at])}
    others = {at: was for at, was in pairs.items() if at not in same}
    assert others == places_taken(old, new, same), "other entries take places than by the rule"


def places_taken(old: Sequence[TrueEntry], new: Sequence[TrueEntry], same: Pairs) -> Pairs:
    """The pairs of entries that Spotify withdrew or has again, where the others are paired."""
    taken: Pairs = {}
    for with_user in (True, False):
        known = {**same, **taken}
        gone = _groups(old, known.values(), with_user=with_user)
        for key, come in _groups(new, known, with_user=with_user).items():
            pairs = list(zip(come, gone[key], strict=False))
            if len(come) == len(gone[key]) and (
                all(_is_withdrawn(old[was], new[at]) for at, was in pairs)
                or all(_is_withdrawn(new[at], old[was]) for at, was in pairs)
            ):
                taken |= dict(pairs)
    return taken


def bounds_of_moves(
    old: Sequence[TrueEntry], new: Sequence[TrueEntry], pairs: Pairs
) -> tuple[int, int]:
    """How many pairs must have moved, and at most may: the same, unless copies leave a choice.

    More may have moved where copies of one time change in number while another copy of the same
    identity is readded, and where Spotify withdrew an entry while equal copies moved. Decision 0030
    says so.
    """
    before, now = Counter(map(_copy, old)), Counter(map(_copy, new))
    in_excess = {key for key in before & now if before[key] != now[key]}
    copies: defaultdict[Hashable, set[int]] = defaultdict(set)
    readded: defaultdict[Hashable, set[int]] = defaultdict(set)
    for was, entry in enumerate(old):
        copies[_copy(entry)].add(was)
        if entry.identity is not None and (_copy(entry) not in now or _copy(entry) in in_excess):
            readded[entry.identity].add(was)
    in_order = [0] * (len(old) + 1)
    for at, entry in enumerate(new):
        may_be = copies[_copy(entry)] | {pairs.get(at, -1)}
        if _copy(entry) not in before or _copy(entry) in in_excess:
            may_be |= readded[entry.identity]
        diagonal = 0
        for was in range(len(old)):
            above = in_order[was + 1]
            in_order[was + 1] = max(above, in_order[was], diagonal + (was in may_be))
            diagonal = above
    least = len(pairs) - in_order[-1]
    unsure = {key[0] for key in in_excess}
    most = least + sum(new[at].identity in unsure for at in pairs)
    if max((before & now).values(), default=0) > 1:
        most += sum(not _is_same(old[was], new[at]) for at, was in pairs.items())
    return least, most


def _copy(entry: TrueEntry) -> tuple[str | None, datetime | None]:
    return entry.identity, entry.added_at


def _identity(entry: TrueEntry) -> str | None:
    return entry.identity


def _is_same(old: TrueEntry, new: TrueEntry) -> bool:
    return _copy(old) == _copy(new) or (old.identity is not None and old.identity == new.identity)


def _is_withdrawn(full: TrueEntry, empty: TrueEntry) -> bool:
    return (
        empty.identity is None
        and full.identity is not None
        and empty.known_as in {None, full.identity}
        and (empty.added_by is None or full.added_by in {None, empty.added_by})
    )


def _values(
    entries: Sequence[TrueEntry], at: Sequence[int] | range, key: Callable[[TrueEntry], Hashable]
) -> Counter[Hashable]:
    values = Counter(key(entries[one]) for one in at)
    values.pop(None, None)
    return values


def _groups(
    entries: Sequence[TrueEntry], known: Collection[int], *, with_user: bool
) -> defaultdict[Cells, list[int]]:
    """The places that are not known yet, by time of addition, and by user."""
    groups: defaultdict[Cells, list[int]] = defaultdict(list)
    for at, entry in enumerate(entries):
        if at not in known and entry.added_at is not None:
            groups[entry.added_at, entry.added_by if with_user else None].append(at)
    return groups
