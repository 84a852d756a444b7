"""Songs: where they are, where they were, and what left lately."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

from playlake_web.facts.fact import Fact
from playlake_web.facts.history import Stay
from playlake_web.facts.rows import aware_or_none

if TYPE_CHECKING:
    from datetime import date

    from playlake_web.reader import Reader

LATELY: Final = timedelta(days=30)
MOST_LONGEST: Final = 1_000
Which = Literal["left", "vanished", "longest"]
STAY_COLUMNS: Final = """
    source, playlist_id, identity, copy, item_type, name, artist_names, added_at, added_by,
    last_missing_at, first_seen_at, last_seen_at, first_missing_at, first_position, last_position,
    times_readded, still_there
"""
_OF_SONG: Final = f"""
select {STAY_COLUMNS} from memberships
where identity = $identity order by first_seen_at, source, playlist_id
"""  # noqa: S608
_LEFT: Final = f"""
select {STAY_COLUMNS} from memberships
where first_missing_at >= cast($since as timestamp)
order by first_missing_at desc, first_seen_at, source, playlist_id, identity
"""  # noqa: S608
_VANISHED: Final = f"""
select {STAY_COLUMNS} from (
    select
        {STAY_COLUMNS},
        row_number() over (
            partition by identity order by first_missing_at desc, source, playlist_id, copy
        ) as age,
        count(*) over (partition by identity) as stays,
        count(first_missing_at) over (partition by identity) as ended
    from memberships where identity is not null
) as told
where age = 1 and stays = ended
order by first_missing_at desc, first_seen_at, source, playlist_id, identity
"""  # noqa: S608
_LONGEST: Final = f"""
select {STAY_COLUMNS} from memberships
order by
    date_diff('day', cast(first_seen_at as date), cast(last_seen_at as date)) desc,
    added_at nulls last, first_seen_at, source, playlist_id, first_position
limit {MOST_LONGEST}
"""  # noqa: S608
_FOUND: Final = f"""
select {STAY_COLUMNS} from memberships
where lower(name) like $like or lower(artist_names) like $like
order by lower(name), identity, first_seen_at, source, playlist_id
"""  # noqa: S608
_EVERYWHERE: Final = """
select identity, max(name) as name, max(artist_names) as artists, count(*) as playlists
from (
    select distinct source, playlist_id, identity, name, artist_names from memberships
    where still_there and identity is not null
) as held
group by identity having count(*) > 1 order by playlists desc, name, identity
"""
_COUNTS: Final = """
select
    count(distinct identity) as songs,
    sum(case when first_missing_at is not null then 1 else 0 end) as departures,
    sum(case when still_there then 1 else 0 end) as entries
from memberships
"""


class StayIn(Stay):
    """A stay of a song, and the playlist that it was in."""

    source: str
    """The service that the playlist comes from."""
    playlist_id: str
    """The source's id of the playlist."""


class Widespread(Fact):
    """A song that several playlists hold."""

    identity: str
    """What distinguishes the song."""
    name: str | None
    """The title."""
    artists: str | None
    """The names of the artists."""
    playlists: int
    """The number of playlists that hold it now."""


class SongCounts(Fact):
    """How many songs a lake has seen."""

    songs: int
    """The number of different songs that were ever seen."""
    departures: int
    """The number of stays that have ended."""
    entries: int
    """The number of entries that are there now."""


def song(lake: Reader, identity: str) -> list[StayIn]:
    """The stays of a song in all playlists, the earliest first; empty if it was never seen."""
    return stays_of(lake.rows(_OF_SONG, identity=identity))


def left_since(lake: Reader, since: date) -> list[StayIn]:
    """The stays that ended since a day, the latest first, within a look the longest first."""
    return stays_of(lake.rows(_LEFT, since=since.isoformat()))


def find_songs(lake: Reader, text: str) -> list[StayIn]:
    """The stays of songs whose title or artists contain a text, in any letter case."""
    words = text.lower().replace("\\", "").replace("%", "").replace("_", " ")
    return stays_of(lake.rows(_FOUND, like=f"%{words}%"))


def vanished(lake: Reader) -> list[StayIn]:
    """Of each song that every playlist has lost the stay that ended last, the latest first.

    A song of a playlist that is gone is not among them: nobody knows whether it has lost it.
    """
    return stays_of(lake.rows(_VANISHED))


def longest(lake: Reader) -> list[StayIn]:
    """The longest stays, of as many the one that was added first; a thousand at most."""
    return stays_of(lake.rows(_LONGEST))


def found_or_chosen(lake: Reader, text: str, which: Which, today: date) -> list[StayIn]:
    """The stays of songs with a text, or without one those that are chosen.

    Args:
        lake: the lake.
        text: a part of a title or artist.
        which: `left`, the stays that ended in the last thirty days; `vanished` and `longest`, see
            the functions of these names.
        today: the present day.
    """
    if text:
        return find_songs(lake, text)
    match which:
        case "left":
            return left_since(lake, today - LATELY)
        case "vanished":
            return vanished(lake)
        case "longest":
            return longest(lake)


def widespread(lake: Reader, limit: int) -> list[Widespread]:
    """The songs that most playlists hold now."""
    return [
        Widespread(identity=identity, name=name, artists=artists, playlists=playlists)
        for identity, name, artists, playlists in lake.rows(_EVERYWHERE)[:limit]
    ]


def song_counts(lake: Reader) -> SongCounts:
    """How many songs the lake has seen."""
    ((songs, departures, entries),) = lake.rows(_COUNTS)
    return SongCounts(songs=songs, departures=departures or 0, entries=entries or 0)


_TIMES: Final = (
    "added_at", "last_missing_at", "first_seen_at", "last_seen_at", "first_missing_at",
)  # fmt: skip


def stays_of(rows: list[tuple[Any, ...]]) -> list[StayIn]:
    """The stays of rows with the columns `STAY_COLUMNS`."""
    names = ["source", "playlist_id", *Stay.model_fields]
    found = []
    for row in rows:
        values = dict(zip(names, row, strict=True))
        found.append(StayIn(**values | {name: aware_or_none(values[name]) for name in _TIMES}))
    return found
