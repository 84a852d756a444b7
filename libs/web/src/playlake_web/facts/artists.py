"""Artists: the songs of each, and where and when playlists held them.

An artist is distinguished by the id in the credits of tracks. Local files and episodes have no
credits, so they have no artist here.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from playlake_lake.errors import NotHeldError
from playlake_web.facts.fact import Fact
from playlake_web.facts.rows import aware
from playlake_web.facts.songs import LATELY, STAY_COLUMNS, StayIn, stays_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from playlake_web.facts.playlists import PlaylistKey
    from playlake_web.reader import Reader

Which = Literal["all", "new", "gone"]
_SONGS: Final = """
    select distinct source, identity, track_id from playlist_items
    where track_id is not null and identity is not null and {in_days}
"""
_NAMES: Final = """
    select source, artist_id, max_by(artist_name, fetched_at) as name from track_artists
    where artist_id is not null and {in_days} group by source, artist_id
"""
_ALL: Final = f"""
with songs as ({_SONGS}), names as ({_NAMES}),
credits as (
    select distinct source, track_id, artist_id from track_artists
    where artist_id is not null and {{in_days}}
),
credited as (
    select distinct songs.source, songs.identity, credits.artist_id from songs
    join credits on credits.source = songs.source and credits.track_id = songs.track_id
)
select
    names.source, names.artist_id, names.name,
    count(distinct stay.identity) as songs,
    count(distinct case when stay.still_there then stay.identity end) as songs_now,
    count(distinct stay.playlist_id) as playlists,
    count(distinct case when stay.still_there then stay.playlist_id end) as playlists_now,
    min(stay.first_seen_at) as first_seen_at, max(stay.last_seen_at) as last_seen_at,
    max(case when stay.last_missing_at is null then 1 else 0 end) as was_there_at_first,
    max(case when stay.first_missing_at is null then 1 else 0 end) as has_not_left
from memberships as stay
join credited on credited.source = stay.source and credited.identity = stay.identity
join names on names.source = credited.source and names.artist_id = credited.artist_id
group by names.source, names.artist_id, names.name
order by songs_now desc, songs desc, names.name, names.artist_id
"""  # noqa: S608
_STAYS: Final = f"""
with credited as (
    select distinct source, track_id from track_artists where artist_id = $id and {{in_days}}
),
named as (
    select distinct item.source, item.identity from playlist_items as item
    join credited on credited.source = item.source and credited.track_id = item.track_id
    where item.identity is not null and {{in_days}}
)
select {STAY_COLUMNS} from memberships as stay
where stay.source = $source and stay.identity in (
    select identity from named where named.source = $source
)
order by stay.first_seen_at, stay.playlist_id, stay.identity, stay.copy
"""  # noqa: S608
_SOURCES: Final = f"""
select source, name from ({_NAMES}) as names where artist_id = $id order by source
"""  # noqa: S608
# Of a playlist, or of one song wherever it is.
_CREDITS: Final = """
with named as (
    select distinct source, identity, track_id from playlist_items
    where track_id is not null and {in_days}
        and ($identity = '' or identity = $identity)
        and ($id = '' or (source = $source and playlist_id = $id))
)
select
    named.source, named.identity, credit.artist_id,
    max_by(credit.artist_name, credit.fetched_at) as name, min(credit.position) as place
from (
    select source, track_id, artist_id, artist_name, position, fetched_at from track_artists
    where artist_id is not null and {in_days}
) as credit
join named on named.source = credit.source and named.track_id = credit.track_id
group by named.source, named.identity, credit.artist_id
order by named.source, named.identity, place, credit.artist_id
"""


class Credit(NamedTuple):
    """An artist in the credits of a song.

    Attributes:
        source: the service that the artist's id is of.
        artist_id: the id.
        name: the name, as it was last credited.
    """

    source: str
    artist_id: str
    name: str | None


Credits = dict[str, tuple[Credit, ...]]


class Artist(Fact):
    """An artist of whom a playlist ever held a song."""

    source: str
    """The service that the artist comes from."""
    artist_id: str
    """The source's id of the artist."""
    name: str | None
    """The name, as it was last credited."""
    songs: int
    """The number of different songs that playlists ever held."""
    songs_now: int
    """The number of these that a playlist holds now."""
    playlists: int
    """The number of playlists that ever held one."""
    playlists_now: int
    """The number of these that hold one now."""
    first_seen_at: datetime
    """When the first song was first seen, UTC."""
    last_seen_at: datetime
    """When a song was last seen, UTC."""
    was_there_at_first: bool
    """Whether a song was there at the first look at its playlist: nobody knows since when."""
    has_left: bool
    """Whether every song has left; false while a playlist that held one is gone."""

    @property
    def label(self) -> str:
        """A name for a person."""
        return self.name or "An artist without a name"


