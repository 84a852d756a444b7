"""The music: artists, albums and their tracks.

Each object is made from its number when it is first requested; nothing is stored.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from playlake_sandbox.world.attributes import (
    Markets,
    Popularity,
    Release,
    draw_image,
    draw_isrc,
    draw_markets,
    draw_popularity,
    draw_release,
)
from playlake_sandbox.world.dice import Dice
from playlake_sandbox.world.ids import id_of
from playlake_sandbox.world.names import artist_name, song_name, title
from playlake_sandbox.world.words import FAMILY_NAMES, GENRES

ARTISTS = 1_501
ALBUMS = 10_007  # prime: steps of any size visit every album before one repeats
MOST_TRACKS = 18
_LONGEST_SINGLE = 4

_CACHED = 12_288  # more than the largest playlist holds
_FIRST_DAY = date(2026, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Artist:
    """An artist; `followers` is the number on 2026-01-01, and grows by `fans_a_day`."""

    id: str
    name: str
    genres: tuple[str, ...]
    followers: int
    fans_a_day: int
    popularity: Popularity
    image: str | None

    def followers_on(self, day: int) -> int:
        """Returns the number of followers on an ordinal day."""
        return self.followers + self.fans_a_day * (day - _FIRST_DAY)


@dataclass(frozen=True, slots=True)
class Album:
    """An album; its number and a position, starting from 0, identify a track."""

    number: int
    id: str
    name: str
    album_type: str
    artists: tuple[int, ...]
    release: Release
    total_tracks: int
    markets: Markets
    label: str
    upc: str
    popularity: Popularity
    image: str | None


@dataclass(frozen=True, slots=True)
class Track:
    """A song on an album; `artists` are their numbers, the main artist first."""

    id: str
    name: str
    album: Album
    artists: tuple[int, ...]
    position: int
    duration_ms: int
    explicit: bool
    isrc: str
    popularity: Popularity


@lru_cache(maxsize=_CACHED)
def artist(seed: int, number: int) -> Artist:
    """Returns the numbered artist."""
    dice = Dice(seed, "artist", number)
    return Artist(
        id=id_of(seed, "artist", number),
        name=artist_name(dice),
        genres=tuple(dict.fromkeys(dice.pick(GENRES) for _ in range(dice.below(3)))),
        followers=dice.below(10 ** dice.between(3, 7)),
        fans_a_day=dice.below(90),
        popularity=draw_popularity(dice),
        image=None if dice.chance(5) else draw_image(dice),
    )


@lru_cache(maxsize=_CACHED)
def album(seed: int, number: int) -> Album:
    """Returns the numbered album."""
    dice = Dice(seed, "album", number)
    total_tracks = dice.pick((1, 1, 2, dice.between(5, 9), *(dice.between(8, MOST_TRACKS),) * 6))
    return Album(
        number=number,
        id=id_of(seed, "album", number),
        name=title(dice),
        album_type="single"
        if total_tracks <= _LONGEST_SINGLE
        else dice.pick(("album",) * 9 + ("compilation",)),
        artists=_album_artists(dice),
        release=draw_release(dice),
        total_tracks=total_tracks,
        markets=draw_markets(dice),
        label=f"{dice.pick(FAMILY_NAMES)} Records",
        upc=f"{dice.below(10**12):012d}",
        popularity=draw_popularity(dice),
        image=None if dice.chance(2) else draw_image(dice),
    )


@lru_cache(maxsize=_CACHED)
def track(seed: int, album_number: int, position: int) -> Track:
    """Returns the track at a position of the numbered album."""
    home = album(seed, album_number)
    dice = Dice(seed, "track", album_number, position)
    guest = _some_artist(dice) if dice.chance(15) else home.artists[0]
    guest_name = None if guest in home.artists else artist(seed, guest).name
    return Track(
        id=id_of(seed, "track", album_number * MOST_TRACKS + position),
        name=song_name(dice, guest_name),
        album=home,
        artists=tuple(dict.fromkeys((*home.artists, guest))),
        position=position,
        duration_ms=dice.between(95_000, 420_000),
        explicit=dice.chance(12),
        isrc=draw_isrc(dice, home.release.year),
        popularity=draw_popularity(dice),
    )


def _album_artists(dice: Dice) -> tuple[int, ...]:
    artists = [_some_artist(dice)]
    if dice.chance(8):
        artists.append(_some_artist(dice))
    return tuple(dict.fromkeys(artists))


def _some_artist(dice: Dice) -> int:
    # A number below a drawn number, so that a few artists have most of the albums.
    return dice.below(dice.below(ARTISTS) + 1)
