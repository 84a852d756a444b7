"""The playlists of a lake: each with its size, its last change, and a bar a day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from playlake_contracts.outcomes import Outcome
from playlake_web.facts.covers import latest_covers
from playlake_web.facts.fact import Fact
from playlake_web.facts.rows import aware_or_none, day_of, outcome_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from playlake_web.reader import Reader

_LATEST: Final = """
select
    source, playlist_id,
    max_by(name, fetched_at) filter (where name is not null) as name,
    max_by(description, fetched_at) filter (where description is not null) as description,
    max_by(owner_id, fetched_at) filter (where owner_id is not null) as owner_id,
    max_by(owner_name, fetched_at) filter (where owner_name is not null) as owner_name,
    max_by(is_public, fetched_at) filter (where is_public is not null) as is_public,
    max_by(is_collaborative, fetched_at)
        filter (where is_collaborative is not null) as is_collaborative,
    max_by(followers, fetched_at) filter (where followers is not null) as followers,
    max(fetched_at) as read_at
from playlists where {in_days} group by source, playlist_id
"""
_OUTCOMES: Final = """
select
    source, playlist_id,
    max_by(name, fetched_at) filter (where name is not null) as name,
    max_by(outcome, fetched_at) as outcome,
    max_by(reason, fetched_at) as reason,
    max_by(run_id, fetched_at) as run_id,
    max(fetched_at) as asked_at
from run_outcomes where {in_days} group by source, playlist_id
"""
_SIZES: Final = """
select
    source, playlist_id, min(first_at) as first_at, max_by(entries, last_at) as entries
from timeline where entries is not null group by source, playlist_id
"""
_CHANGES: Final = """
select
    source, playlist_id, cast(seen_at as date) as day,
    sum(case when change = 'added' then 1 else 0 end) as came,
    sum(case when change = 'removed' then 1 else 0 end) as has_left,
    sum(case when change in ('added', 'removed') then 0 else 1 end) as other
from changes where since_at is not null
group by source, playlist_id, cast(seen_at as date)
"""
_ASKED: Final = """
select
    source, playlist_id, snapshot_date,
    max(case when outcome in ('rate_limited', 'torn', 'failed') then 1 else 0 end) as is_unread
from run_outcomes where {in_days} group by source, playlist_id, snapshot_date
"""


class PlaylistKey(NamedTuple):
    """What distinguishes a playlist: its source, and the source's id of it."""

    source: str
    id: str


class DayOfChange(Fact):
    """A day of a playlist, or of several."""

    day: date
    """The day, UTC."""
    came: int = 0
    """The number of entries that were added."""
    left: int = 0
    """The number of entries that were removed."""
    other: int = 0
    """The number of other changes: moves, readded and unavailable entries, names."""
    is_read: bool = True
    """False if a run of the day could not read it, or none asked. What is gone was read."""


class Playlist(Fact):
    """A playlist as it was last seen."""

    source: str
    """The service that it comes from."""
    playlist_id: str
    """The source's id of it."""
    name: str | None
    """Its last name; null if no run ever knew it."""
    description: str | None
    """Its last description."""
    owner_id: str | None
    """The source's id of its owner."""
    owner_name: str | None
    """The last name of its owner."""
    is_public: bool | None
    """Whether it is public, as it was last said."""
    is_collaborative: bool | None
    """Whether others may change it."""
    followers: int | None
    """The number of its followers, as it was last said."""
    first_at: datetime | None
    """When it was first read, UTC; null if it never was."""
    read_at: datetime | None
    """When its last snapshot was read, UTC."""
    entries: int | None
    """The number of its entries; null if it was never read."""
    outcome: Outcome | None
    """What became of it in its last run."""
    reason: str | None
    """What went wrong in its last run, for a person."""
    asked_at: datetime | None
    """When its last run asked for it, UTC."""
    last_run_id: str | None
    """Its last run."""
    cover: str | None
    """The address here of the cover that it had when it was last read; null if none is kept."""
    changed_on: date | None
    """The last day on which it changed; null if it never did."""
    days: tuple[DayOfChange, ...]
    """Every day since it was first asked for, the earliest first."""

    @property
    def key(self) -> PlaylistKey:
        """What distinguishes it."""
        return PlaylistKey(self.source, self.playlist_id)

    @property
    def label(self) -> str:
        """A name for a person."""
        return self.name or ("Untitled playlist" if self.read_at else "Name never seen")

    @property
    def change(self) -> int:
        """The number of entries that came or left."""
        return sum(day.came + day.left for day in self.days)


