"""The songs that the listener saved, which apps call Liked Songs: on most days a few more or fewer.

No playlist depends on them. As of a playlist, the number of a slot determines its song and the day
it was saved.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from playlake_sandbox.world.dice import Dice
from playlake_sandbox.world.history import FIRST_DAY
from playlake_sandbox.world.music_catalog import ALBUMS, Track, album, track

LIKED_SONGS = "liked-songs"
"""What stands for a playlist's id where edits are counted; Spotify has none."""
MOST_SAVED = 5_000
"""Songs that are saved on the first day at most, so that for years no song is saved twice."""

_QUIET_PERCENT = 35
_SLOTS_A_DAY = 4
_SECONDS_A_DAY = 86_400
_BEGINNING = datetime.combine(FIRST_DAY, time(), UTC)
_BETWEEN_SONGS = timedelta(hours=31, minutes=7, seconds=11)
# The first albums are those of the playlists, so that both share songs.
_FIRST_ALBUM = 20


@dataclass(frozen=True, slots=True)
class SavedSong:
    """A song that the listener saved, and when."""

    track: Track
    at: datetime


@lru_cache(maxsize=64)
def saved_slots(seed: int, size: int, day: date) -> tuple[int, ...]:
    """Returns the slots that are saved on a day, the newest first.

    Args:
        seed: the seed of the world.
        size: the number of songs that are saved on the first day.
        day: a day of the world.
    """
    slots = list(range(size))
    for elapsed in range(1, (day - FIRST_DAY).days + 1):
        _change(Dice(seed, "saved", elapsed), size, elapsed, slots)
    return tuple(sorted(slots, key=lambda slot: (_saved_at(size, slot), slot), reverse=True))


def saved_song(seed: int, size: int, slot: int) -> SavedSong:
    """Returns the song of a slot."""
    number = (_FIRST_ALBUM + slot) % ALBUMS
    position = Dice(seed, "saved song", slot).below(album(seed, number).total_tracks)
    return SavedSong(track(seed, number, position), _saved_at(size, slot))


def _change(dice: Dice, size: int, elapsed: int, slots: list[int]) -> None:
    if dice.chance(_QUIET_PERCENT):
        return
    for _ in range(min(dice.below(_SLOTS_A_DAY - 1), len(slots))):
        del slots[dice.below(len(slots))]
    first = size + elapsed * _SLOTS_A_DAY
    slots.extend(range(first, first + dice.below(_SLOTS_A_DAY + 1)))


def _saved_at(size: int, slot: int) -> datetime:
    # A slot is saved on the day before the first day that shows it.
    later = slot - size
    if later < 0:
        return _BEGINNING + later * _BETWEEN_SONGS
    elapsed = later // _SLOTS_A_DAY - 1
    return _BEGINNING + timedelta(days=elapsed, seconds=slot * 7_919 % _SECONDS_A_DAY)
