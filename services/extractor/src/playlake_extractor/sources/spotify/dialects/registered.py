"""The dialects of Spotify, in the order in which they are asked. A new one is registered here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from playlake_extractor.sources.spotify.dialects.account_data import AccountData
from playlake_extractor.sources.spotify.dialects.archive import Archive
from playlake_extractor.sources.spotify.dialects.entry_arrays import (
    EntryArrays,
    PlaylistsWithEntries,
)
from playlake_extractor.sources.spotify.dialects.exportify import Exportify
from playlake_extractor.sources.spotify.dialects.for_players import Jspf, M3u, Xspf
from playlake_extractor.sources.spotify.dialects.web_api import ApiResponses

if TYPE_CHECKING:
    from playlake_extractor.sources.dialects import Dialect

DIALECTS: Final[tuple[Dialect[Any], ...]] = (
    ApiResponses(),
    EntryArrays(),
    PlaylistsWithEntries(),
    AccountData(),
    Archive(),
    Jspf(),
    Xspf(),
    M3u(),
    Exportify(),
)
