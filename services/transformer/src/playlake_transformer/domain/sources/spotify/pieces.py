"""The raw JSON of the entries of a frame, for rows that break a quality rule."""

from __future__ import annotations

from playlake_contracts.json_text import storable
from playlake_contracts.raw import PLAYLIST, read_header
from playlake_contracts.sources.spotify_dialects import READERS, kinds
from playlake_transformer.domain.sources.spotify.piecewise import details_pieces, playlist_pieces
from playlake_transformer.domain.sources.spotify.saved import saved_pieces


def entry_pieces(frame: bytes) -> list[tuple[int | None, bytes]]:
    """List the raw JSON of the entries of a frame with their positions, or a details response."""
    kind = read_header(storable(frame)).kind
    if kind in (PLAYLIST, kinds.SAVED_TRACKS):
        return playlist_pieces(frame)
    return saved_pieces(frame) if kind in READERS else details_pieces(frame)
