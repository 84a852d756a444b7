"""Decoding piece by piece, for the frame that is not as documented.

The playlist, each page and each entry are decoded on their own: what is wrong becomes a
`Reject` with its reason, and everything else is kept. Of an artist or album all is kept or nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec import Raw, Struct

from playlake_contracts.raw import (
    SCHEMA,
    Kind,
    RawDetails,
    RawSnapshot,
    decode_details,
    decode_snapshot,
)
from playlake_transformer.domain.entries import place, resolve
from playlake_transformer.domain.faults import FAULTS, explain
from playlake_transformer.domain.snapshot import Details, Reject, Snapshot
from playlake_transformer.domain.spotify import (
    NULL,
    DetailedAlbum,
    DetailedArtist,
    Entry,
    Int32,
    Offset,
    PlaylistMetadata,
)
from playlake_transformer.errors import UnknownSchemaError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

_PLAYLIST = "playlist"


class UnreadableFrameError(Exception):
    """Nothing of a frame can become a row; `reject` says why and holds it."""

    def __init__(self, reject: Reject) -> None:
        super().__init__(reject.reason)
        self.reject = reject


class _Version(Struct):
    schema: str
    kind: str = _PLAYLIST


class _Contents(Struct):
    items: Raw = Raw()
    tracks: Raw = Raw()


class _Page(Struct):
    items: list[Raw] | None = None
    offset: Offset | None = None
    total: Int32 | None = None


_version_decoder = msgspec.json.Decoder(_Version)
_metadata_decoder = msgspec.json.Decoder(PlaylistMetadata | None)
_contents_decoder = msgspec.json.Decoder(_Contents | None)
_page_decoder = msgspec.json.Decoder(_Page | None)
_entry_decoder = msgspec.json.Decoder(Entry | None)

_DETAILED: Mapping[str, tuple[str, msgspec.json.Decoder[DetailedArtist | DetailedAlbum]]] = {
    Kind.ARTIST: ("artists", msgspec.json.Decoder(DetailedArtist)),
    Kind.ALBUM: ("albums", msgspec.json.Decoder(DetailedAlbum)),
}


def decode_carefully(frame: bytes) -> Snapshot | Details:
    """Decode a frame that the fast way refused.

    Raises:
        UnknownSchemaError: the frame was written by a later, incompatible version.
        UnreadableFrameError: nothing of it can become a row.
    """
    try:
        version = _version_decoder.decode(frame)
        if version.schema != SCHEMA:
            raise UnknownSchemaError(f"raw schema {version.schema!r} is not {SCHEMA!r}")
        if version.kind in _DETAILED:
            return _details(decode_details(frame))
        if version.kind != _PLAYLIST:
            raise UnknownSchemaError(f"raw kind {version.kind!r} is none that is known here")
        envelope = decode_snapshot(frame)
    except FAULTS as fault:
        raise UnreadableFrameError(_reject("playlists", fault, frame)) from fault
    return _Careful(envelope).decode()


def _details(envelope: RawDetails) -> Details:
    table, decoder = _DETAILED[envelope.kind]
    try:
        detailed = decoder.decode(envelope.response)
    except FAULTS as fault:
        reject = _reject(table, fault, bytes(envelope.response))
        raise UnreadableFrameError(reject) from fault
    return Details(table, envelope.source, envelope.run_id, envelope.fetched_at, detailed)


class _Careful:
    """One snapshot being decoded, with the rejects gathered on the way."""

    def __init__(self, envelope: RawSnapshot) -> None:
        self._envelope = envelope
        self._rejects: list[Reject] = []

    def decode(self) -> Snapshot:
        envelope = self._envelope
        playlist = self._try(_metadata_decoder.decode, envelope.playlist, "playlists")
        pages = [page for page in map(self._page, self._raw_pages()) if page is not None]
        positions, raws = place((page.offset, page.items or []) for page in pages)
        read = [
            (position, entry)
            for position, raw in zip(positions, raws, strict=True)
            for entry in self._entry(position, raw)
        ]
        return Snapshot(
            source=envelope.source,
            run_id=envelope.run_id,
            playlist_id=envelope.playlist_id,
            snapshot_id=envelope.snapshot_id,
            fetched_at=envelope.fetched_at,
            api=envelope.api,
            playlist=None if self._rejected("playlists") else playlist or PlaylistMetadata(),
            total=next((page.total for page in pages if page.total is not None), None),
            is_complete=envelope.complete and not self._rejected("playlist_items"),
            positions=[position for position, _ in read],
            entries=[entry for _, entry in read],
            rejects=self._rejects,
        )

    def _raw_pages(self) -> list[Raw]:
        contents = self._try(_contents_decoder.decode, self._envelope.playlist, "playlist_items")
        found = (contents.items, contents.tracks) if contents is not None else ()
        embedded = [page for page in found if page and page != NULL]
        return [*embedded[:1], *self._envelope.pages]

    def _page(self, raw: Raw) -> _Page | None:
        return self._try(_page_decoder.decode, raw, "playlist_items")

    def _entry(self, position: int, raw: Raw) -> list[Entry | None]:
        """The entry alone in a list, or an empty list when it was rejected."""
        before = len(self._rejects)
        entry = self._try(_resolved_entry, raw, "playlist_items", position)
        return [entry] if len(self._rejects) == before else []

    def _try(
        self, read: Callable[[Raw], T], raw: Raw, table: str, position: int | None = None
    ) -> T | None:
        try:
            return read(raw)
        except FAULTS as fault:
            playlist_id = self._envelope.playlist_id
            self._rejects.append(_reject(table, fault, bytes(raw), playlist_id, position))
            return None

    def _rejected(self, table: str) -> bool:
        return any(reject.table == table for reject in self._rejects)


def _resolved_entry(raw: Raw) -> Entry | None:
    entry: Entry | None = _entry_decoder.decode(raw)
    resolve([entry])
    return entry


def _reject(
    table: str,
    fault: Exception,
    raw: bytes,
    playlist_id: str | None = None,
    entry_position: int | None = None,
) -> Reject:
    code, reason = explain(fault)
    return Reject(table, code, reason, raw, playlist_id, entry_position)
