"""The dialects in which people hold Spotify's playlists, each a kind of frame with its own reader.

A reader translates what was landed into entries as the Web API writes them. Both services use it,
so they count the same entries, and `items_sha256` equals `content_hash`.
"""

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from playlake_contracts.sources.dialect_reading import DialectError
from playlake_contracts.sources.spotify_dialects import (
    account_data,
    archive_cumulative,
    archive_pretty,
    entry_arrays,
    exportify,
    jspf,
    kinds,
    m3u,
    playlist_with_entries,
    xspf,
)
from playlake_contracts.sources.spotify_dialects.reading import Reader, Saved, SavedEntry

if TYPE_CHECKING:
    from collections.abc import Mapping

READERS: "Final[Mapping[str, Reader]]" = MappingProxyType(
    {
        kinds.ACCOUNT_DATA: account_data.read,
        kinds.ARCHIVE_CUMULATIVE: archive_cumulative.read,
        kinds.ARCHIVE_PRETTY: archive_pretty.read,
        kinds.ENTRY_ARRAY: entry_arrays.read,
        kinds.EXPORTIFY: exportify.read,
        kinds.JSPF: jspf.read,
        kinds.M3U: m3u.read,
        kinds.PLAYLIST_WITH_ENTRIES: playlist_with_entries.read,
        kinds.XSPF: xspf.read,
    }
)

__all__ = [
    "READERS",
    "DialectError",
    "Reader",
    "Saved",
    "SavedEntry",
    "kinds",
]
