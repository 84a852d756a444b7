"""Reads frames of saved files in other formats than the Web API's responses, one kind each.

The contracts translate what was landed into entries as the Web API writes them. Each entry is read
alone, so that a bad value is null in its row, and what was landed of it goes to quarantine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from playlake_contracts.errors import ErrorCode
from playlake_contracts.json_text import storable
from playlake_contracts.raw import RawSnapshot, decode_snapshot
from playlake_contracts.sources.spotify_dialects import READERS, DialectError, Saved
from playlake_transformer.domain.model import Entries
from playlake_transformer.domain.positions import number_entries
from playlake_transformer.domain.salvage import salvage
from playlake_transformer.domain.snapshot import Quarantined, Snapshot, UnreadableFrameError
from playlake_transformer.domain.sources.spotify.piecewise import read_envelope, salvaged_row
from playlake_transformer.domain.sources.spotify.shapes import PlaylistMetadata, named

if TYPE_CHECKING:
    from playlake_contracts.sources.spotify_dialects import SavedEntry
    from playlake_transformer.domain.model import EntryRow
    from playlake_transformer.domain.salvage import Salvaged


def read_saved(frame: bytes) -> Snapshot:
    """Read a frame of one of the kinds of saved files.

    Raises:
        UnreadableFrameError: no part of the frame can become a row.
    """
    envelope = read_envelope(frame)
    try:
        saved, entries = _read(envelope)
    except DialectError as error:
        reason = f"it {error}"
        broken = Quarantined("playlists", ErrorCode.WRONG_TYPE, reason, frame, envelope.playlist_id)
        raise UnreadableFrameError(broken) from error
    playlist_json = msgspec.json.encode(saved.playlist)
    playlist = salvage(playlist_json, PlaylistMetadata)
    positions, entries = number_entries([(None, entries)])
    read = [salvaged_row(each.entry) for each in entries]
    quarantined = [
        _quarantined(salvaged, entries[position].landed, envelope.playlist_id, position)
        for position, (_, salvaged) in enumerate(read)
        if salvaged.faults
    ]
    if playlist.faults:
        quarantined.append(_quarantined(playlist, playlist_json, envelope.playlist_id, None))
    return _snapshot(
        envelope, saved, playlist.value, positions, [row for row, _ in read], quarantined
    )


def saved_pieces(frame: bytes) -> list[tuple[int | None, bytes]]:
    """List what the entries of a frame were read from, with their positions."""
    _, entries = _read(decode_snapshot(storable(frame)))
    return [(position, entry.landed) for position, entry in enumerate(entries)]


def _read(envelope: RawSnapshot) -> tuple[Saved, list[SavedEntry]]:
    read = READERS[envelope.kind]
    saved = read(bytes(envelope.playlist), [bytes(page) for page in envelope.pages])
    return saved, list(saved.entries)


def _snapshot(
    envelope: RawSnapshot,
    saved: Saved,
    playlist: PlaylistMetadata | None,
    positions: list[int],
    rows: list[EntryRow],
    quarantined: list[Quarantined],
) -> Snapshot:
    return Snapshot(
        source=envelope.source,
        run_id=envelope.run_id,
        playlist_id=envelope.playlist_id,
        snapshot_id=envelope.snapshot_id,
        fetched_at=envelope.fetched_at,
        api=envelope.api,
        playlist=named(playlist, envelope.name),
        total=saved.total,
        is_complete=envelope.complete,
        entries=Entries.of(positions, rows),
        counted=envelope.entries,
        quarantined=quarantined,
    )


def _quarantined(
    salvaged: Salvaged[Any], landed: bytes, playlist_id: str, position: int | None
) -> Quarantined:
    table = "playlists" if position is None else "playlist_items"
    return Quarantined(table, salvaged.code, salvaged.reason, landed, playlist_id, position)
