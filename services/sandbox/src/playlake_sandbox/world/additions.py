"""When and by whom a slot was added to its playlist."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from playlake_sandbox.world.history import BEGINNING, added_on
from playlake_sandbox.world.library import Playlist
from playlake_sandbox.world.people import LISTENER, Person
from playlake_sandbox.world.standing_playlists import Kind

_BEGINNING = datetime.combine(BEGINNING, time(), UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BETWEEN_ADDITIONS = timedelta(hours=7, minutes=13, seconds=29)


@dataclass(frozen=True, slots=True)
class Addition:
    """The moment and the person, either unknown in playlists from before Spotify kept them."""

    at: datetime | None
    by: Person | None


def addition(playlist: Playlist, slot: int) -> Addition:
    """Returns how the slot came into the playlist."""
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
