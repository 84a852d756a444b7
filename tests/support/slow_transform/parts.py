"""Reads a part: frame by frame, its tracks, albums and artists once each, as seen last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slow_transform.envelopes import Unreadable, read_details, read_envelope
from slow_transform.json_text import frames
from slow_transform.objects import Rejected, SlowRows
from slow_transform.reading import Faults
from slow_transform.rules import ORIGIN, Origin, apply_rules
from slow_transform.snapshots import read_snapshot
from slow_transform.tidying import tidy
from slow_transform.works import (
    Occurrence,
    album_row,
    artist_row,
    credits_of,
    latest,
    track_row,
)

if TYPE_CHECKING:
    from datetime import datetime

    from slow_transform.json_text import Piece
    from slow_transform.objects import Key, Row
    from slow_transform.snapshots import Snapshot

Json = dict[str, Any]

TABLES = {"playlist": "playlists", "artist": "artists", "album": "albums"}


def part_rows(raw: bytes, key: Key) -> SlowRows:
    """The rows of a part.

    Raises:
        Rejected: it cannot be transformed as a whole.
    """
    part = _Part(key)
    for frame in frames(raw):
        part.add(frame)
    if not part.frames:
        raise Rejected("empty_object")
    return part.finished()


class _Part:
    def __init__(self, key: Key) -> None:
        self.key, self.frames = key, 0
        self.rows = SlowRows(key.scheduled_at)
        self._quarantined: list[Row] = []
        self._occurrences: dict[str, list[Occurrence]] = {"track": [], "album": [], "artist": []}

    def add(self, frame: bytes) -> None:
        self.frames += 1
        self.rows.json_bytes += len(frame)
        try:
            envelope, pieces = read_envelope(frame, self.key)
            self._add_content(envelope, pieces, frame)
        except Unreadable as unreadable:
            self.rows.snapshots += unreadable.table == "playlists"
            raw = unreadable.raw or frame.decode(errors="replace")
            self._quarantine(unreadable.table, unreadable.faults, raw)

    def finished(self) -> SlowRows:
        """All rows, once those that depend on the whole part are there."""
        tables, at = self.rows.tables, self.rows.fetched_at
        for kind, to_row in (("track", track_row), ("album", album_row), ("artist", artist_row)):
            for one in latest(self._occurrences[kind]):
                row = to_row(one.thing) | {ORIGIN: one.origin}
                self._extend(f"{kind}s", [row], one.fetched_at)
                if kind != "artist":
                    self._extend(f"{kind}_artists", credits_of(kind, one.thing), one.fetched_at)
        tidy(tables)
        results, rejected = apply_rules(tables)
        self._extend("quality_results", results, at)
        self._quarantined += rejected
        for rows in tables.values():
            for each in rows:
                each.pop(ORIGIN, None)
        tables["quarantine"] = [
            self.key.row(at, {"position": number, **row})
            for number, row in enumerate(self._quarantined)
        ]
        return self.rows

    def _add_content(self, envelope: Json, pieces: dict[str, Piece], frame: bytes) -> None:
        kind, at = envelope["kind"], envelope["fetched_at"]
        content: Any = (
            read_snapshot(envelope, pieces)
            if kind == "playlist"
            else read_details(pieces["response"], kind)
        )
        self.rows.snapshots += kind == "playlist"
        if (envelope["source"], envelope["run_id"]) != (self.key.source, self.key.run_id):
            raw, playlist_id = frame.decode(errors="replace"), envelope.get("playlist_id")
            self._quarantine(TABLES[kind], Faults({"envelope_mismatch"}), raw, playlist_id)
            return
        if kind == "playlist" and self._is_known(content, envelope):
            raw, playlist_id = frame.decode(errors="replace"), envelope["playlist_id"]
            self._quarantine("playlists", Faults({"duplicate_snapshot"}), raw, playlist_id)
            return
        self.rows.fetched_at = max(self.rows.fetched_at, at)
        if kind == "playlist":
            self._add_snapshot(content, at)
        else:
            self._add_details(kind, *content, piece=pieces["response"], at=at)

    def _is_known(self, snapshot: Snapshot, envelope: Json) -> bool:
        """Whether the part has another snapshot of the playlist already."""
        if envelope.get("entries") not in {None, len(snapshot.items)}:
            raise Rejected("count_mismatch")
        known = {row["playlist_id"] for row in self.rows.tables["playlists"]}
        return snapshot.playlist_id in known

    def _add_snapshot(self, snapshot: Snapshot, at: datetime) -> None:
        self._extend("playlists", [snapshot.playlist], at)
        self._extend("playlist_items", snapshot.items, at)
        for track, origin in snapshot.tracks:
            if (track.get("album") or {}).get("id"):
                self._occur_work("album", track["album"], at, origin)
            self._occur_work("track", track, at, origin)
        self._quarantined += snapshot.quarantined

    def _occur_work(self, kind: str, work: Json, at: datetime, origin: Origin) -> None:
        self._occur(kind, work, at, origin)
        for artist in work.get("artists") or []:
            self._occur("artist", artist, at, origin)

    def _occur(self, kind: str, thing: Json, at: datetime, origin: Origin) -> None:
        if thing.get("id"):
            self._occurrences[kind].append(Occurrence(thing, at, origin))

    def _add_details(
        self, kind: str, value: Json, faults: Faults, *, piece: Piece, at: datetime
    ) -> None:
        self._occur(kind, value, at, Origin(piece.text))
        if faults:
            self._quarantine(TABLES[kind], faults, piece.text)

    def _extend(self, table: str, rows: list[Row], at: datetime) -> None:
        self.rows.tables[table] += [self.key.row(at, row) for row in rows]

    def _quarantine(
        self, table: str, faults: Faults, raw: str, playlist_id: str | None = None
    ) -> None:
        self._quarantined.append(
            {
                "table_name": table,
                "playlist_id": playlist_id,
                "entry_position": None,
                "code": faults.codes,
                "reason": faults,
                "raw": raw,
            }
        )
