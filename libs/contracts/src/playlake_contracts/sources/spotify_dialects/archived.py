"""What the two files that the public playlist archive keeps of a playlist have in common.

https://github.com/mackorone/spotify-playlist-archive
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Raw

from playlake_contracts.sources.dialect_reading import Json, as_list, as_text, without_nulls
from playlake_contracts.sources.spotify_dialects.reading import SavedEntry, entry_of, reference


class ArchivedPlaylist(msgspec.Struct):
    """A playlist as archived; values may have any type, because strict reading comes later."""

    url: Any = None
    name: Any = None
    original_name: Any = None
    unique_name: Any = None
    description: Any = None
    snapshot_id: Any = None
    num_followers: Any = None
    owner: Any = None
    tracks: list[Raw] | None = None

    def own_fields(self) -> Json:
        """Its own fields, as the Web API writes a playlist."""
        owner = self.owner if isinstance(self.owner, dict) else {}
        user = reference(as_text(owner.get("url")), "user")
        followers = self.num_followers
        return without_nulls(
            {
                "id": reference(as_text(self.url), "playlist").get("id"),
                "name": self.original_name or self.name or self.unique_name,
                "description": self.description,
                "snapshot_id": self.snapshot_id,
                "followers": None if followers is None else {"total": followers},
                "owner": without_nulls({"id": user.get("id"), "display_name": owner.get("name")}),
            }
        )


def archived_entry(track: Json, landed: Raw, added_at: object) -> SavedEntry:
    """An entry with an archived track."""
    album = track.get("album")
    item = {
        "name": track.get("name"),
        "artists": [_named(artist, "artist") for artist in as_list(track.get("artists"))],
        "album": _named(album, "album") if album else None,
        "duration_ms": track.get("duration_ms"),
    }
    return entry_of(
        reference(as_text(track.get("url"))) | without_nulls(item), landed, added_at=added_at
    )


def _named(work: object, kind: str) -> Json | None:
    """An artist or an album: its id and its name."""
    if not isinstance(work, dict):
        return None
    return reference(as_text(work.get("url")), kind) | without_nulls({"name": work.get("name")})
