"""How playlists change: on most days a few entries are added and a few removed, at midnight UTC.

On some days the owner also moves a block of entries to another place, and rarely shuffles a short
playlist. Each change gives a playlist another snapshot_id, and an order is a change as well.

A playlist is a list of slots. The content of a slot never changes, and the number of a slot
determines the day it was added: who moves an entry does not add it again.
"""

from base64 import b64encode
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Self

from playlake_sandbox.world.dice import Dice
from playlake_sandbox.world.library import Playlist
from playlake_sandbox.world.standing_playlists import LISTENER, Kind, Person

FIRST_DAY = date(2026, 10, 1)
LAST_DAY = date(2199, 12, 31)
MOST_ENTRIES = 10_000
_QUIET_PERCENT = 35
_SLOTS_A_DAY = 4
_MOVES_PERCENT = 12
_SHUFFLES_PERMILLE = 4
_MOST_SHUFFLED = 150
_LONGEST_BLOCK = 6


@dataclass(frozen=True, slots=True)
class Contents:
    """The slots of a playlist in order; `revision` counts the changes since the first day.

    `edits` counts the edits by fault rules, which come on top of the changes of a day.
    """

    revision: int
    slots: tuple[int, ...]
    edits: int = 0

    def edited(self, times: int) -> Self:
        """Returns the contents after a number of edits; each removes the first entry."""
        return replace(self, slots=self.slots[times:], edits=times)


@lru_cache(maxsize=8_192)
def contents(playlist: Playlist, day: date) -> Contents:
    """Returns what the playlist holds on a day."""
    revision, slots = 0, list(range(playlist.profile.size))
    if not playlist.profile.still:
        for elapsed in range(1, (day - FIRST_DAY).days + 1):
            revision += _change(playlist, elapsed, slots)
    return Contents(revision, tuple(slots))


def added_on(playlist: Playlist, slot: int) -> int | None:
    """Returns how many days after the first day a slot was added; None if it was there before.

    A slot is added on the day before the first day that shows it.
    """
    later = slot - playlist.profile.size
    return None if later < 0 else later // _SLOTS_A_DAY - 1


def _change(playlist: Playlist, elapsed: int, slots: list[int]) -> bool:
    dice = Dice(playlist.seed, "day", playlist.number, elapsed)
    leaving, come = _turnover(dice, playlist.profile.daily_change_percent)
    gone = min(leaving, len(slots))
    for _ in range(gone):
        del slots[dice.below(len(slots))]
    first = playlist.profile.size + elapsed * _SLOTS_A_DAY
    slots.extend(range(first, first + min(come, MOST_ENTRIES - len(slots))))
    moves = playlist.profile.daily_change_percent is None and _reorder(dice, slots)
    return bool(gone or come or moves)


def _turnover(dice: Dice, daily_change_percent: int | None) -> tuple[int, int]:
    if daily_change_percent is not None:
        exchanged = dice.between(1, _SLOTS_A_DAY - 1) if dice.chance(daily_change_percent) else 0
        return exchanged, exchanged
    if dice.chance(_QUIET_PERCENT):
        return 0, 0
    return dice.below(_SLOTS_A_DAY), dice.below(_SLOTS_A_DAY)


def _reorder(dice: Dice, slots: list[int]) -> bool:
    """Moves a block of slots or shuffles all, on some days; returns whether the order changed."""
    before = slots[:]
    if len(slots) <= _MOST_SHUFFLED and dice.below(1_000) < _SHUFFLES_PERMILLE:
        _shuffle(dice, slots)
    elif slots and dice.chance(_MOVES_PERCENT):
        _move_block(dice, slots)
    return slots != before


def _shuffle(dice: Dice, slots: list[int]) -> None:
    for last in range(len(slots) - 1, 0, -1):
        other = dice.below(last + 1)
        slots[last], slots[other] = slots[other], slots[last]


def _move_block(dice: Dice, slots: list[int]) -> None:
    length = dice.between(1, min(_LONGEST_BLOCK, len(slots)))
    start = dice.below(len(slots) - length + 1)
    block = slots[start : start + length]
    del slots[start : start + length]
    place = dice.below(len(slots) + 1)
    slots[place:place] = block


_HASH_BYTES = 20


def snapshot_id(playlist: Playlist, contents: Contents) -> str:
    """Returns the snapshot_id of a playlist with its contents, in one of Spotify's two formats."""
    revision = contents.revision + 2
    edits = f"+{contents.edits}" if contents.edits else ""
    name = f"{playlist.id}/{revision}{edits}".encode()
    state = blake2b(name, digest_size=_HASH_BYTES)
    classic = f"{revision},{state.hexdigest()}".encode()
    modern = revision.to_bytes(4, "big") + state.digest()
    return b64encode(modern if playlist.number % 3 else classic).decode()


_BEGINNING = datetime.combine(FIRST_DAY, time(), UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BETWEEN_ADDITIONS = timedelta(hours=7, minutes=13, seconds=29)


@dataclass(frozen=True, slots=True)
class Addition:
    """When and by whom a slot was added; both are unknown in the oldest playlists."""

    at: datetime | None
    by: Person | None


def addition(playlist: Playlist, slot: int) -> Addition:
    """Returns when and by whom a slot was added."""
    owner = playlist.profile.owner
    if playlist.profile.kind is Kind.ANCIENT:
        return (Addition(None, None), Addition(_EPOCH, owner))[slot % 2]
    guest_added = playlist.profile.collaborative and slot % 3 == 0
    return Addition(_added_at(playlist, slot), LISTENER if guest_added else owner)


def _added_at(playlist: Playlist, slot: int) -> datetime:
    elapsed = added_on(playlist, slot)
    if elapsed is None:
        return _BEGINNING - (playlist.profile.size - slot) * _BETWEEN_ADDITIONS
    return _BEGINNING + timedelta(days=elapsed, seconds=slot * 7_919 % 86_400)
