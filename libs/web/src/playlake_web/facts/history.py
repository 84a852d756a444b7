"""The history of one playlist: what changed, how long entries stayed, and what it held."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from playlake_contracts.runs import RunId
from playlake_lake.days import Days
from playlake_lake.history import ChangeKind
from playlake_lake.history import Entry as ContentsEntry
from playlake_lake.history.reading import contents_at, with_known_titles
from playlake_lake.history.records import Playlist as Key
from playlake_web.facts.covers import cover_at
from playlake_web.facts.fact import Fact
from playlake_web.facts.playlists import PlaylistKey
from playlake_web.facts.rows import aware, aware_or_none

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_web.reader import Reader

_CHANGES: Final = """
select
    seen_at, run_id, change, identity, item_type, name, artist_names, added_at, added_by,
    from_position, to_position, old_value, new_value
from changes
where source = $source and playlist_id = $id and since_at is not null
order by seen_at desc, run_id desc, change, coalesce(to_position, from_position)
"""
_STAYS: Final = """
select
    identity, copy, item_type, name, artist_names, added_at, added_by, last_missing_at,
    first_seen_at, last_seen_at, first_missing_at, first_position, last_position, times_readded,
    still_there
from memberships
where source = $source and playlist_id = $id
order by first_seen_at, first_position
"""
_SIZES: Final = """
select first_at, last_at, entries
from timeline
where source = $source and playlist_id = $id and entries is not null order by first_at
"""
_ENTRIES: Final = """
select
    position, identity, item_type, name, artist_names, album_name, track_id, added_at, added_by
from playlist_items
where source = $source and playlist_id = $id and run_id = $run_id and {in_days}
order by position
"""


_OF_DAY: Final = """
select
    source, playlist_id, seen_at, run_id, change, identity, item_type, name, artist_names, added_at,
    added_by, from_position, to_position, old_value, new_value
from changes
where since_at is not null and cast(seen_at as date) = cast($day as date)
    and change in ('added', 'removed')
order by source, playlist_id, change, coalesce(to_position, from_position)
"""


class Change(Fact):
    """A change of a playlist or of one of its entries."""

    seen_at: datetime
    """When the run that shows it asked, UTC."""
    run_id: str
    """The run that shows it."""
    change: ChangeKind
    """What changed."""
    identity: str | None
    """What distinguishes the song; null if it is about the playlist."""
    item_type: str | None
    """track, episode, local, unavailable or unreadable."""
    name: str | None
    """The title."""
    artists: str | None
    """The names of the artists."""
    added_at: datetime | None
    """When the entry was added, UTC."""
    added_by: str | None
    """Who added it."""
    from_position: int | None
    """Its position before, from 0."""
    to_position: int | None
    """Its position after, from 0."""
    old_value: str | None
    """Of metadata: the value before."""
    new_value: str | None
    """Of metadata: the value after."""


class Stay(Fact):
    """A stay of an entry in a playlist: a row of `memberships`."""

    identity: str | None
    """What distinguishes the song."""
    copy_number: int
    """The number of this stay among those of the song, from 1."""
    item_type: str
    """track, episode, local, unavailable or unreadable."""
    name: str | None
    """The title."""
    artists: str | None
    """The names of the artists."""
    added_at: datetime | None
    """When it was added, UTC."""
    added_by: str | None
    """Who added it."""
    last_missing_at: datetime | None
    """The last look before it was there; null if it was there at the first look."""
    first_seen_at: datetime
    """When it was first seen, UTC."""
    last_seen_at: datetime
    """When it was last seen, UTC."""
    first_missing_at: datetime | None
    """The first look without it; null if it did not leave."""
    first_position: int
    """Its position when it was first seen, from 0."""
    last_position: int
    """Its position when it was last seen, from 0."""
    times_readded: int
    """How often it was taken out and put back in between."""
    still_there: bool | None
    """Whether it is there; null while the playlist is gone."""

    @property
    def days(self) -> int:
        """The number of days on which it was seen, with the first and the last."""
        return (self.last_seen_at.date() - self.first_seen_at.date()).days + 1

    @property
    def was_there_at_first(self) -> bool:
        """Whether it was there at the first look, so that nobody knows since when."""
        return self.last_missing_at is None


class Size(Fact):
    """A number of entries, and when the playlist had it."""

    first_at: datetime
    """The first run that saw it, UTC."""
    last_at: datetime
    """The last run that saw it, UTC."""
    entries: int
    """The number of entries."""


class Entry(Fact):
    """A position of a playlist."""

    position: int
    """The position, from 0."""
    identity: str | None
    """What distinguishes the song."""
    item_type: str
    """track, episode, local, unavailable or unreadable."""
    name: str | None
    """The title; of an unavailable entry the last known one."""
    artists: str | None
    """The names of the artists; of an unavailable entry the last known ones."""
    album: str | None
    """The title of the album."""
    track_id: str | None
    """The source's id of the track."""
    added_at: datetime | None
    """When it was added, UTC."""
    added_by: str | None
    """Who added it."""


