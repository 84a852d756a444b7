"""From a decompressed frame to a `Snapshot`, or to the `Details` of an artist or album.

A frame that is as documented is decoded whole, in one typed pass. One that fails anywhere is
decoded again by `careful`, so that a bad entry costs that entry and nothing else.
"""

from __future__ import annotations

import re

import msgspec
from msgspec import Struct

from playlake_contracts.raw import SCHEMA, Moment
from playlake_transformer.domain.careful import decode_carefully
from playlake_transformer.domain.entries import place, resolve
from playlake_transformer.domain.faults import FAULTS
from playlake_transformer.domain.snapshot import Details, Snapshot
from playlake_transformer.domain.spotify import (
    DetailedAlbum,
    DetailedArtist,
    Page,
    Playlist,
    PlaylistMetadata,
)
from playlake_transformer.errors import UnknownSchemaError

# Escapes that are legal JSON and that no text column can store: NUL and half a surrogate pair,
# in group 1. What must not be mistaken for one comes first: escaped backslashes, whole pairs.
_UNSTORABLE = re.compile(
    rb"\\\\"
    rb"|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(\\u0000|\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)


class _Frame(Struct, tag_field="kind"):
    schema: str
    source: str
    run_id: str
    fetched_at: Moment


class _PlaylistFrame(_Frame, tag="playlist"):
    playlist_id: str
    snapshot_id: str | None
    playlist: Playlist | None
    pages: list[Page]
    api: str | None
    complete: bool


class _ArtistFrame(_Frame, tag="artist"):
    response: DetailedArtist


class _AlbumFrame(_Frame, tag="album"):
    response: DetailedAlbum


_frame_decoder = msgspec.json.Decoder(_PlaylistFrame | _ArtistFrame | _AlbumFrame)
_page_decoder = msgspec.json.Decoder(Page | None)


def decode(frame: bytes) -> Snapshot | Details:
    """Decode one frame of a part, already decompressed.

    Raises:
        UnknownSchemaError: the frame was written by a later, incompatible version.
        UnreadableFrameError: nothing of it can become a row.
    """
    text = _storable(frame) if rb"\u0000" in frame else frame
    try:
        return _decode_fast(text)
    except FAULTS:
        return decode_carefully(_storable(text))


def _storable(frame: bytes) -> bytes:
    """The frame with U+FFFD in place of what is no text."""
    return _UNSTORABLE.sub(lambda escape: rb"\ufffd" if escape[1] else escape[0], frame)


def _decode_fast(frame: bytes) -> Snapshot | Details:
    read = _frame_decoder.decode(frame)
    if read.schema != SCHEMA:
        raise UnknownSchemaError(f"raw schema {read.schema!r} is not {SCHEMA!r}")
    if isinstance(read, _PlaylistFrame):
        return _snapshot(read)
    table = "artists" if isinstance(read, _ArtistFrame) else "albums"
    return Details(table, read.source, read.run_id, read.fetched_at, read.response)


def _snapshot(read: _PlaylistFrame) -> Snapshot:
    embedded = _embedded_page(read.playlist)
    pages = read.pages if embedded is None else [embedded, *read.pages]
    positions, entries = place((page.offset, page.items or []) for page in pages)
    resolve(entries)
    return Snapshot(
        source=read.source,
        run_id=read.run_id,
        playlist_id=read.playlist_id,
        snapshot_id=read.snapshot_id,
        fetched_at=read.fetched_at,
        api=read.api,
        playlist=read.playlist or PlaylistMetadata(),
        total=next((page.total for page in pages if page.total is not None), None),
        is_complete=read.complete,
        positions=positions,
        entries=entries,
    )


def _embedded_page(playlist: Playlist | None) -> Page | None:
    if playlist is None:
        return None
    if isinstance(playlist.items, Page):
        return playlist.items
    return _page_decoder.decode(playlist.tracks) if playlist.tracks else None
