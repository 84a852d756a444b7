"""Decodes a decompressed frame into a snapshot.

A frame that follows YouTube's documentation is decoded in one typed pass. Any other frame is read
again piece by piece, so that only the bad fields are lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from playlake_contracts.json_text import has_nul, storable
from playlake_contracts.raw import Moment
from playlake_transformer.domain.json_errors import JSON_ERRORS
from playlake_transformer.domain.model import Entries
from playlake_transformer.domain.positions import number_entries
from playlake_transformer.domain.snapshot import Snapshot
from playlake_transformer.domain.sources.youtube.classify import classify_entry
from playlake_transformer.domain.sources.youtube.piecewise import read_playlist_piecewise
from playlake_transformer.domain.sources.youtube.shapes import Page, PlaylistResponse

if TYPE_CHECKING:
    from playlake_transformer.domain.snapshot import FrameContent


class _Frame(Struct, kw_only=True):
    source: str
    run_id: str
    playlist_id: str
    fetched_at: Moment
    snapshot_id: str | None
    playlist: PlaylistResponse
    pages: list[Page]
    api: str | None
    entries: int | None = None
    complete: bool


_decoder: Final = msgspec.json.Decoder(_Frame)


def read_playlist(frame: bytes) -> FrameContent:
    """Read a frame of kind `playlist`.

    Raises:
        UnreadableFrameError: no part of the frame can become a row.
    """
    text = storable(frame) if has_nul(frame) else frame
    try:
        return _read(_decoder.decode(text))
    except JSON_ERRORS:
        return read_playlist_piecewise(storable(text))


def _read(frame: _Frame) -> Snapshot:
    positions, entries = number_entries((None, page.items or ()) for page in frame.pages)
    playlist: Any = frame.playlist.playlist  # the other attributes are absent columns
    return Snapshot(
        source=frame.source,
        run_id=frame.run_id,
        playlist_id=frame.playlist_id,
        snapshot_id=frame.snapshot_id,
        fetched_at=frame.fetched_at,
        api=frame.api,
        playlist=playlist,
        total=frame.pages[0].total if frame.pages else None,
        is_complete=frame.complete,
        entries=Entries.of(positions, [classify_entry(entry) for entry in entries]),
        counted=frame.entries,
    )
