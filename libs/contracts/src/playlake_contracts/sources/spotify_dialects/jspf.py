"""JSPF with identifiers of Spotify.

`show --jspf` writes it; its annotations say when an entry was added, and by whom.

https://xspf.org/jspf
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Raw

from playlake_contracts.content import identity_parts
from playlake_contracts.sources.dialect_reading import (
    Json,
    bounded,
    decoded,
    fields_of,
    without_nulls,
)
from playlake_contracts.sources.player_files import added, texts, title_of
from playlake_contracts.sources.spotify_dialects.reading import (
    Saved,
    SavedEntry,
    entry_of,
    reference,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLAYLIST_URI: Final = "spotify:playlist:"
_UTC: Final = "+00:00"


class _Playlist(msgspec.Struct):
    title: Any = None
    creator: Any = None
    annotation: Any = None
    info: Any = None
    identifier: Any = None
    image: Any = None
    track: list[Raw] | None = None


class _File(msgspec.Struct):
    playlist: _Playlist


def read(playlist: bytes, _pages: Sequence[bytes]) -> Saved:
    """Read the tracks of a JSPF; see `Reader`."""
    found = decoded(playlist, _File).playlist
    own = playlist_fields(msgspec.to_builtins(msgspec.structs.replace(found, track=None)))
    return Saved(own, bounded(map(_entry, found.track or ())))


def _entry(raw: Raw) -> SavedEntry:
    return track_entry(fields_of(raw), raw)


def playlist_fields(found: Json) -> Json:
    """A playlist's own fields, as the Web API writes them."""
    references = [*texts(found.get("identifier")), *texts(found.get("info"))]
    image, creator = found.get("image"), found.get("creator")
    return without_nulls(
        {
            "id": next(filter(None, map(_playlist_id, references)), None),
            "name": found.get("title"),
            "description": found.get("annotation"),
            "owner": {"display_name": creator} if creator else None,
            "images": [{"url": image}] if image else None,
        }
    )


def track_entry(track: Json, landed: object) -> SavedEntry:
    """The entry that a track is, with what its identifiers or locations name at Spotify."""
    creator, album, image = track.get("creator"), track.get("album"), track.get("image")
    item = without_nulls(
        {
            "name": title_of(track),
            "artists": [{"name": creator}] if creator else None,
            "duration_ms": track.get("duration"),
            "track_number": track.get("trackNum"),
        }
    )
    item = {**item, **_named(track)}
    if album:
        images = [{"url": image}] if image else None
        item["album"] = without_nulls({"name": album, "images": images})
    return entry_of(item or None, landed, **_added(track))


def names_spotify(track: Json) -> bool:
    """Whether an identifier or a location of a track is Spotify's; names alone are nobody's."""
    return not _named(track).keys().isdisjoint(("id", "uri"))


def _named(track: Json) -> Json:
    references = [*texts(track.get("identifier")), *texts(track.get("location"))]
    for text in references:
        if found := reference(text):
            return found
    for text in references:
        item_id, name, artists = identity_parts(text)
        if item_id:
            return {"id": item_id}
        if name:
            return {"name": name, "artists": [{"name": artist} for artist in artists]}
    return {}


def _playlist_id(text: str) -> str | None:
    if text.startswith(_PLAYLIST_URI):  # also an id that is not Spotify's, such as one of a file
        return text.removeprefix(_PLAYLIST_URI) or None
    return reference(text, "playlist").get("id")


def _added(track: Json) -> Json:
    at, by = added(track)
    if at is not None and at.endswith(_UTC):
        at = f"{at.removesuffix(_UTC)}Z"
    return {"added_at": at, "added_by": {"id": by} if by else None}
