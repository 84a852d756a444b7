"""XSPF with identifiers of Spotify."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts.sources.player_files import read_xspf
from playlake_contracts.sources.spotify_dialects.jspf import playlist_fields, track_entry
from playlake_contracts.sources.spotify_dialects.reading import Saved

if TYPE_CHECKING:
    from collections.abc import Sequence


def read(text: bytes, _pages: Sequence[bytes]) -> Saved:
    """Read the tracks of an XSPF; see `Reader`."""
    file = read_xspf(text)
    return Saved(playlist_fields(file.playlist), (track_entry(*track) for track in file.tracks))
