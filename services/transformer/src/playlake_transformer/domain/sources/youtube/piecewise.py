"""Reads a frame piece by piece, if it deviates from YouTube's documentation.

The playlist, each page and each entry are read separately. A bad value is null in the row, and the
raw JSON of its piece goes to quarantine with the reason. Every entry keeps its position.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
from msgspec import Raw, Struct

from playlake_contracts.json_text import storable
from playlake_contracts.raw import RawSnapshot, decode_snapshot
from playlake_transformer.domain.json_errors import JSON_ERRORS, explain
from playlake_transformer.domain.model import Entries
from playlake_transformer.domain.positions import number_entries
from playlake_transformer.domain.salvage import salvage
from playlake_transformer.domain.snapshot import Quarantined, Snapshot, UnreadableFrameError
from playlake_transformer.domain.sources.youtube.classify import (
    classify_entry,
    unreadable,
)
from playlake_transformer.domain.sources.youtube.shapes import Entry, PageInfo, PlaylistResponse

if TYPE_CHECKING:
    from playlake_contracts.errors import ErrorCode
    from playlake_transformer.domain.model import EntryRow

T = TypeVar("T", bound=Struct)

_PLAYLISTS: Final = "playlists"
_ITEMS: Final = "playlist_items"


class _PageEntries(Struct):
    items: list[Raw] | None = None


class _PageNumbers(Struct, rename="camel"):
    page_info: PageInfo | None = None


_entries_decoder: Final = msgspec.json.Decoder(_PageEntries)


def read_playlist_piecewise(frame: bytes) -> Snapshot:
    """Read a frame of kind `playlist` that could not be decoded as a whole.

    Raises:
        UnreadableFrameError: no part of the frame can become a row.
    """
    try:
        envelope = decode_snapshot(frame)
    except JSON_ERRORS as error:
        raise UnreadableFrameError(Quarantined(_PLAYLISTS, *explain(error), frame)) from error
    return _Pieces(envelope).read()


def entry_pieces(frame: bytes) -> list[tuple[int | None, bytes]]:
    """List the raw JSON of the entries of a frame with their positions."""
    positions, entries = _Pieces(decode_snapshot(storable(frame))).entries()
    return list(zip(positions, map(bytes, entries), strict=True))


class _Pieces:
    """Reads one snapshot, and collects the pieces to quarantine."""

    def __init__(self, envelope: RawSnapshot) -> None:
        self._envelope = envelope
        self._quarantined: list[Quarantined] = []
        self._has_unreadable_page = False

    def read(self) -> Snapshot:
        """Read all pieces of the snapshot."""
        envelope = self._envelope
        response = self._salvage(envelope.playlist, PlaylistResponse, _PLAYLISTS)
        playlist: Any = (response or PlaylistResponse()).playlist
        positions, entries = self.entries()
        rows = [self._row(*one) for one in zip(positions, entries, strict=True)]
        return Snapshot(
            source=envelope.source,
            run_id=envelope.run_id,
            playlist_id=envelope.playlist_id,
            snapshot_id=envelope.snapshot_id,
            fetched_at=envelope.fetched_at,
            api=envelope.api,
            playlist=playlist,
            total=self._total(),
            is_complete=envelope.complete and not self._has_unreadable_page,
            entries=Entries.of(positions, rows),
            counted=envelope.entries,
            quarantined=self._quarantined,
        )

    def entries(self) -> tuple[list[int], list[Raw]]:
        """The raw JSON of all entries, and their positions."""
        return number_entries((None, self._page(raw)) for raw in self._envelope.pages)

    def _page(self, raw: Raw) -> list[Raw]:
        try:
            return _entries_decoder.decode(raw).items or []
        except JSON_ERRORS as error:
            self._has_unreadable_page = True
            self._quarantine(_ITEMS, *explain(error), bytes(raw))
            return []

    def _total(self) -> int | None:
        for raw in self._envelope.pages[:1]:
            numbers = self._salvage(raw, _PageNumbers, _ITEMS)
            if numbers is not None and numbers.page_info is not None:
                return numbers.page_info.total_results
        return None

    def _row(self, position: int, raw: Raw) -> EntryRow:
        salvaged = salvage(bytes(raw), Entry)
        if not salvaged.faults:
            return classify_entry(salvaged.value)
        self._quarantine(_ITEMS, salvaged.code, salvaged.reason, bytes(raw), position)
        reason = f"{salvaged.code}: {salvaged.reason}"
        if salvaged.value is None or salvaged.value.video_id is None:
            return unreadable(salvaged.value, reason)
        return classify_entry(salvaged.value)._replace(reason=reason)

    def _salvage(self, raw: Raw, kind: type[T], table: str) -> T | None:
        salvaged = salvage(bytes(raw), kind)
        if salvaged.faults:
            self._quarantine(table, salvaged.code, salvaged.reason, bytes(raw))
        return salvaged.value

    def _quarantine(
        self, table: str, code: ErrorCode, reason: str, raw: bytes, position: int | None = None
    ) -> None:
        playlist_id = self._envelope.playlist_id
        self._quarantined.append(Quarantined(table, code, reason, raw, playlist_id, position))