class Stretch(Fact):
    """Days on which a playlist held a song of an artist without a break."""

    first_on: date
    """The first day, UTC."""
    last_on: date
    """The last day, UTC."""

    @property
    def days(self) -> int:
        """The number of days, with the first and the last."""
        return (self.last_on - self.first_on).days + 1


class InPlaylist(Fact):
    """An artist in a playlist."""

    source: str
    """The service that the playlist comes from."""
    playlist_id: str
    """The source's id of the playlist."""
    songs: int
    """The number of different songs of the artist that it ever held."""
    songs_now: int
    """The number of these that it holds now."""
    was_there_at_first: bool
    """Whether one was there at the first look."""
    still_there: bool | None
    """Whether one is there; null while the playlist is gone."""
    days: int
    """The number of days on which one was there."""
    stretches: tuple[Stretch, ...]
    """From when to when, the earliest first."""

    @property
    def first_on(self) -> date:
        """The first day on which one was seen."""
        return self.stretches[0].first_on

    @property
    def last_on(self) -> date:
        """The last day on which one was seen."""
        return self.stretches[-1].last_on


class SongOfArtist(Fact):
    """A song of an artist."""

    identity: str
    """What distinguishes the song."""
    name: str | None
    """The title."""
    artists: str | None
    """The names of all its artists."""
    item_type: str
    """track, or unavailable."""
    playlists: int
    """The number of playlists that ever held it."""
    playlists_now: int
    """The number of these that hold it now."""
    first_seen_at: datetime
    """When it was first seen, UTC."""
    last_seen_at: datetime
    """When it was last seen, UTC."""
    days: int
    """The number of days on which a playlist held it."""
    has_left: bool
    """Whether every playlist has lost it; false while one that held it is gone."""


class ArtistDetails(Artist):
    """An artist with the playlists and the songs."""

    in_playlists: tuple[InPlaylist, ...]
    """The playlists that ever held a song, those that hold one first, then the earliest."""
    its_songs: tuple[SongOfArtist, ...]
    """The songs, those that are in most playlists now first, then the longest there."""

    @property
    def days(self) -> int:
        """The number of days on which a playlist held a song."""
        stretches = (stretch for each in self.in_playlists for stretch in each.stretches)
        return _days(_joined((each.first_on, each.last_on) for each in stretches))


def artists(lake: Reader, text: str, which: Which, today: date) -> list[Artist]:
    """The artists whose name contains a text, in any letter case.

    Args:
        lake: the lake.
        text: the text; an empty one is in every name.
        which: `all`, those with the most songs now first; `new`, those who came in the last thirty
            days, the latest first; `gone`, those whose every song has left, the latest first.
        today: the present day.
    """
    wanted = text.casefold()
    found = [each for each in map(_artist, lake.rows(_ALL)) if wanted in each.label.casefold()]
    match which:
        case "all":
            return found
        case "new":
            new = [each for each in found if _is_new(each, today)]
            return sorted(new, key=lambda each: each.first_seen_at, reverse=True)
        case "gone":
            gone = [each for each in found if each.has_left]
            return sorted(gone, key=lambda each: each.last_seen_at, reverse=True)


def artist(lake: Reader, artist_id: str, source: str | None) -> list[ArtistDetails]:
    """The artists with an id, one for each source that has it; of one source if that is given."""
    sources = lake.rows(_SOURCES, id=artist_id)
    found = []
    for of, name in sources:
        if source in {None, of}:
            stays = stays_of(lake.rows(_STAYS, id=artist_id, source=of))
            if stays:
                found.append(_details(of, artist_id, name, stays))
    return found


def credits_in(lake: Reader, key: PlaylistKey) -> Credits:
    """The credits of the songs that a playlist ever held, by identity."""
    return _credits(lake, key.source, key.id, "")


def credits_of(lake: Reader, identity: str) -> tuple[Credit, ...]:
    """The credits of a song."""
    return _credits(lake, "", "", identity).get(identity, ())


