"""The columns that no response of YouTube provides.

The API tells neither the album, nor the ISRC, nor whether a video plays in a country. Lengths need
requests of their own to `videos.list`, which would double the units of a run; see docs/youtube.md.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

ABSENT: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "playlists": frozenset({"is_collaborative", "followers"}),
        "playlist_items": frozenset(
            {
                "isrc", "album_name", "show_id", "show_name", "duration_ms", "is_explicit",
                "is_playable",
            }
        ),
        "tracks": frozenset(
            {
                "album_id", "duration_ms", "is_explicit", "disc_number", "track_number",
                "popularity", "isrc", "is_playable", "linked_from_id", "markets",
            }
        ),
        "artists": frozenset({"followers", "popularity", "genres"}),
    }
)  # fmt: skip
