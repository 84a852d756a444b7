"""A playlist of `Playlist1.json` in the account data that every user can download from Spotify.

It has URIs and names, and of when an entry was added only the day. It has no playlist ids.
Older downloads have `tracks` with names alone instead of `items`.

https://support.spotify.com/article/understanding-my-data/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Raw

from playlake_contracts.sources.dialect_reading import (
    Json,
    as_text,
    bounded,
    decoded,
    fields_of,
    without_nulls,
)
from playlake_contracts.sources.spotify_dialects.reading import (
    Saved,
    SavedEntry,
    entry_of,
    reference,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

# Where an entry may hold what it holds.
HELD_UNDER: Final = ("track", "episode", "audiobook", "localTrack")
# Which of its fields has the URI, and which the title, the first that is there.
_URIS: Final = ("chapterUri", "trackUri", "episodeUri", "audiobookUri", "uri")
_TITLES: Final = (
    "trackName", "episodeName", "chapterName", "chapterTitle", "audiobookName", "audiobookTitle",
)  # fmt: skip
_SHOWS: Final = ("showName", "audiobookName", "audiobookTitle")


class _Playlist(msgspec.Struct):
    name: Any = None
    description: Any = None
    numberOfFollowers: Any = None  # noqa: N815 - Spotify's name
    collaborators: list[Any] | None = None
    items: list[Raw] | None = None
    tracks: list[Raw] | None = None


def read(playlist: bytes, _pages: Sequence[bytes]) -> Saved:
    """Read a playlist; see `Reader`."""
    found = decoded(playlist, _Playlist)
    followers = found.numberOfFollowers
    own = {
        "name": found.name,
        "description": found.description,
        "followers": None if followers is None else {"total": followers},
        "collaborative": True if found.collaborators else None,
    }
    entries = found.items if found.items is not None else found.tracks
    return Saved(without_nulls(own), bounded(map(_entry, entries or ())))


def _entry(raw: Raw) -> SavedEntry:
    fields = fields_of(raw)
    held = next((fields[name] for name in HELD_UNDER if isinstance(fields.get(name), dict)), None)
    if held is None and "trackName" in fields:  # an older download
        held = fields
    item = None if held is None else _item(held)
    return entry_of(item, raw, added_at=fields.get("addedDate"))


def _item(held: Json) -> Json:
    artist, album, show = held.get("artistName"), held.get("albumName"), _first(held, _SHOWS)
    named = {
        "name": _first(held, _TITLES),
        "artists": [{"name": artist}] if artist else None,
        "album": {"name": album} if album else None,
    }
    item = reference(as_text(_first(held, _URIS))) | without_nulls(named)
    if item.get("type") in ("episode", "chapter") and show:
        item["show"] = {"name": show}
    return item


def _first(held: Json, names: Sequence[str]) -> Any:  # noqa: ANN401 - JSON
    return next((held[name] for name in names if held.get(name)), None)