def _credits(lake: Reader, source: str, playlist_id: str, identity: str) -> Credits:
    try:
        rows = lake.rows(_CREDITS, source=source, id=playlist_id, identity=identity)
    except NotHeldError:  # a lake that was pulled without credits has the names alone
        return {}
    return {
        identity: tuple(Credit(source, artist_id, name) for source, _, artist_id, name, _ in of)
        for identity, of in groupby(rows, key=lambda row: row[1])
    }


def _artist(row: tuple[Any, ...]) -> Artist:
    *values, first, last, was_first, has_not_left = row
    names = ("source", "artist_id", "name", "songs", "songs_now", "playlists", "playlists_now")
    return Artist(
        **dict(zip(names, values, strict=True)),
        first_seen_at=aware(first),
        last_seen_at=aware(last),
        was_there_at_first=bool(was_first),
        has_left=not has_not_left,
    )


def _is_new(it: Artist, today: date) -> bool:
    return not it.was_there_at_first and it.first_seen_at.date() >= today - LATELY


def _details(
    source: str, artist_id: str, name: str | None, stays: Sequence[StayIn]
) -> ArtistDetails:
    in_playlists = _grouped(stays, lambda stay: (stay.source, stay.playlist_id))
    songs = _grouped(stays, lambda stay: stay.identity)
    here = [stay for stay in stays if stay.still_there]
    return ArtistDetails(
        source=source,
        artist_id=artist_id,
        name=name,
        songs=len(songs),
        songs_now=len({stay.identity for stay in here}),
        playlists=len(in_playlists),
        playlists_now=len({stay.playlist_id for stay in here}),
        first_seen_at=stays[0].first_seen_at,
        last_seen_at=max(stay.last_seen_at for stay in stays),
        was_there_at_first=any(stay.was_there_at_first for stay in stays),
        has_left=_has_left(stays),
        in_playlists=tuple(
            sorted(
                map(_in_playlist, in_playlists.values()),
                key=lambda each: (not each.songs_now, each.first_on, each.playlist_id),
            )
        ),
        its_songs=tuple(
            sorted(
                map(_song, songs.values()),
                key=lambda each: (-each.playlists_now, -each.days, each.identity),
            )
        ),
    )


def _grouped(
    stays: Iterable[StayIn], key: Callable[[StayIn], object]
) -> Mapping[object, list[StayIn]]:
    found: dict[object, list[StayIn]] = defaultdict(list)
    for stay in stays:
        found[key(stay)].append(stay)
    return found


def _has_left(stays: Iterable[StayIn]) -> bool:
    return all(stay.first_missing_at is not None for stay in stays)


def _in_playlist(stays: Sequence[StayIn]) -> InPlaylist:
    stretches = _stretches(stays)
    here = {stay.identity for stay in stays if stay.still_there}
    is_unknown = any(stay.still_there is None for stay in stays)
    return InPlaylist(
        source=stays[0].source,
        playlist_id=stays[0].playlist_id,
        songs=len({stay.identity for stay in stays}),
        songs_now=len(here),
        was_there_at_first=any(stay.was_there_at_first for stay in stays),
        still_there=None if is_unknown else bool(here),
        days=sum(each.days for each in stretches),
        stretches=stretches,
    )


def _song(stays: Sequence[StayIn]) -> SongOfArtist:
    last = stays[-1]
    return SongOfArtist(
        identity=last.identity or "",
        name=last.name,
        artists=last.artists,
        item_type=last.item_type,
        playlists=len({stay.playlist_id for stay in stays}),
        playlists_now=len({stay.playlist_id for stay in stays if stay.still_there}),
        first_seen_at=stays[0].first_seen_at,
        last_seen_at=max(stay.last_seen_at for stay in stays),
        days=sum(each.days for each in _stretches(stays)),
        has_left=_has_left(stays),
    )


def _stretches(stays: Iterable[StayIn]) -> tuple[Stretch, ...]:
    spans = ((stay.first_seen_at.date(), stay.last_seen_at.date()) for stay in stays)
    return tuple(Stretch(first_on=first, last_on=last) for first, last in _joined(spans))


def _joined(spans: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Spans of days as few as there can be: those that touch are one."""
    found: list[tuple[date, date]] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + timedelta(days=1):
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def _days(spans: Iterable[tuple[date, date]]) -> int:
    return sum((last - first).days + 1 for first, last in spans)
