"""Reading a part: every frame becomes rows, and what broke a rule is kept with its reason.

Every entry that the extractor counted is a row, or the whole part is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playlake_contracts.errors import ErrorCode
from playlake_contracts.limits import MAX_SNAPSHOT_OBJECTS
from playlake_contracts.raw import (
    SCHEMA,
    CorruptFrameError,
    FrameTooLargeError,
    read_frames,
    read_header,
)
from playlake_transformer.domain.batch import Batch
from playlake_transformer.domain.frame_readers import reader_of
from playlake_transformer.domain.json_errors import JSON_ERRORS, explain
from playlake_transformer.domain.snapshot import (
    ArtistDetails,
    Quarantined,
    Snapshot,
    UnreadableFrameError,
)
from playlake_transformer.errors import (
    CorruptZstdError,
    CountMismatchError,
    EmptyObjectError,
    ObjectTooLargeError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from playlake_contracts.keys import RawKey
    from playlake_transformer.domain.frame_readers import Source
    from playlake_transformer.domain.snapshot import FrameContent


@dataclass(slots=True)
class Part:
    """What has been read of a part.

    Attributes:
        fetched_at: when the latest of it was fetched.
        frames: frames read, unreadable ones included.
        snapshots: how many of them hold no details of an artist or album.
        entries: entries of its snapshots.
        json_bytes: their size decompressed.
    """

    fetched_at: datetime
    batch: Batch
    quarantined: list[Quarantined] = field(default_factory=list)
    frames: int = 0
    snapshots: int = 0
    entries: int = 0
    json_bytes: int = 0

    def add(self, frame: bytes, key: RawKey, sources: Mapping[str, Source]) -> None:
        """Add one decompressed frame of the part with that key."""
        self.frames += 1
        self.json_bytes += len(frame)
        try:
            read = _read(frame, sources)
        except UnreadableFrameError as unreadable:
            self.snapshots += unreadable.quarantined.table == "playlists"
            self.quarantined.append(unreadable.quarantined)
            return
        self.snapshots += isinstance(read, Snapshot)
        if (read.source, read.run_id) != (key.source, str(key.run_id)):
            self.quarantined.append(_misplaced(read, frame))
            return
        if isinstance(read, Snapshot):
            _check_counted(read)
            self.entries += len(read.rows)
        self.fetched_at = max(self.fetched_at, read.fetched_at)
        self.batch.add(read)
        self.quarantined.extend(read.quarantined)


def read_part(raw: bytes, key: RawKey, sources: Mapping[str, Source]) -> Part:
    """Read a part's bytes as S3 holds them.

    Raises:
        CorruptZstdError: it is not a sequence of whole zstd frames.
        EmptyObjectError: it holds no frame.
        ObjectTooLargeError: the part, or a snapshot in it, is over a limit.
        UnknownSchemaError: nothing here reads a frame of it.
        CountMismatchError: a snapshot has another number of entries than the extractor counted.
    """
    part = Part(fetched_at=key.run_id.scheduled_at, batch=Batch(sources[key.source].absent))
    for frame in _frames(raw, key):
        part.add(frame, key, sources)
    if not part.frames:
        raise EmptyObjectError(f"{key} holds no snapshot")
    return part


def _read(frame: bytes, sources: Mapping[str, Source]) -> FrameContent:
    try:
        header = read_header(frame)
    except JSON_ERRORS as error:
        raise UnreadableFrameError(Quarantined("playlists", *explain(error), frame)) from error
    if header.schema == SCHEMA and not header.source:
        nameless = "the envelope names no source"
        quarantined = Quarantined("playlists", ErrorCode.WRONG_TYPE, nameless, frame)
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
    """Refuse a frame that would become more objects than memory is meant for."""
    # Two bytes of JSON are the least that an object takes.
    if len(frame) > 2 * MAX_SNAPSHOT_OBJECTS and frame.count(b"{") > MAX_SNAPSHOT_OBJECTS:
        raise ObjectTooLargeError(f"a snapshot has more than {MAX_SNAPSHOT_OBJECTS:,} objects")


def _check_counted(snapshot: Snapshot) -> None:
    entries = len(snapshot.rows)
    if snapshot.counted not in {None, entries}:
        raise CountMismatchError(
            f"playlist {snapshot.playlist_id[:80]!r} has {entries} entries, the extractor counted "
            f"{snapshot.counted}"
        )


def _misplaced(read: FrameContent, frame: bytes) -> Quarantined:
    return Quarantined(
        table=_table_of(read),
        code=ErrorCode.ENVELOPE_MISMATCH,
        reason=f"its envelope is of source {read.source}, run {read.run_id}",
        raw=frame,
        playlist_id=read.playlist_id if isinstance(read, Snapshot) else None,
    )


def _table_of(read: FrameContent) -> str:
    if isinstance(read, Snapshot):
        return "playlists"
    return "artists" if isinstance(read, ArtistDetails) else "albums"
