"""Which entries changed between two contents. All contents are synthetic."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic_histories import added, contents, random_contents, shown

from playlake_lake.history import ChangeKind, Entry, MovedRange, difference
from playlake_lake.history.matching import MOST_COPIES, match

if TYPE_CHECKING:
    from playlake_lake.history import Contents


def changes(old: str, new: str) -> list[str]:
    """The changes between contents, each as a text."""
    return [
        f"{change.kind} {shown(tuple(filter(None, (change.old, change.new)))).split(' ')[0]} "
        f"{change.from_position}>{change.to_position}"
        for change in difference(contents(old), contents(new)).changes
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []),
        ("A B", "A B", []),
        ("", "A", ["added A None>0"]),
        ("A", "", ["removed A 0>None"]),
        # What only changed its place because of others did not move.
        ("A B C D E F", "N A B C E F D", ["added N None>0", "moved D 3>6"]),
        ("A B C D", "D A B C", ["moved D 3>0"]),
        # Rule 1: the copy with the same time of addition stays.
        ("A@1 B@1 A@2", "B@1 A@2", ["removed A@1 0>None"]),
        ("A@1 A@2", "A@2 A@1", ["moved A@2 1>0"]),
        # Copies are chosen so that most stay in order.
        ("X A@1 A@1", "A@1 X", ["removed A@1 2>None", "moved A@1 1>0"]),
        ("A@1 B A@1", "B A@1", ["removed A@1 0>None"]),
        # Rule 2.
        ("A@1 B@1", "A@9 B@1", ["readded A@1 0>0"]),
        ("A@1 B@1 C@1", "B@1 C@1 A@9", ["moved A@1 0>2", "readded A@1 0>2"]),
        ("A B", "A@9 B", []),  # the time was not known before
        # Rule 3.
        ("A@1:u B@2:u", "A@1:u null@2:u", ["unavailable B@2:u 1>1"]),
        ("A@1:u null@2", "A@1:u B@2:u", ["available null@2 1>1"]),
        ("A@1:u B@2:u", "A@1:u null@2", ["unavailable B@2:u 1>1"]),
        ("A@1:u B@2:u", "A@1:u null@2:v", ["removed B@2:u 1>None", "added null@2:v None>1"]),
        ("B@2", "null@3", ["removed B@2 0>None", "added null@3 None>0"]),
        ("B", "null", ["removed B 0>None", "added null None>0"]),
        ("A@1 B@1", "null@1", ["removed A@1 0>None", "removed B@1 1>None", "added null@1 None>0"]),
        ("A@1 B@1", "null@1 null@1", ["unavailable A@1 0>0", "unavailable B@1 1>1"]),
        ("A@1 C@2 D@3", "D@3 null@1 C@2", ["moved D@3 2>0", "unavailable A@1 0>1"]),
        ("null@1 A@2", "A@2 null@1", ["moved A@2 1>0"]),
        # Rule 4: a hole is believed to be what it was.
        ("A B C", "A hole C", []),
        ("A hole C", "A B C", ["available hole 1>1"]),
        ("A B@1 X@2 C", "A hole@2 C", ["removed B@1 1>None"]),
        ("A B C", "A C hole", ["removed B 1>None", "added hole None>2"]),
        ("A B C D", "A hole hole D", []),
        ("A D", "A hole D", ["added hole None>1"]),
        ("A hole B", "A B hole", ["removed hole 1>None", "added hole None>2"]),
    ],
)
def test_changes_are_those_that_a_person_would_name(
    old: str, new: str, expected: list[str]
) -> None:
    assert changes(old, new) == expected


def test_moves_of_neighbours_are_one_range() -> None:
    old = contents(" ".join(f"t{number}" for number in range(9)))
    found = difference(old, (*old[5:8], *old[:5], old[8]))
    assert found.moved_ranges() == [MovedRange(from_first=5, to_first=0, count=3)]
    assert len(found.of(ChangeKind.MOVED)) == 3


def test_two_playlists_are_compared_as_two_moments_are() -> None:
    one, other = contents("A@1:u B@2:u"), contents("B@7:v C@8:v")
    kinds = [change.kind for change in difference(one, other).changes]
    assert kinds == [ChangeKind.REMOVED, ChangeKind.READDED, ChangeKind.ADDED]


def best(old: Contents, new: Contents) -> tuple[int, int, int]:
    """The most exact pairs, then the most pairs, then the most in order: of all matchings."""

    def tried(at: int, free: frozenset[int], pairs: tuple[int, ...]) -> tuple[int, int, int]:
        if at == len(new):
            return 0, 0, increasing(pairs)
        options = [tried(at + 1, free, pairs)]
        for place in free:
            if old[place].identity == new[at].identity:
                exact, count, kept = tried(at + 1, free - {place}, (*pairs, place))
                options.append((exact + (old[place] == new[at]), count + 1, kept))
        return max(options)

    return tried(0, frozenset(range(len(old))), ())


def increasing(places: tuple[int, ...]) -> int:
    """The length of the longest increasing subsequence, by comparing all."""
    lengths: list[int] = []
    for at, place in enumerate(places):
        before = [lengths[i] for i in range(at) if places[i] < place]
        lengths.append(1 + max(before, default=0))
    return max(lengths, default=0)


def quality(old: Contents, new: Contents) -> tuple[int, int, int]:
    """What `best` gives, of our matching."""
    matching = match(old, new)
    pairs = [(at, old_at) for at, old_at in enumerate(matching.old_of) if old_at is not None]
    exact = sum(old[old_at] == new[at] for at, old_at in pairs)
    return exact, len(pairs), len(pairs) - len(matching.moved)


def has_surplus(old: Contents, new: Contents) -> bool:
    """Whether equal copies change in number while others of their identity are readded."""
    before, after = Counter(old), Counter(new)
    changed = {entry.identity for entry in before & after if before[entry] != after[entry]}
    readded = {entry.identity for entry in before - after}
    return bool(changed & readded & {entry.identity for entry in after - before})


def test_no_other_matching_is_better() -> None:
    random = Random(2)
    compared = 0
    for _ in range(2_500):
        old = random_contents(random, 6, identities=3, minutes=random.choice([1, 2, 6]))
        new = random_contents(random, 6, identities=3, minutes=random.choice([1, 2, 6]))
        if random.random() < 0.5:
            new = tuple(random.sample(old, len(old)))
        expected, found = best(old, new), quality(old, new)
        assert found[:2] == expected[:2], (shown(old), shown(new))
        if not has_surplus(old, new):
            compared += 1
            assert found == expected, (shown(old), shown(new))
    assert compared > 2_000


def longest_common(old: Contents, new: Contents) -> int:
    """The length of the longest common subsequence."""
    row = [0] * (len(new) + 1)
    for entry in old:
        corner = 0
        for at, other in enumerate(new, start=1):
            corner, row[at] = row[at], corner + 1 if entry == other else max(row[at], row[at - 1])
    return row[-1]


def test_the_fewest_move_with_up_to_eight_copies() -> None:
    random = Random(3)
    compared = 0
    for _ in range(3_000):
        old = random_contents(random, 24, identities=6, minutes=1)
        new = random_contents(random, 24, identities=6, minutes=1)
        if random.random() < 0.5:
            new = tuple(random.sample(old, len(old)))
        if max(Counter(old).values(), default=0) <= MOST_COPIES:
            compared += 1
            assert quality(old, new)[2] == longest_common(old, new), (shown(old), shown(new))
    assert compared > 2_000


entries = st.builds(
    Entry,
    st.sampled_from([None, "A", "B", "C", "D"]),
    st.sampled_from([None, 1, 2]).map(added),
    st.sampled_from([None, "u", "v"]),
    st.sampled_from(["track", "unreadable"]),
).map(lambda entry: entry._replace(identity=None) if entry.is_hole else entry)
any_contents = st.lists(entries, max_size=14).map(tuple)


@settings(max_examples=300, deadline=None)
@given(old=any_contents, new=any_contents)
def test_every_entry_is_paired_added_or_removed(old: Contents, new: Contents) -> None:
    found = difference(old, new)
    pairs = [place for place in found.matching.old_of if place is not None]
    assert len(set(pairs)) == len(pairs)
    assert [change.to_position for change in found.of(ChangeKind.ADDED)] == [
        at for at, place in enumerate(found.matching.old_of) if place is None
    ]
    assert sorted(pairs) == [
        at
        for at in range(len(old))
        if at not in {change.from_position for change in found.of(ChangeKind.REMOVED)}
    ]
    kept = [
        place
        for at, place in enumerate(found.matching.old_of)
        if place is not None and at not in found.matching.moved
    ]
    assert kept == sorted(kept)
    assert len(kept) == increasing(tuple(pairs))


@settings(max_examples=300, deadline=None)
@given(old=any_contents)
def test_equal_contents_have_no_difference(old: Contents) -> None:
    assert difference(old, tuple(Entry(*entry) for entry in old)).changes == ()
    renamed = tuple(entry._replace(name="another") for entry in old)
    assert difference(old, renamed).changes == ()


@pytest.mark.parametrize("removed", [1, 2, 3])
def test_few_of_a_thousand_equal_copies_come_and_go_without_moving_others(removed: int) -> None:
    old = contents(" ".join(f"A n{number}" for number in range(1_000)))
    first = old[1 : 2 * removed : 2]  # without copies of A
    new = (*first, *old[2 * removed : -1])
    for one, other, kind in (old, new, ChangeKind.REMOVED), (new, old, ChangeKind.ADDED):
        kinds = [change.kind for change in difference(one, other).changes]
        assert kinds == [kind] * (removed + 1)


def test_eleven_thousand_copies_and_eleven_thousand_strangers_end() -> None:
    many = tuple(Entry(f"t{number}", added(1), "u") for number in range(11_000))
    assert len(difference((many[0],) * 11_000, (many[0],) * 5_500).changes) == 5_500
    others = tuple(entry._replace(identity=f"x{entry.identity}") for entry in many)
    assert len(difference(many, others).changes) == 22_000
    holes = tuple(Entry(None, added(number), None, "unreadable") for number in range(2, 11_002))
    assert difference(many, holes).changes == ()
