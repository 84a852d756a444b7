"""Playlists that an app has made: they hold what was added to them, in memory.

Each is a value; an addition gives a new one. Their numbers follow those of any library.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from playlake_sandbox.world.history import Addition, Contents
from playlake_sandbox.world.ids import id_of, is_base62_id, number_of
from playlake_sandbox.world.library import Playlist
from playlake_sandbox.world.music_catalog import ALBUMS, MOST_TRACKS, Track, album, track
from playlake_sandbox.world.podcast_catalog import MOST_EPISODES, SHOWS, Episode, episode, show
from playlake_sandbox.world.standing_playlists import Profile

MOST_HELD = 11_000
"""Entries that a playlist holds, by users' reports; Spotify documents 10,000."""

_FIRST_NUMBER = 1 << 31
_URI = re.compile(r"spotify:(?P<kind>track|episode):(?P<id>[^:]+)")


@dataclass(frozen=True, slots=True)
class Added:
    """An entry that an app has added, and when; `item` is None if Spotify no longer has it."""

    item: Track | Episode | None
    at: datetime


@dataclass(frozen=True, slots=True)
class MadePlaylist(Playlist):
    """A playlist that an app has made; `revision` counts the additions."""

    entries: tuple[Added, ...] = ()
    revision: int = 0

    @property
    def contents(self) -> Contents:
        """What it holds: its entries are its slots."""
        return Contents(self.revision, tuple(range(len(self.entries))))

    def addition(self, slot: int) -> Addition:
        """Returns when a slot was added, and that its owner added it."""
        return Addition(self.entries[slot].at, self.profile.owner)

    def with_added(
        self, items: Sequence[Track | Episode], position: int | None, at: datetime
    ) -> Self:
        """Returns the playlist with items at a position, at its end if that is None."""
        place = len(self.entries) if position is None else position
        added = tuple(Added(item, at) for item in items)
        entries = (*self.entries[:place], *added, *self.entries[place:])
        return replace(self, entries=entries, revision=self.revision + 1)


def new_playlist(
    seed: int, made_before: int, name: str, description: str | None, *, public: bool
) -> MadePlaylist:
    """Returns an empty playlist of the listener's; `made_before` counts those that exist."""
    number = _FIRST_NUMBER + made_before
    profile = Profile(name, 0, description=description, public=public, still=True)
    return MadePlaylist(seed, number, id_of(seed, "playlist", number), None, profile)


def item_of(seed: int, uri: str) -> Track | Episode | None:
    """Returns the track or the episode of a URI; None if this world has none.

    Raises:
        ValueError: the text is not the URI of a track or of an episode.
    """
    match = _URI.fullmatch(uri)
    if match is None or not is_base62_id(match["id"]):
        raise ValueError(f"{uri} is not the URI of a track or an episode")
    number = number_of(seed, match["kind"], match["id"])
    if number is None:
        return None
    return _track(seed, number) if match["kind"] == "track" else _episode(seed, number)


def _track(seed: int, number: int) -> Track | None:
    home, position = divmod(number, MOST_TRACKS)
    exists = home < ALBUMS and position < album(seed, home).total_tracks
    return track(seed, home, position) if exists else None


def _episode(seed: int, number: int) -> Episode | None:
    home, position = divmod(number, MOST_EPISODES)
    exists = home < SHOWS and position < show(seed, home).total_episodes
    return episode(seed, home, position) if exists else None
