"""Who stayed how long and what changed, computed from the raw JSON. All synthetic.

It shares no code with the fold: entries are paired in the order of their positions, which is enough
for histories in which no two equal copies differ in when they came.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from query_truth import RawHistory


@dataclass(frozen=True, slots=True)
class Stay:
    """An entry from its coming to its going, as of the last assertion of contents that has it."""

    playlist_id: str
    identity: str | None
    is_null: bool
    added_at: datetime | None
    added_by: str | None
    position: int
    first_seen: datetime
    last_seen: datetime
    last_missing: datetime | None = None
    first_missing: datetime | None = None
    still_there: bool | None = True

    @property
    def came(self) -> datetime:
        """When it was added, if that can be: after it was missing, and not after it was seen."""
        if self.added_at is None or self.added_at >= self.first_seen:
            return self.first_seen
        return max(self.added_at, self.last_missing or self.added_at)

    def is_in(self, moment: datetime) -> bool:
        """Whether it was in force at a moment, exclusively."""
        return self.first_seen < moment and not self.is_over(moment)

    def is_over(self, moment: datetime) -> bool:
        """Whether it had ended before a moment."""
        return self.first_missing is not None and self.first_missing < moment


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an entry."""

    kind: str
    at: datetime
    run_id: str
    stay: Stay


@dataclass(frozen=True, slots=True)
class _Assertion:
    at: datetime
    run_id: str
    contents: Sequence[Any] | None  # None: the playlist is gone


def stays_and_events(raw: RawHistory) -> tuple[list[Stay], list[Event]]:
    """All stays, those that go on last, and all events, of all playlists."""
    stays: list[Stay] = []
    events: list[Event] = []
    for playlist_id in sorted(set(raw.snapshots["playlist_id"])):
        now: list[Stay] | None = None
        before: datetime | None = None
        is_gone = False
        for asserted in _assertions(raw, playlist_id):
            is_gone = asserted.contents is None
            if asserted.contents is None:
                continue
            new = [_new(playlist_id, row, asserted.at, before) for row in asserted.contents]
            if now is not None:
                new, ended, happened = _paired(now, new, asserted)
                stays += ended
                events += happened
            now, before = new, asserted.at
        stays += [replace(each, still_there=None if is_gone else True) for each in now or ()]
    return stays, events


def _assertions(raw: RawHistory, playlist_id: str) -> list[_Assertion]:
    snapshots = raw.snapshots[raw.snapshots["playlist_id"].eq(playlist_id)]
    own = raw.entries[raw.entries["playlist_id"].eq(playlist_id)]
    contents = {
        run_id: own[own["run_id"].eq(run_id)].sort_values("position").to_dict("records")
        for run_id in snapshots[snapshots["complete"]]["run_id"]
    }
    found = [
        _Assertion(at, run_id, contents[run_id])
        for at, run_id in zip(snapshots["at"], snapshots["run_id"], strict=True)
        if run_id in contents
    ]
    said = raw.outcomes[raw.outcomes["playlist_id"].eq(playlist_id)]
    for row in said.to_dict("records"):
        if row["outcome"] == "unchanged":
            found.append(_Assertion(row["at"], row["run_id"], contents[row["since"]]))
        elif row["outcome"] == "gone":
            found.append(_Assertion(row["at"], row["run_id"], None))
    return sorted(found, key=lambda one: (one.at, one.run_id))


def _new(playlist_id: str, row: dict[str, Any], at: datetime, before: datetime | None) -> Stay:
    is_null = _value(row["identity"]) is None
    return Stay(
        playlist_id,
        _value(row["identity"]),
        is_null,
        _value(row["added_at"]),
        _value(row["added_by"]),
        row["position"],
        at,
        at,
        before,
    )


def _paired(
    now: Sequence[Stay], new: list[Stay], asserted: _Assertion
) -> tuple[list[Stay], list[Stay], list[Event]]:
    """The stays after new contents, those that ended, and what happened."""
    left, found = list(now), list[Stay | None](None for _ in new)

    def pair(key: Callable[[Stay], object], kind: str | None = None) -> Iterator[Event]:
        for at, each in enumerate(new):
            wanted = key(each)
            old = next((one for one in left if wanted is not None and key(one) == wanted), None)
            if found[at] is None and old is not None:
                left.remove(old)
                found[at] = _gone_on(old, each)
                if kind:
                    yield Event(kind, asserted.at, asserted.run_id, _gone_on(old, each))

    sent = {id(one): None if one.is_null else one.identity for one in (*now, *new)}
    events = [*pair(lambda one: (sent[id(one)], one.added_at))]
    events += pair(lambda one: sent[id(one)], "readded")
    events += _vanished(left, new, found, asserted)
    for at, each in enumerate(new):
        if found[at] is None:
            events.append(Event("added", asserted.at, asserted.run_id, each))
    ended = [replace(one, first_missing=asserted.at, still_there=False) for one in left]
    events += [Event("removed", asserted.at, asserted.run_id, one) for one in ended]
    return [one or each for one, each in zip(found, new, strict=True)], ended, events


def _vanished(
    left: list[Stay], new: Sequence[Stay], found: list[Stay | None], asserted: _Assertion
) -> Iterator[Event]:
    """Pair null entries with songs of the same time of addition, if they are as many."""
    nulls: dict[datetime, list[int]] = defaultdict(list)
    for at, each in enumerate(new):
        if found[at] is None and each.is_null and each.added_at is not None:
            nulls[each.added_at].append(at)
    for added_at, places in nulls.items():
        songs = [one for one in left if one.added_at == added_at and not one.is_null]
        if len(songs) == len(places):
            for at, song in zip(places, songs, strict=True):
                left.remove(song)
                found[at] = after = _gone_on(song, new[at])
                yield Event("unavailable", asserted.at, asserted.run_id, after)


def _gone_on(old: Stay, new: Stay) -> Stay:
    """A stay that is seen once more; of a null entry, what it was is remembered."""
    seen = replace(old, last_seen=new.last_seen, position=new.position, is_null=new.is_null)
    if new.is_null:
        return seen
    return replace(seen, added_at=new.added_at or old.added_at, added_by=new.added_by)


def _value(value: Any) -> Any:  # noqa: ANN401 - a cell of a frame
    return None if pd.isna(value) else value
