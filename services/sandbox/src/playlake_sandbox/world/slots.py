"""The content of a playlist's slots: mostly songs, or what the kind of the playlist has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from playlake_sandbox.world.dice import Dice
from playlake_sandbox.world.history import Addition, addition
from playlake_sandbox.world.library import Playlist
from playlake_sandbox.world.made_playlists import MadePlaylist
from playlake_sandbox.world.music_catalog import ALBUMS, Track, album, artist, track
from playlake_sandbox.world.names import title
from playlake_sandbox.world.podcast_catalog import FEWEST_EPISODES, SHOWS, Episode, episode
from playlake_sandbox.world.standing_playlists import Kind

_COPIES = 3
_TITLE_TRACK_PERCENT = 45


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A local file of the listener; Spotify knows only its tags, and `artist` may be empty."""

    artist: str
    album: str
    title: str
    duration_seconds: int


@dataclass(frozen=True, slots=True)
class Takedown:
    """A track that was taken down: only its ids are left."""

    track: Track


Content = Track | Episode | LocalFile | Takedown | None


def content(playlist: Playlist, slot: int) -> Content:
    """Returns the content of a slot; None is a null item."""
    if isinstance(playlist, MadePlaylist):
        return playlist.entries[slot].item
    return _CONTENT[playlist.profile.kind](playlist, slot)


def addition_of(playlist: Playlist, slot: int) -> Addition:
    """Returns when and by whom a slot was added."""
    if isinstance(playlist, MadePlaylist):
        return playlist.addition(slot)
    return addition(playlist, slot)


def _song(playlist: Playlist, slot: int) -> Track:
    start, stride = _walk(playlist.seed, playlist.number)
    number = (start + slot * stride) % ALBUMS
    dice = Dice(playlist.seed, "song", playlist.number, slot)
    title_track = dice.chance(_TITLE_TRACK_PERCENT)
    position = 0 if title_track else dice.below(album(playlist.seed, number).total_tracks)
    return track(playlist.seed, number, position)


@lru_cache(maxsize=16_384)
def _walk(seed: int, number: int) -> tuple[int, int]:
    # The first albums are close together, so that the playlists of a listener share songs.
    dice = Dice(seed, "walk", number)
    return dice.below(300), dice.between(1, 3)


def _song_or_local_file(playlist: Playlist, slot: int) -> Track | LocalFile:
    if slot % 3:
        return _song(playlist, slot)
    dice = Dice(playlist.seed, "file", playlist.number, slot)
    name = "" if dice.chance(20) else artist(playlist.seed, dice.below(50)).name
    return LocalFile(name, title(dice), title(dice), dice.between(60, 500))


def _song_or_episode(playlist: Playlist, slot: int) -> Track | Episode:
    if slot % 4:
        return _song(playlist, slot)
    dice = Dice(playlist.seed, "talk", playlist.number, slot)
    return episode(playlist.seed, dice.below(SHOWS), dice.below(FEWEST_EPISODES))


def _song_or_nothing(playlist: Playlist, slot: int) -> Track | Takedown | None:
    song = _song(playlist, slot)
    match slot % 5:
        case 0:
            return None
        case 2:
            return Takedown(song)
        case _:
            return song


def _repeated_song(playlist: Playlist, slot: int) -> Track:
    return _song(playlist, slot // _COPIES)


_CONTENT: Mapping[Kind, Callable[[Playlist, int], Content]] = MappingProxyType(
    {
        Kind.SONGS: _song,
        Kind.LOCAL_FILES: _song_or_local_file,
        Kind.EPISODES: _song_or_episode,
        Kind.UNAVAILABLE: _song_or_nothing,
        Kind.DUPLICATES: _repeated_song,
        Kind.ANCIENT: _song,
    }
)
