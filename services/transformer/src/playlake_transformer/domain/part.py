"""Reads a part: its frames become rows, and JSON that broke a rule is quarantined with a reason.

Every entry that the extractor counted becomes a row. Otherwise the whole part is rejected.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple

from playlake_contracts.errors import ErrorCode
from playlake_contracts.limits import MAX_SNAPSHOT_OBJECTS
from playlake_contracts.raw import (
    PLAYLIST,
    SCHEMA,
    CorruptFrameError,
    FrameTooLargeError,
    names_other_playlist,
    read_frames,
    read_header,
)
from playlake_transformer.domain.batch import Batch
from playlake_transformer.domain.frame_readers import reader_of
from playlake_transformer.domain.json_errors import JSON_ERRORS, explain
from playlake_transformer.domain.rescan import Place, raw_entries
from playlake_transformer.domain.snapshot import (
    ArtistDetails,
    Quarantined,
    Snapshot,
    UnreadableFrameError,
)
from playlake_transformer.domain.unknown_fields import Sample
from playlake_transformer.errors import (
    CorruptZstdError,
    CountMismatchError,
    EmptyObjectError,
    ObjectTooLargeError,
)

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping
    from datetime import datetime

    from playlake_contracts.keys import RawKey
    from playlake_transformer.domain.batch import TableRows
    from playlake_transformer.domain.frame_readers import EntryPieces, Source
    from playlake_transformer.domain.snapshot import FrameContent


class _Frame(NamedTuple):
    """A frame whose rows are in the batch: its number in the part, and its playlist."""

    number: int
    playlist_id: str | None


@dataclass(slots=True)
class Part:
    """The contents of a part, of the frames read so far.

    Attributes:
        fetched_at: the latest `fetched_at` of its frames.
        batch: the rows under construction.
        sample: the frames in which unknown fields are looked for.
        rows: the rows by table; complete when the whole part was read.
        quarantined: the JSON that broke a rule.
        frames: number of frames, including unreadable ones.
        snapshots: number of frames that hold a snapshot of a playlist.
        entries: number of entries in the snapshots.
        json_bytes: size of the frames decompressed.
        unknown_fields: the fields that the source is not known to send, with their number in the
            sample; complete when the whole part was read.
    """

    fetched_at: datetime
    batch: Batch
    sample: Sample
    rows: dict[str, TableRows] = field(default_factory=dict)
    quarantined: list[Quarantined] = field(default_factory=list)
    frames: int = 0
    snapshots: int = 0
    entries: int = 0
    json_bytes: int = 0
    unknown_fields: Mapping[str, int] = field(default_factory=dict)
    _in_batch: list[_Frame] = field(default_factory=list)
    _playlist_ids: set[str] = field(default_factory=set)

    def add(self, frame: bytes, key: RawKey, sources: Mapping[str, Source]) -> None:
        """Add one decompressed frame of the part with the key `key`."""
        self.frames += 1
        self.json_bytes += len(frame)
        try:
            content = _read(frame, sources)
        except UnreadableFrameError as unreadable:
            self.snapshots += unreadable.quarantined.table == "playlists"
            self.quarantined.append(unreadable.quarantined)
            return
        self.snapshots += isinstance(content, Snapshot)
        if (fetched_at := _in_utc(content.fetched_at)) is None:
            reason = "Time out of range - at `$.fetched_at`"
            table = f"{_kind(content)}s"
            self.quarantined.append(Quarantined(table, ErrorCode.OUT_OF_RANGE, reason, frame))
            return
        if not _is_of_run(content, key):
            self.quarantined.append(_envelope_mismatch(content, frame))
            return
        playlist_id = content.playlist_id if isinstance(content, Snapshot) else None
        if isinstance(content, Snapshot):
            _check_counted(content)
            if content.playlist_id in self._playlist_ids:
                self.quarantined.append(_duplicate(content, frame))
                return
            self._playlist_ids.add(content.playlist_id)
            self.entries += len(content.entries)
        self.fetched_at = max(self.fetched_at, fetched_at)
        self.batch.add(content)
        self.sample.offer(read_header(frame).kind, frame)
        self._in_batch.append(_Frame(self.frames - 1, playlist_id))
        self.quarantined.extend(content.quarantined)

    def quarantine(
        self, rejected: Mapping[str, Mapping[int, str]], raw: bytes, pieces: EntryPieces
    ) -> None:
        """Quarantine rows that broke a quality rule.

        Args:
            rejected: by table, the reason for each row.
            raw: the part.
            pieces: lists the raw JSON of the entries of a frame.
        """
        found = [
            (table, reason, self._place(int(self.rows[table].numbers[row])))
            for table, reasons in rejected.items()
            for row, reason in reasons.items()
        ]
        entries = raw_entries(raw, [place for _, _, place in found], pieces)
        playlists = {each.number: each.playlist_id for each in self._in_batch}
        for table, reason, place in found:
            position, json = entries[place]
            playlist_id = playlists[place.frame]
            self.quarantined.append(
                Quarantined(table, ErrorCode.BROKEN_RULE, reason, json, playlist_id, position)
            )

    def _place(self, number: int) -> Place:
        frame, entry = self.batch.place_of(number)
        return Place(self._in_batch[frame].number, entry)


def read_part(raw: bytes, key: RawKey, sources: Mapping[str, Source]) -> Part:
    """Read a part from its bytes in S3.

    Raises:
        CorruptZstdError: the part is not a sequence of whole zstd frames.
        EmptyObjectError: the part holds no frame.
        ObjectTooLargeError: the part, or a snapshot in it, is over a limit.
        UnknownSchemaError: no reader is registered for one of its frames.
        CountMismatchError: the number of entries of a snapshot differs from the extractor's count.
    """
    source = sources[key.source]
    part = Part(key.run_id.scheduled_at, Batch(source), Sample(key))
    for frame in _frames(raw, key):
        part.add(frame, key, sources)
        del frame  # a long one would be in memory beside the columns
    if not part.frames:
        raise EmptyObjectError(f"{key} holds no snapshot")
    part.unknown_fields = part.sample.unknown_fields(source.known_fields)
    part.rows = part.batch.finish()
    return part


def read_snapshots(
    raw: bytes, key: RawKey, sources: Mapping[str, Source], playlist_ids: Container[str]
) -> Iterator[Snapshot]:
    """Read the snapshots of some playlists of a part, one at a time; the same that become rows.

    Raises:
        RejectError: as for `read_part`, except that other snapshots are not looked into.
    """
    found: set[str] = set()
    for frame in _frames(raw, key):
        if names_other_playlist(frame, playlist_ids):
            continue
        try:
            content = _read(frame, sources)
        except UnreadableFrameError:
            continue  # it lies in quarantine
        if not isinstance(content, Snapshot) or not _is_of_run(content, key):
            continue
        if _in_utc(content.fetched_at) is None:
            continue
        _check_counted(content)
        if content.playlist_id in playlist_ids and content.playlist_id not in found:
            found.add(content.playlist_id)
            yield content


def _read(frame: bytes, sources: Mapping[str, Source]) -> FrameContent:
    try:
        header = read_header(frame)
    except JSON_ERRORS as error:
        raise UnreadableFrameError(Quarantined("playlists", *explain(error), frame)) from error
    if header.schema == SCHEMA and not header.source:
        reason = "the envelope names no source"
        quarantined = Quarantined("playlists", ErrorCode.WRONG_TYPE, reason, frame)
        raise UnreadableFrameError(quarantined)
    _check_objects(frame)
    return reader_of(header, sources)(frame)


def _frames(raw: bytes, key: RawKey) -> Iterator[bytes]:
    try:
        yield from read_frames(raw)
    except CorruptFrameError as error:
        raise CorruptZstdError(f"{key}: {error}") from error
    except FrameTooLargeError as error:
        raise ObjectTooLargeError(f"{key}: {error}") from error


def _check_objects(frame: bytes) -> None:
    """Refuse a frame with so many JSON objects that decoding would exceed the memory."""
    # A JSON object takes two bytes at least.
    if len(frame) > 2 * MAX_SNAPSHOT_OBJECTS and frame.count(b"{") > MAX_SNAPSHOT_OBJECTS:
        raise ObjectTooLargeError(f"a snapshot has more than {MAX_SNAPSHOT_OBJECTS:,} objects")


def _check_counted(snapshot: Snapshot) -> None:
    entries = len(snapshot.entries)
    if snapshot.counted not in {None, entries}:
        raise CountMismatchError(
            f"playlist {snapshot.playlist_id[:80]!r} has {entries} entries, but the "
            f"extractor counted {snapshot.counted}"
        )


def _is_of_run(content: FrameContent, key: RawKey) -> bool:
    return (content.source, content.run_id) == (key.source, str(key.run_id))


def _duplicate(snapshot: Snapshot, frame: bytes) -> Quarantined:
    reason = "the part has an earlier snapshot of the same playlist"
    return Quarantined(
        "playlists", ErrorCode.DUPLICATE_SNAPSHOT, reason, frame, snapshot.playlist_id
    )


def _envelope_mismatch(content: FrameContent, frame: bytes) -> Quarantined:
    return Quarantined(
        table=f"{_kind(content)}s",
        code=ErrorCode.ENVELOPE_MISMATCH,
        reason=f"the envelope names source {content.source} and run {content.run_id}",
        raw=frame,
        playlist_id=content.playlist_id if isinstance(content, Snapshot) else None,
    )


def _in_utc(moment: datetime) -> datetime | None:
    """A time in UTC; None if its offset leads out of the years that Python knows."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None


def _kind(content: FrameContent) -> str:
    if isinstance(content, Snapshot):
        return PLAYLIST
    return "artist" if isinstance(content, ArtistDetails) else "album"
