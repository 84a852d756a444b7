"""Decodes a decompressed frame into a snapshot, or into details of an artist or album.

A frame that follows Spotify's documentation is decoded in one typed pass. Any other frame is read
again piece by piece, so that only the bad fields are lost.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from playlake_contracts.json_text import has_nul, storable
from playlake_contracts.raw import Moment
from playlake_contracts.sources.spotify import page_with_entries
from playlake_transformer.domain.json_errors import JSON_ERRORS
from playlake_transformer.domain.positions import number_entries
from playlake_transformer.domain.snapshot import AlbumDetails, ArtistDetails, Snapshot
from playlake_transformer.domain.sources.spotify.classify import classify
from playlake_transformer.domain.sources.spotify.piecewise import (
    read_album_piecewise,
    read_artist_piecewise,
    read_playlist_piecewise,
)
from playlake_transformer.domain.sources.spotify.shapes import (
    DetailedAlbum,
    DetailedArtist,
    Entry,
    Page,
    Playlist,
    TwofoldEntry,
    TwofoldPlaylist,
    named,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playlake_transformer.domain.snapshot import FrameContent


AnyPage = Page[Entry] | Page[TwofoldEntry]


class _Frame(Struct):
    source: str
    run_id: str
    fetched_at: Moment


class _SnapshotFrame(_Frame, kw_only=True):
    playlist_id: str
    snapshot_id: str | None
    api: str | None
    complete: bool
    entries: int | None = None
    name: str | None = None


class _PlaylistFrame(_SnapshotFrame, kw_only=True):
    playlist: Playlist | None
    pages: list[Page[Entry]]


class _TwofoldFrame(_SnapshotFrame, kw_only=True):
    playlist: TwofoldPlaylist | None
    pages: list[Page[TwofoldEntry]]


class _ArtistFrame(_Frame):
    response: DetailedArtist


class _AlbumFrame(_Frame):
    response: DetailedAlbum


# The end of a frame whose responses have everything under both keys. Every frame can be decoded in
# either way, but these faster with the older keys unparsed.
_TWOFOLD: Final = re.compile(rb'"api":"both","entries":[0-9]+,"complete":[a-z]+}\n\Z')
_TAIL_BYTES: Final = 80

_playlist_decoder = msgspec.json.Decoder(_PlaylistFrame)
_twofold_decoder = msgspec.json.Decoder(_TwofoldFrame)
_artist_decoder = msgspec.json.Decoder(_ArtistFrame)
_album_decoder = msgspec.json.Decoder(_AlbumFrame)
_page_decoder = msgspec.json.Decoder(Page[TwofoldEntry] | None)


def read_playlist(frame: bytes) -> FrameContent:
    """Read a frame of kind `playlist`.

    Raises:
        UnreadableFrameError: no part of the frame can become a row.
    """
    return _read(frame, _decode_playlist, read_playlist_piecewise)


def read_artist(frame: bytes) -> FrameContent:
    """Read a frame of kind `artist`.

    Raises:
        UnreadableFrameError: no part of the frame can become a row.
    """
    return _read(frame, _decode_artist, read_artist_piecewise)


def read_album(frame: bytes) -> FrameContent:
    """Read a frame of kind `album`.

    Raises:
        UnreadableFrameError: no part of the frame can become a row.
    """
    return _read(frame, _decode_album, read_album_piecewise)


def _read(
    frame: bytes,
    decode: Callable[[bytes], FrameContent],
    read_piecewise: Callable[[bytes], FrameContent],
) -> FrameContent:
    text = storable(frame) if has_nul(frame) else frame
    try:
        return decode(text)
    except JSON_ERRORS:
        return read_piecewise(storable(text))


def _decode_playlist(frame: bytes) -> Snapshot:
    is_twofold = _TWOFOLD.search(frame, max(0, len(frame) - _TAIL_BYTES)) is not None
    parsed: _PlaylistFrame | _TwofoldFrame = (
        _twofold_decoder if is_twofold else _playlist_decoder
    ).decode(frame)
    embedded = page_with_entries(_embedded_pages(parsed.playlist))
    pages = parsed.pages if embedded is None else [embedded, *parsed.pages]
    positions, entries = number_entries((page.offset, page.items or ()) for page in pages)
    return Snapshot(
        source=parsed.source,
        run_id=parsed.run_id,
        playlist_id=parsed.playlist_id,
        snapshot_id=parsed.snapshot_id,
        fetched_at=parsed.fetched_at,
        api=parsed.api,
        playlist=named(parsed.playlist, parsed.name),
        total=next((page.total for page in pages if page.total is not None), None),
        is_complete=parsed.complete,
        entries=classify(positions, entries),
        counted=parsed.entries,
    )


def _embedded_pages(playlist: Playlist | TwofoldPlaylist | None) -> Iterator[AnyPage | None]:
    if playlist is not None:
        yield playlist.items or None
        tracks = playlist.tracks
        if isinstance(tracks, msgspec.Raw):
            yield _page_decoder.decode(tracks) if tracks else None
        else:
            yield tracks or None


def _decode_artist(frame: bytes) -> ArtistDetails:
    parsed = _artist_decoder.decode(frame)
    return ArtistDetails(parsed.source, parsed.run_id, parsed.fetched_at, parsed.response)


def _decode_album(frame: bytes) -> AlbumDetails:
    parsed = _album_decoder.decode(frame)
    return AlbumDetails(parsed.source, parsed.run_id, parsed.fetched_at, parsed.response)
