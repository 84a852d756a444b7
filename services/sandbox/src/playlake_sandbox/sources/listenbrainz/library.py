"""The playlists of the stand-in's ListenBrainz, which change with its clock. Pure.

They share the songs and the way of changing with the other playlists of the world. An object has an
MBID instead of an id of Spotify's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import blake2b
from uuid import UUID

from playlake_sandbox.world.history import FIRST_DAY, contents
from playlake_sandbox.world.library import Playlist
from playlake_sandbox.world.standing_playlists import Kind, Person, Profile

ROBIN = Person("robin", None)
VESNA = Person("vesna ♪", None)
BOT = Person("listenbrainz", None)
USERS = (ROBIN, VESNA, BOT)

# The numbers of the playlists in the world, in which those of Spotify come first.
_FIRST_NUMBER = 1 << 20
_MBID_BYTES = 16
_UUID_VERSION = 4
_BETWEEN_CREATIONS = timedelta(days=9, hours=5, microseconds=123_457)
_BEFORE_THE_WORLD = datetime.combine(FIRST_DAY, time(), UTC) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """A playlist of ListenBrainz, in terms of the world.

    Attributes:
        profile: its name, owner and contents.
        collaborators: who may edit it as well.
        created_for: the user for whom a bot made it.
        is_deleted: whether it was deleted, before the first day.
        has_version: whether ListenBrainz says when it was changed last.
        is_half_known: whether ListenBrainz knows nothing of some of its recordings.
    """

    profile: Profile
    collaborators: tuple[Person, ...] = ()
    created_for: Person | None = None
    is_deleted: bool = False
    has_version: bool = True
    is_half_known: bool = False


def kept_playlists(largest: int) -> tuple[Kept, ...]:
    """Returns the playlists; the first has `largest` recordings on the first day."""
    road, weekly = "<p>For the <b>long</b> way.</p>", "<p>New to you</p>"
    return (
        Kept(_of(ROBIN, "Everything I recorded", largest)),
        Kept(_of(ROBIN, "Rainy days", 40)),
        Kept(_of(ROBIN, "Road songs", 60, description=road), collaborators=(VESNA,)),
        Kept(_of(ROBIN, "Für mich allein", 25, public=False)),
        Kept(_of(ROBIN, "Nothing yet", 0), has_version=False),
        Kept(_of(ROBIN, "on repeat on repeat", 30, Kind.DUPLICATES)),
        Kept(
            _of(BOT, "Weekly Exploration for robin", 50, description=weekly),
            created_for=ROBIN,
            is_half_known=True,
        ),
        Kept(_of(VESNA, "Vesna's diary", 20, public=False)),
        Kept(_of(ROBIN, "Gone by now", 15), is_deleted=True),
    )


def _of(
    owner: Person,
    name: str,
    size: int,
    kind: Kind = Kind.SONGS,
    *,
    description: str | None = None,
    public: bool = True,
) -> Profile:
    still = not size
    return Profile(name, size, kind, description, owner, public=public, still=still)


@dataclass(frozen=True, slots=True)
class Shelf:
    """All playlists of ListenBrainz in a world."""

    seed: int
    largest: int

    @property
    def all(self) -> list[tuple[Playlist, Kept]]:
        """Every playlist, the newest first as ListenBrainz lists them."""
        return [
            (self._playlist(number, kept), kept)
            for number, kept in enumerate(kept_playlists(self.largest))
        ]

    def find(self, playlist_mbid: str) -> tuple[Playlist, Kept] | None:
        """Returns the playlist with an MBID, unless it was deleted."""
        found = (each for each in self.all if each[0].id == playlist_mbid.lower())
        return next((each for each in found if not each[1].is_deleted), None)

    def _playlist(self, number: int, kept: Kept) -> Playlist:
        own_id = mbid(self.seed, "playlist", number)
        return Playlist(self.seed, _FIRST_NUMBER + number, own_id, None, kept.profile)


def mbid(seed: int, kind: str, number: object) -> str:
    """Returns the MBID of an object of a kind, such as a recording."""
    name = f"{seed}/mbid/{kind}/{number}".encode()
    digest = blake2b(name, digest_size=_MBID_BYTES).digest()
    return str(UUID(bytes=digest, version=_UUID_VERSION))


def created_at(playlist: Playlist) -> datetime:
    """Returns when a playlist was made, before the first day."""
    return _BEFORE_THE_WORLD - (playlist.number - _FIRST_NUMBER + 1) * _BETWEEN_CREATIONS


def changed_at(playlist: Playlist, day: date, edits: int) -> datetime:
    """Returns when a playlist was changed last; each edit by a fault counts as one second."""
    midnight = _changed_on(playlist, day)
    changed = created_at(playlist) if midnight is None else datetime.combine(midnight, time(), UTC)
    return changed + timedelta(seconds=edits)


@lru_cache(maxsize=4_096)
def _changed_on(playlist: Playlist, day: date) -> date | None:
    """Returns the day whose midnight changed a playlist last; None if none has."""
    revision = contents(playlist, day).revision
    if not revision:
        return None
    while contents(playlist, day - timedelta(days=1)).revision == revision:
        day -= timedelta(days=1)
    return day
