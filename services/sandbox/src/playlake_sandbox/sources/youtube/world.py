"""The playlists and videos of the stand-in for YouTube, made from the music of the world.

A playlist changes from day to day as those of Spotify's stand-in do. As days pass, videos are
deleted or made private, in all playlists at once; an entry stays.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Final, Literal, cast

from playlake_sandbox.world.dice import Dice
from playlake_sandbox.world.history import FIRST_DAY
from playlake_sandbox.world.library import Playlist
from playlake_sandbox.world.music_catalog import Track, artist
from playlake_sandbox.world.slots import content
from playlake_sandbox.world.standing_playlists import LISTENER, STRANGER, Person, Profile

LARGEST: Final = 5_000
# Numbers of their own, so that these playlists have other songs than Spotify's.
_FIRST_NUMBER: Final = 1_000_000
_LOST_PERCENT: Final = 40
_DAYS_OF_LOSS: Final = 400
_CACHED: Final = 16_384

Privacy = Literal["public", "unlisted", "private"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A playlist, and who can read it.

    Attributes:
        playlist: the playlist with its id of YouTube.
        privacy: as YouTube calls it; a private playlist is hidden from every key.
        is_accessible: whether a key may read its entries.
        until: the day on which it is deleted; None if it stays.
    """

    playlist: Playlist
    privacy: Privacy = "public"
    is_accessible: bool = True
    until: date | None = None

    def is_visible(self, day: date) -> bool:
        """Whether a key sees it on a day."""
        return self.privacy != "private" and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Video:
    """A video; `lost_on` is the day from which it is not there, and `lost_as` says why."""

    id: str
    title: str
    owner: str
    owner_id: str
    lost_on: date | None
    lost_as: Literal["deleted", "private"]

    def is_lost(self, day: date) -> bool:
        """Whether it is not there on a day."""
        return self.lost_on is not None and self.lost_on <= day


def channel_id(seed: int, owner: Person) -> str:
    """Returns the id of a person's channel."""
    return f"UC{_id(16, seed, 'person', owner.id)}"


@lru_cache(maxsize=8)
def kept_playlists(seed: int) -> tuple[Kept, ...]:
    """Returns every playlist, also those that no key can read."""
    return (
        Kept(_playlist(seed, 0, Profile("Everything, on video", LARGEST))),
        Kept(_playlist(seed, 1, Profile("Clips for the tram", 60, description="live & studio"))),
        Kept(_playlist(seed, 2, Profile("Für später", 25))),
        Kept(_playlist(seed, 3, Profile("Nothing yet", 0, still=True))),
        Kept(_playlist(seed, 4, Profile("Only by its link", 120)), "unlisted"),
        Kept(_playlist(seed, 5, Profile("Stranger's clips", 45, owner=STRANGER))),
        Kept(_playlist(seed, 6, Profile("Members only", 30)), is_accessible=False),
        Kept(_playlist(seed, 7, Profile("Diary", 20)), "private"),
        Kept(_playlist(seed, 8, Profile("Summer, already over", 15)), until=date(2026, 11, 24)),
    )


def find(seed: int, playlist_id: str, day: date) -> Kept | None:
    """Returns the playlist that a key sees under an id on a day."""
    every = (one for one in kept_playlists(seed) if one.playlist.id == playlist_id)
    return next((one for one in every if one.is_visible(day)), None)


@lru_cache(maxsize=_CACHED)
def video_of(playlist: Playlist, slot: int) -> Video:
    """Returns the video in a slot of a playlist."""
    song = cast("Track", content(playlist, slot))
    singer = artist(playlist.seed, song.artists[0])
    dice = Dice(playlist.seed, "video", song.id)
    is_lost = dice.chance(_LOST_PERCENT)
    lost_on = FIRST_DAY + timedelta(days=dice.below(_DAYS_OF_LOSS))
    return Video(
        id=_id(8, playlist.seed, "video", song.id),
        title=song.name,
        owner=f"{singer.name} - Topic",
        owner_id=f"UC{_id(16, playlist.seed, 'artist', singer.id)}",
        lost_on=lost_on if is_lost else None,
        lost_as=dice.pick(("deleted", "deleted", "private")),
    )


def _playlist(seed: int, number: int, profile: Profile) -> Playlist:
    owner = replace(profile.owner, display_name=profile.owner.display_name or LISTENER.id)
    return Playlist(
        seed=seed,
        number=_FIRST_NUMBER + number,
        id=f"PL{_id(24, seed, 'playlist', number)}",
        image=None,
        profile=replace(profile, owner=owner),
    )


def _id(size: int, *name: object) -> str:
    """An id of YouTube's alphabet, from so many bytes."""
    digest = blake2b("/".join(map(str, ("youtube", *name))).encode(), digest_size=size)
    return urlsafe_b64encode(digest.digest()).decode().rstrip("=")