class Moment(Fact):
    """What a playlist held at a moment."""

    at: datetime
    """The moment, UTC."""
    seen_at: datetime
    """The last look until the moment that asserts these contents, UTC."""
    contents_run_id: str
    """The run that read these contents."""
    is_gone: bool
    """Whether the source said until the moment that the playlist is gone."""
    cover: str | None
    """The address here of the cover that it had; null if none is kept."""
    entries: tuple[Entry, ...]
    """The entries, in order."""

    @property
    def read_on(self) -> date:
        """The day on which these contents were read."""
        return RunId.parse(self.contents_run_id).scheduled_at.date()


class ChangedDay(Fact):
    """What changed on a day."""

    day: date
    """The day, UTC."""
    changes: tuple[Change, ...]
    """What changed, what came first."""
    entries: int | None
    """The number of entries at its end, if that is known."""

    @property
    def came(self) -> int:
        """The number of entries that were added."""
        return sum(each.change is ChangeKind.ADDED for each in self.changes)

    @property
    def left(self) -> int:
        """The number of entries that were removed."""
        return sum(each.change is ChangeKind.REMOVED for each in self.changes)


def changes(lake: Reader, key: PlaylistKey) -> list[Change]:
    """What changed in a playlist, the newest first."""
    return [change_of(row) for row in _rows(lake, _CHANGES, key)]


def changes_of_day(lake: Reader, day: date) -> dict[PlaylistKey, list[Change]]:
    """What came and left on a day, by playlist, what came first."""
    found: dict[PlaylistKey, list[Change]] = {}
    for source, id_, *values in lake.rows(_OF_DAY, day=day.isoformat()):
        change = change_of(values)
        found.setdefault(PlaylistKey(source, id_), []).append(change)
    return found


def change_of(row: Sequence[Any]) -> Change:
    """The change of a row, whose columns are those of `Change` in their order."""
    values = dict(zip(Change.model_fields, row, strict=True))
    return Change(**_with_zones(values, "seen_at", "added_at"))


def changed_days(changes: list[Change], sizes: list[Size]) -> list[ChangedDay]:
    """Changes by day, the newest first."""
    found = []
    for day, of_day in groupby(changes, key=lambda each: each.seen_at.date()):
        held = [size.entries for size in sizes if size.first_at.date() <= day]
        entries = held[-1] if held else None
        ordered = sorted(of_day, key=_order)
        found.append(ChangedDay(day=day, changes=tuple(ordered), entries=entries))
    return found


def stays(lake: Reader, key: PlaylistKey) -> list[Stay]:
    """Every stay of an entry in a playlist, the earliest first."""
    names = list(Stay.model_fields)
    return [_stay(dict(zip(names, row, strict=True))) for row in _rows(lake, _STAYS, key)]


def sizes(lake: Reader, key: PlaylistKey) -> list[Size]:
    """The sizes of a playlist, in order."""
    return [
        Size(first_at=aware(first), last_at=aware(last), entries=entries)
        for first, last, entries in _rows(lake, _SIZES, key)
    ]


def moment(lake: Reader, key: PlaylistKey, at: datetime) -> Moment | None:
    """What a playlist held at a moment; None if no run had read it until then."""
    held = contents_at(lake.records, Key(*key), at)
    if held is None:
        return None
    day = RunId.parse(held.contents_of).snapshot_date
    names = list(Entry.model_fields)
    rows = lake.rows(
        _ENTRIES, Days(day, day), source=key.source, id=key.id, run_id=held.contents_of
    )
    known = with_known_titles(lake.records, key.source, held, at).contents
    return Moment(
        at=at,
        seen_at=held.seen.at,
        contents_run_id=held.contents_of,
        is_gone=held.is_gone,
        cover=cover_at(lake, key.source, key.id, at),
        entries=tuple(
            _entry({**dict(zip(names, row, strict=True)), **_titles(entry)})
            for row, entry in zip(rows, known, strict=True)
        ),
    )


_FIRST: Final = (
    ChangeKind.GONE,
    ChangeKind.RETURNED,
    ChangeKind.ADDED,
    ChangeKind.AVAILABLE,
    ChangeKind.REMOVED,
    ChangeKind.UNAVAILABLE,
)


def _order(change: Change) -> tuple[int, int]:
    rank = _FIRST.index(change.change) if change.change in _FIRST else len(_FIRST)
    position = change.from_position if change.to_position is None else change.to_position
    return rank, position or 0


def _rows(lake: Reader, sql: str, key: PlaylistKey) -> list[tuple[Any, ...]]:
    return lake.rows(sql, source=key.source, id=key.id)


def _stay(values: dict[str, Any]) -> Stay:
    times = ("added_at", "last_missing_at", "first_seen_at", "last_seen_at", "first_missing_at")
    return Stay(**_with_zones(values, *times))


def _entry(values: dict[str, Any]) -> Entry:
    return Entry(**_with_zones(values, "added_at"))


def _titles(entry: ContentsEntry) -> dict[str, Any]:
    return {"name": entry.name, "artists": entry.artist_names}


def _with_zones(values: dict[str, Any], *times: str) -> dict[str, Any]:
    return {**values, **{name: aware_or_none(values[name]) for name in times}}
