"""Decodes a decompressed frame, or a file of JSPF, into a snapshot.

A frame that follows the documentation is decoded in one typed pass. Any other frame is read again
piece by piece: a bad value is null in its row, and the raw JSON goes to quarantine with the reason.
Every entry keeps its position.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Raw, UnsetType

from playlake_contracts.errors import ErrorCode
from playlake_contracts.json_text import storable
from playlake_contracts.raw import decode_snapshot
from playlake_contracts.sources.dialect_reading import DialectError
from playlake_contracts.sources.listenbrainz_dialects import READERS
from playlake_transformer.domain.json_errors import JSON_ERRORS, explain
from playlake_transformer.domain.model import Entries
from playlake_transformer.domain.positions import number_entries
from playlake_transformer.domain.salvage import salvage
from playlake_transformer.domain.snapshot import Quarantined, Snapshot, UnreadableFrameError
from playlake_transformer.domain.sources.listenbrainz.rows import row_of, unreadable
from playlake_transformer.domain.sources.listenbrainz.shapes import (
    Jspf,
    PlaylistMetadata,
    RawEntries,
    RawJspf,
    Track,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_contracts.raw import RawSnapshot
    from playlake_transformer.domain.model import EntryRow
    from playlake_transformer.domain.snapshot import FrameContent

_PLAYLISTS: Final = "playlists"
_ITEMS: Final = "playlist_items"

_jspf_decoder = msgspec.json.Decoder(Jspf)
_raw_jspf_decoder = msgspec.json.Decoder(RawJspf)
_raw_entries_decoder = msgspec.json.Decoder(RawEntries | None)


def read_playlist(frame: bytes) -> FrameContent:
    """Read a frame of kind `playlist`, or of a kind of saved files.

    Raises:
        UnreadableFrameError: no part of the frame can become a row.
    """
    try:
        envelope = decode_snapshot(storable(frame))
    except JSON_ERRORS as error:
        raise UnreadableFrameError(Quarantined(_PLAYLISTS, *explain(error), frame)) from error
    try:
        envelope, landed = _translated(envelope)
    except DialectError as error:
        broken = Quarantined(
            _PLAYLISTS, ErrorCode.WRONG_TYPE, f"it {error}", frame, envelope.playlist_id
        )
        raise UnreadableFrameError(broken) from error
    try:
        return _decoded(envelope)
    except JSON_ERRORS:
        return _Pieces(envelope, landed).read()


def entry_pieces(frame: bytes) -> list[tuple[int | None, bytes]]:
    """List what the entries of a frame were read from, with their positions."""
    envelope, landed = _translated(decode_snapshot(storable(frame)))
    return list(enumerate(_Pieces(envelope).entries() if landed is None else landed))


def _translated(envelope: RawSnapshot) -> tuple[RawSnapshot, Sequence[bytes] | None]:
    """A snapshot with JSPF as ListenBrainz sends it, and what its entries were translated from.

    Raises:
        DialectError: what was landed is not of its dialect.
    """
    reader = READERS.get(envelope.kind)
    if reader is None:
        return envelope, None
    jspf, landed = reader(bytes(envelope.playlist))
    return msgspec.structs.replace(envelope, playlist=Raw(jspf)), landed


def _decoded(envelope: RawSnapshot) -> Snapshot:
    playlist = _jspf_decoder.decode(envelope.playlist).playlist
    tracks = playlist.track if playlist is not None else None
    rows = [row_of(track) for track in tracks or ()]
    return _snapshot(envelope, playlist or PlaylistMetadata(), rows)


def _snapshot(
    envelope: RawSnapshot,
    playlist: PlaylistMetadata,
    rows: list[EntryRow],
    *,
    is_read: bool = True,
    quarantined: list[Quarantined] | None = None,
) -> Snapshot:
    positions, numbered = number_entries([(None, rows)])
    return Snapshot(
        source=envelope.source,
        run_id=envelope.run_id,
        playlist_id=envelope.playlist_id,
        snapshot_id=envelope.snapshot_id,
        fetched_at=envelope.fetched_at,
        api=envelope.api,
        playlist=_named(playlist, envelope.name),  # type: ignore[arg-type]  # the other attributes are absent columns
        total=len(rows) if is_read else None,
        is_complete=envelope.complete and is_read,
        entries=Entries.of(positions, numbered),
        counted=envelope.entries,
        quarantined=quarantined or [],
    )


def _named(playlist: PlaylistMetadata, name: str | UnsetType) -> PlaylistMetadata:
    """A playlist with the name that the envelope gives it, if it gives one."""
    if name:
        playlist.title = name
    return playlist


class _Pieces:
    """Reads one snapshot, and collects the pieces to quarantine.

    Args:
        envelope: the snapshot.
        landed: what each entry was translated from; None if the entries are as they were landed.
    """

    def __init__(self, envelope: RawSnapshot, landed: Sequence[bytes] | None = None) -> None:
        self._envelope = envelope
        self._landed = landed
        self._quarantined: list[Quarantined] = []
        self._is_read = True

    def read(self) -> Snapshot:
        """Read all pieces of the snapshot."""
        playlist = self._metadata()
        rows = [self._row(position, raw) for position, raw in enumerate(self.entries())]
        return _snapshot(
            self._envelope,
            playlist,
            rows,
            is_read=self._is_read,
            quarantined=self._quarantined,
        )

    def entries(self) -> list[bytes]:
        """The raw JSON of all entries."""
        raw = self._playlist()
        try:
            found = _raw_entries_decoder.decode(raw) if raw else None
        except JSON_ERRORS as error:
            self._is_read = False
            self._quarantine(_ITEMS, *explain(error), bytes(raw))
            return []
        return list(map(bytes, (found.track if found is not None else None) or ()))

    def _playlist(self) -> Raw:
        try:
            return _raw_jspf_decoder.decode(self._envelope.playlist).playlist
        except JSON_ERRORS:  # not an object, and quarantined as a playlist
            self._is_read = False
            return Raw()

    def _metadata(self) -> PlaylistMetadata:
        raw = bytes(self._playlist() or self._envelope.playlist)
        salvaged = salvage(raw, PlaylistMetadata)
        if salvaged.faults:
            self._quarantine(_PLAYLISTS, salvaged.code, salvaged.reason, raw)
        return salvaged.value or PlaylistMetadata()

    def _row(self, position: int, raw: bytes) -> EntryRow:
        salvaged = salvage(raw, Track)
        if not salvaged.faults:
            return row_of(salvaged.value)
        landed = raw if self._landed is None else self._landed[position]
        self._quarantine(_ITEMS, salvaged.code, salvaged.reason, landed, position)
        reason = f"{salvaged.code}: {salvaged.reason}"
        return unreadable(reason) if salvaged.value is None else row_of(salvaged.value, reason)

    def _quarantine(
        self, table: str, code: ErrorCode, reason: str, raw: bytes, position: int | None = None
    ) -> None:
        playlist_id = self._envelope.playlist_id
        self._quarantined.append(Quarantined(table, code, reason, raw, playlist_id, position))
