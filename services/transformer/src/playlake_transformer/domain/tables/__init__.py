"""The tables, one module each: the origin of its columns, the derived ones, and the cleaning."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from playlake_transformer.domain.tables.albums import ALBUMS
from playlake_transformer.domain.tables.artists import ARTISTS
from playlake_transformer.domain.tables.credits import ALBUM_ARTISTS, TRACK_ARTISTS
from playlake_transformer.domain.tables.loads import LOADS
from playlake_transformer.domain.tables.playlist_daily import PLAYLIST_DAILY
from playlake_transformer.domain.tables.playlist_items import PLAYLIST_ITEMS
from playlake_transformer.domain.tables.playlists import PLAYLISTS
from playlake_transformer.domain.tables.quality_results import QUALITY_RESULTS
from playlake_transformer.domain.tables.quarantine import QUARANTINE
from playlake_transformer.domain.tables.run_outcomes import RUN_OUTCOMES
from playlake_transformer.domain.tables.tracks import TRACKS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake_transformer.domain.tables.mapping import TableMapping

__all__ = [
    "ALBUMS",
    "ALBUM_ARTISTS",
    "ARTISTS",
    "LOADS",
    "MAPPINGS",
    "PLAYLISTS",
    "PLAYLIST_DAILY",
    "PLAYLIST_ITEMS",
    "QUALITY_RESULTS",
    "QUARANTINE",
    "RUN_OUTCOMES",
    "TRACKS",
    "TRACK_ARTISTS",
]

_ALL: Final = (
    PLAYLISTS,
    PLAYLIST_ITEMS,
    TRACKS,
    ALBUMS,
    ARTISTS,
    TRACK_ARTISTS,
    ALBUM_ARTISTS,
    RUN_OUTCOMES,
    PLAYLIST_DAILY,
    QUALITY_RESULTS,
    QUARANTINE,
    LOADS,
)
MAPPINGS: Final[Mapping[str, TableMapping]] = MappingProxyType(
    {mapping.table.name: mapping for mapping in _ALL}
)
