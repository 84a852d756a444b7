"""Histories for screens: long names, wide letters, and all kinds of changes. All synthetic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from playlake.history.comparing import Compared
from playlake.history.moments import PlaylistAt
from playlake.history.playlists import Named
from playlake.history.songs import Stay
from playlake.history.timeline import Timeline, timeline_of
from playlake_contracts.runs import RunId
from playlake_lake.history import (
    ChangeKind,
    Contents,
    Entry,
    Instant,
    Metadata,
    Observation,
    difference,
    fold,
)
from playlake_lake.history.reading import Held
from playlake_lake.history.records import Playlist

if TYPE_CHECKING:
    from collections.abc import Iterator

LAST: Final = datetime(2026, 11, 21, 6, 0, 7, tzinfo=UTC)
NAMED: Final = Named(Playlist("spotify", "5OdDNpt3LCDt8LjPw8qwBg"), "🏴 قائمة الشتاء 冬のリスト")
OTHER: Final = Named(
    Playlist("spotify", "2Jcn87NOT9C2h96HKTGu14"),
    "Everything, always, and a name that is far too long for any screen of this world and the next",
)
_TITLES: Final = (
    ("Hold the Broken Reservoir", "Kofi Thorne, Søren Almeida, Uma Núñez"),
    ("겨울의 노래 (feat. The Pale Balconys) - Live at the Botanical Garden 1978", "ザ・マイルド"),
    ("Où vont les nuages ?", "Lunar Antenna"),
    ("👩‍👩‍👧 \x1b[2J", "Dario García"),
)
_USERS: Final = ("anna", "a-listener-with-a-very-long-name")


def song(number: int) -> Entry:
    """An entry with one of the titles."""
    title, artists = _TITLES[number % len(_TITLES)]
    return Entry(
        f"spotify:track:{number:022}",
        LAST - timedelta(days=90 - number % 90),
        _USERS[number % 2],
        name=title,
        artist_names=artists,
    )


def before() -> Contents:
    """Forty entries, of which the last one is a file of the user's own without a date."""
    local = Entry("spotify:local:a:b:c:1", None, None, "local", "Demo tape")
    return (*map(song, range(39)), local)


def after() -> Contents:
    """The same with one more, two less, three moved and one that is no longer available."""
    entries = list(before())
    entries[5] = entries[5]._replace(
        identity=None, item_type="unavailable", name=None, artist_names=None
    )
    moved, rest = entries[20:23], [*entries[:20], *entries[23:]]
    kept = [*moved, *rest[:10], *rest[12:]]
    readded = kept[15]._replace(added_at=LAST)
    return (*kept[:15], readded, *kept[16:], song(99))


def shown() -> PlaylistAt:
    """The playlist before, under another name."""
    return _at(NAMED, before(), Metadata(name="Winter 冬"), days_ago=7)


def compared() -> Compared:
    """What changed since."""
    old, new = shown(), _at(NAMED, after(), Metadata(name=NAMED.name), days_ago=0)
    found = difference(before(), after())
    renamed = (ChangeKind.NAME, old.name, new.name)
    gone = (ChangeKind.GONE, None, None)
    return Compared(old, new, (gone, renamed), found.changes, found)


def two_compared() -> Compared:
    """The playlist and another one."""
    old = _at(NAMED, before()[:6], Metadata(), days_ago=0)
    new = _at(OTHER, before()[4:9], Metadata(), days_ago=0)
    found = difference(old.held.contents, new.held.contents)
    return Compared(old, new, (), found.changes, found)


def told() -> Timeline:
    """A year and a half of the playlist, with days without a run, and gone at the end."""
    return timeline_of(NAMED, list(_observed()))


def stays() -> list[Stay]:
    """The stays of a song in that playlist, and in one with a long name."""
    history = fold(_observed())
    found = [one for one in history.memberships if one.entry.identity == song(1).identity]
    return [Stay(each.playlist, each.name, one) for each in (NAMED, OTHER) for one in found]


def _observed() -> Iterator[Observation]:
    contents = before()
    for number in range(550):
        at = LAST - timedelta(days=549 - number)
        seen = Instant(at, str(RunId.derive("spotify", at)))
        if number % 17 == 3:
            continue
        if number % 41 == 5:
            contents = tuple(map(song, range(number % 40 + 60)))
        elif number % 5 == 0:
            contents = (*contents[number % 4 :], *map(song, range(100 + number, 103 + number)))
        if number > 547:
            yield Observation.gone(seen)
        else:
            yield Observation.landed(seen, contents, Metadata(name=f"Winter {number // 300}"))


def _at(named: Named, contents: Contents, metadata: Metadata, *, days_ago: int) -> PlaylistAt:
    at = LAST - timedelta(days=days_ago)
    run_id = str(RunId.derive("spotify", at))
    held = Held(contents, run_id, Instant(at, run_id), is_gone=days_ago == 0)
    return PlaylistAt(named, at + timedelta(hours=1), held, metadata)
