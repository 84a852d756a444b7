"""M3U and M3U8, extended or plain, with the links or URIs of Spotify."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts.sources.dialect_reading import Json, without_nulls
from playlake_contracts.sources.player_files import read_m3u, title_of
from playlake_contracts.sources.spotify_dialects.reading import Saved, entry_of, reference

if TYPE_CHECKING:
    from collections.abc import Sequence


def read(text: bytes, _pages: Sequence[bytes]) -> Saved:
    """Read the lines of an M3U; see `Reader`."""
    file = read_m3u(text)
    entries = (entry_of(_item(track), landed) for track, landed in file.tracks)
    return Saved(without_nulls({"name": file.playlist.get("title")}), entries)


def _item(track: Json) -> Json:
    creator = track.get("creator")
    return reference(track["location"][0]) | without_nulls(
        {
            "name": title_of(track),
            "artists": [{"name": creator}] if creator else None,
            "duration_ms": track.get("duration"),
        }
    )