def playlists(lake: Reader, today: date) -> list[Playlist]:
    """Every playlist that a run was ever asked for, by its last change, the latest first."""
    latest = _by_key(lake.rows(_LATEST))
    outcomes = _by_key(lake.rows(_OUTCOMES))
    sizes = _by_key(lake.rows(_SIZES))
    days, covers = _days(lake, today), latest_covers(lake)
    found = [
        _playlist(
            key,
            latest.get(key),
            outcomes.get(key),
            sizes.get(key),
            covers.get(key),
            days.get(key, ()),
        )
        for key in sorted({*latest, *outcomes})
    ]
    return sorted(found, key=_last_change, reverse=True)


def _last_change(playlist: Playlist) -> tuple[date, int]:
    return playlist.changed_on or date.min, playlist.entries or 0


def _by_key(rows: Iterable[tuple[Any, ...]]) -> dict[PlaylistKey, tuple[Any, ...]]:
    return {PlaylistKey(source, id_): tuple(rest) for source, id_, *rest in rows}


def _playlist(
    key: PlaylistKey,
    latest: tuple[Any, ...] | None,
    outcome: tuple[Any, ...] | None,
    size: tuple[Any, ...] | None,
    cover: str | None,
    days: Sequence[DayOfChange],
) -> Playlist:
    name, description, owner_id, owner_name, public, shared, followers, read_at = (
        latest or [None] * 8
    )
    asked_name, last, reason, run_id, asked_at = outcome or [None] * 5
    first_at, entries = size or (None, None)
    changed = [day.day for day in days if day.came or day.left or day.other]
    return Playlist(
        source=key.source,
        playlist_id=key.id,
        name=asked_name or name,
        description=description,
        owner_id=owner_id,
        owner_name=owner_name,
        is_public=public,
        is_collaborative=shared,
        followers=followers,
        first_at=aware_or_none(first_at),
        read_at=aware_or_none(read_at),
        entries=entries,
        outcome=None if last is None else outcome_of(last),
        reason=reason,
        asked_at=aware_or_none(asked_at),
        last_run_id=run_id,
        cover=cover,
        changed_on=changed[-1] if changed else None,
        days=tuple(days),
    )


def _days(lake: Reader, today: date) -> Mapping[PlaylistKey, Sequence[DayOfChange]]:
    """Each day of each playlist, from the first on which it was asked for until today."""
    changed: dict[PlaylistKey, dict[date, tuple[int, int, int]]] = defaultdict(dict)
    for source, id_, day, came, left, other in lake.rows(_CHANGES):
        changed[PlaylistKey(source, id_)][day_of(day)] = int(came), int(left), int(other)
    asked: dict[PlaylistKey, dict[date, bool]] = defaultdict(dict)
    for source, id_, day, is_unread in lake.rows(_ASKED):
        asked[PlaylistKey(source, id_)][day_of(day)] = not is_unread
    return {
        key: _every_day(changed.get(key, {}), asked.get(key, {}), today)
        for key in {*changed, *asked}
    }


def _every_day(
    changed: Mapping[date, tuple[int, int, int]], asked: Mapping[date, bool], today: date
) -> list[DayOfChange]:
    first = min([*changed, *asked])
    found = []
    for number in range((max(today, *changed, *asked) - first).days + 1):
        day = first + timedelta(days=number)
        came, left, other = changed.get(day, (0, 0, 0))
        is_read = asked.get(day, day in changed or day == today)
        found.append(DayOfChange(day=day, came=came, left=left, other=other, is_read=is_read))
    return found


def together(playlists: Iterable[Playlist]) -> list[DayOfChange]:
    """The days of several playlists as one: read if each of them was."""
    sums: dict[date, DayOfChange] = {}
    for playlist in playlists:
        for day in playlist.days:
            known = sums.get(day.day, DayOfChange(day=day.day))
            sums[day.day] = DayOfChange(
                day=day.day,
                came=known.came + day.came,
                left=known.left + day.left,
                other=known.other + day.other,
                is_read=known.is_read and day.is_read,
            )
    return [sums[day] for day in sorted(sums)]
