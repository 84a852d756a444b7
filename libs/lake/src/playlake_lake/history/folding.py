"""The fold: a playlist's history as a pure function of the set of its observations.

`advance` takes one observation after another, in their order. `fold` does that for all of them, in
whatever order they are given. `docs/decisions/0030-one-fold.md` says what each observation means.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from playlake_contracts.outcomes import Outcome
from playlake_lake.history.differences import difference
from playlake_lake.history.metadata import last_sent, metadata_changes
from playlake_lake.history.remembering import remembered
from playlake_lake.history.state import State
from playlake_lake.history.stretches import grown, silenced
from playlake_lake.history.values import Change, ChangeKind, Joining, Membership

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from playlake_lake.history.differences import Difference, EntryChange
    from playlake_lake.history.matching import Matching
    from playlake_lake.history.values import Contents, Entry, Instant, Observation, Stretch


class Step(NamedTuple):
    """What one observation adds to a history.

    Attributes:
        state: the state after it.
        changes: the changes that it shows: of the playlist, of its metadata, of its entries.
        memberships: the memberships that it ends, by their last position.
        timeline: the rows of the timeline that it ends.
    """

    state: State
    changes: Sequence[Change] = ()
    memberships: Sequence[Membership] = ()
    timeline: Sequence[Stretch] = ()


@dataclass(frozen=True, slots=True)
class History:
    """The history of a playlist.

    Attributes:
        changes: all changes, by the observation that shows them.
        memberships: those that ended, by the observation that shows it; then those that did not.
        timeline: its rows, the oldest first.
        state: the state at the end.
    """

    changes: tuple[Change, ...]
    memberships: tuple[Membership, ...]
    timeline: tuple[Stretch, ...]
    state: State


def fold(observations: Iterable[Observation], state: State | None = None) -> History:
    """Fold observations of one playlist. Their order does not matter, nor does a repeated one.

    Args:
        observations: the observations.
        state: the state to go on from; None: the history begins. The history then has what came
            since, and the memberships and the stretch that were open.

    Raises:
        ValueError: one run has two different observations at one time, or one is not later than
            the state.
    """
    state = State() if state is None else state
    steps: list[Step] = []
    for observation in _in_order(observations):
        steps.append(advance(state, observation))
        state = steps[-1].state
    last = () if state.stretch is None else (state.stretch,)
    return History(
        tuple(change for step in steps for change in step.changes),
        (*(ended for step in steps for ended in step.memberships), *state.memberships()),
        (*(row for step in steps for row in step.timeline), *last),
        state,
    )


def advance(state: State, observation: Observation) -> Step:
    """Take one more observation.

    Raises:
        ValueError: it is not later than the state.
    """
    instant = observation.instant
    if state.latest is not None and instant <= state.latest:
        raise ValueError(
            f"run {instant.run_id} of {instant.at.isoformat()} is not later than the checkpoint, "
            f"run {state.latest.run_id} of {state.latest.at.isoformat()}: fold from an earlier "
            "checkpoint"
        )
    now = replace(state, latest=instant)
    if observation.outcome is Outcome.GONE:
        return _gone(now, instant)
    if observation.contents is not None or _asserts_the_same(state, observation):
        return _shown(now, observation)
    is_unresolved = observation.contents_of is not None
    stretch = silenced(state.stretch, instant, unresolved=is_unresolved)
    return Step(replace(now, stretch=stretch))


def _in_order(observations: Iterable[Observation]) -> list[Observation]:
    by_instant: dict[Instant, Observation] = {}
    for observation in observations:
        known = by_instant.setdefault(observation.instant, observation)
        if known != observation:
            raise ValueError(
                f"run {known.instant.run_id} has two different observations of one playlist at "
                f"{known.instant.at.isoformat()}: give each run once"
            )
    return sorted(by_instant.values(), key=attrgetter("instant"))


def _asserts_the_same(state: State, observation: Observation) -> bool:
    return state.contents_of is not None and observation.contents_of == state.contents_of


def _gone(state: State, instant: Instant) -> Step:
    if state.gone_since is not None:
        stretch, ended = grown(state.stretch, instant, "gone", is_same=True)
        return Step(replace(state, stretch=stretch), timeline=ended)
    stretch, ended = grown(state.stretch, instant, "gone", is_same=False)
    gone = Change(ChangeKind.GONE, instant, state.seen)
    return Step(replace(state, gone_since=instant, stretch=stretch), [gone], timeline=ended)


def _shown(state: State, observation: Observation) -> Step:
    """The step of an observation that asserts contents."""
    instant, before, new = observation.instant, state.seen, observation.contents
    changes = _playlist_changes(state, observation)
    ended: list[Membership] = []
    is_same = before is not None and state.gone_since is None
    if not (new is None or new == state.contents or _asserts_the_same(state, observation)):
        found = difference(state.contents, new)
        contents = remembered(state.contents, new, found.matching)
        if before is not None:
            changes += [_change(change, contents, instant, before) for change in found.changes]
            ended = _ended(state, found.matching, before, instant)
        is_same = is_same and not found.changes
        state = _with_contents(state, contents, found, instant)
    stretch, rows = grown(
        state.stretch,
        instant,
        "there",
        is_same=is_same,
        contents_of=observation.contents_of,
        entries=len(state.contents),
    )
    state = replace(
        state,
        seen=instant,
        contents_of=observation.contents_of,
        gone_since=None,
        metadata=last_sent(state.metadata, observation.metadata),
        stretch=stretch,
    )
    return Step(state, changes, ended, rows)


def _playlist_changes(state: State, observation: Observation) -> list[Change]:
    instant = observation.instant
    changes = []
    if state.gone_since is not None:
        changes.append(Change(ChangeKind.RETURNED, instant, state.seen))
    if observation.metadata is not None:
        changes += [
            Change(kind, instant, state.seen, old=old, new=new)
            for kind, old, new in metadata_changes(state.metadata, observation.metadata)
        ]
    return changes


def _change(change: EntryChange, contents: Contents, seen: Instant, since: Instant) -> Change:
    to_position = change.to_position
    entry = change.old if to_position is None else contents[to_position]
    return Change(change.kind, seen, since, entry, change.from_position, to_position)


def _ended(state: State, matching: Matching, before: Instant, instant: Instant) -> list[Membership]:
    left = sorted(set(range(len(state.contents))).difference(matching.old_of))
    return [
        Membership(state.contents[at], state.joinings[at], before, instant, at, still_there=False)
        for at in left
    ]


def _with_contents(state: State, contents: Contents, found: Difference, instant: Instant) -> State:
    """The state with new contents in force: memberships go on, begin and end."""
    readded = {change.to_position for change in found.changes if change.kind is ChangeKind.READDED}
    copies, joinings = dict(state.copies), []
    for position, (entry, old) in enumerate(zip(contents, found.matching.old_of, strict=True)):
        if old is None:
            joining = Joining(_number(copies, entry), instant, state.seen, position)
        else:
            joining = state.joinings[old]
            if state.contents[old].known_as is None and entry.known_as is not None:
                joining = replace(joining, copy=_number(copies, entry))
            if position in readded:
                joining = replace(joining, readded=joining.readded + 1)
        joinings.append(joining)
    return replace(state, contents=contents, joinings=tuple(joinings), copies=copies)


def _number(copies: dict[str, int], entry: Entry) -> int:
    """The number of the next membership of an entry's identity."""
    identity = entry.known_as or ""
    copies[identity] = copies.get(identity, 0) + 1
    return copies[identity]
