"""Entries of a playlist: the item, and when and by whom it was added."""

from collections.abc import Collection
from datetime import date, datetime

from playlake_sandbox.shapes import music_objects, podcast_objects, unavailable_objects
from playlake_sandbox.shapes.view import Shape, View, added_by
from playlake_sandbox.spotify_json import Json
from playlake_sandbox.world.library import Playlist
from playlake_sandbox.world.music_catalog import Track
from playlake_sandbox.world.podcast_catalog import Episode
from playlake_sandbox.world.slots import Content, LocalFile, Takedown, addition_of, content
from playlake_sandbox.world.standing_playlists import NOBODY

EPISODE = "episode"


def entry(view: View, playlist: Playlist, slot: int, today: date, types: Collection[str]) -> Shape:
    """Returns an entry; an episode is null unless the additional `types` have `episode`."""
    found = content(playlist, slot)
    added = addition_of(playlist, slot)
    item = _item(view, found, today, types)
    return {
        "added_at": timestamp(added.at) if added.at else None,
        "added_by": added_by(view, added.by if found else NOBODY) if added.by else None,
        "is_local": isinstance(found, LocalFile),
        "primary_color": None,
        **dict.fromkeys(view.tier.entry_keys, item),
        "video_thumbnail": {"url": None},
    }


def timestamp(moment: datetime) -> str:
    """Formats a UTC time to the second, as in `2026-11-21T06:00:00Z`."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _item(view: View, found: Content, today: date, types: Collection[str]) -> Json:
    match found:
        case Track():
            return music_objects.track(view, found, today)
        case Episode():
            return podcast_objects.episode(view, found) if EPISODE in types else None
        case LocalFile():
            return unavailable_objects.local_file(view, found)
        case Takedown():
            return unavailable_objects.takedown(view, found)
        case None:
            return None
