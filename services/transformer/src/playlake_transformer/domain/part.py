"""Reading a part: every frame in it becomes rows, or rejects with their reasons."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playlake_contracts.errors import ErrorCode
from playlake_contracts.raw import CorruptFrameError, FrameTooLargeError, read_frames
from playlake_transformer.domain.careful import UnreadableFrameError
from playlake_transformer.domain.decode import decode
from playlake_transformer.domain.rows import Rows
from playlake_transformer.domain.snapshot import Reject, Snapshot
from playlake_transformer.errors import CorruptZstdError, EmptyObjectError, ObjectTooLargeError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from playlake_contracts.keys import RawKey
    from playlake_transformer.domain.snapshot import Details

# Ten times the largest playlist that Spotify allows, with every field of the oldest API.
MAX_SNAPSHOT_BYTES = 512 * 1024 * 1024


@dataclass(slots=True)
class Part:
    """What has been read of a part.

    Attributes:
        fetched_at: when the latest of it was fetched.
        frames: frames read, rejected ones included.
        snapshots: how many of them hold no details of an artist or album.
        json_bytes: their size decompressed.
    """

    fetched_at: datetime
    rows: Rows = field(default_factory=Rows)
    rejects: list[Reject] = field(default_factory=list)
    frames: int = 0
    snapshots: int = 0
    json_bytes: int = 0

    def add(self, frame: bytes, key: RawKey) -> None:
        """Add one decompressed frame of the part with that key."""
        self.json_bytes += len(frame)
        try:
            read = decode(frame)
        except UnreadableFrameError as unreadable:
            self._count(unreadable.reject.table)
            self.rejects.append(unreadable.reject)
            return
        self._count(read.table)
        if (read.source, read.run_id) != (key.source, str(key.run_id)):
            self.rejects.append(_misplaced(read, frame))
            return
        self.fetched_at = max(self.fetched_at, read.fetched_at)
        self.rows.add(read)
        if isinstance(read, Snapshot):
            self.rejects.extend(read.rejects)

    def _count(self, table: str) -> None:
        self.frames += 1
        self.snapshots += table == Snapshot.table


def read_part(raw: bytes, key: RawKey) -> Part:
    """Read a part's bytes as S3 holds them.

    Raises:
        CorruptZstdError: it is not a sequence of whole zstd frames.
        EmptyObjectError: it holds no frame.
        ObjectTooLargeError: a snapshot is larger than any can be.
        UnknownSchemaError: a later, incompatible version wrote it.
    """
    part = Part(fetched_at=key.run_id.scheduled_at)
    for frame in _frames(raw, key):
        part.add(frame, key)
    if not part.frames:
        raise EmptyObjectError(f"{key} holds no snapshot")
    return part


def _frames(raw: bytes, key: RawKey) -> Iterator[bytes]:
    try:
        yield from read_frames(raw, max_frame_bytes=MAX_SNAPSHOT_BYTES)
    except CorruptFrameError as error:
        raise CorruptZstdError(f"{key}: {error}") from error
    except FrameTooLargeError as error:
        raise ObjectTooLargeError(f"{key}: {error}") from error


def _misplaced(read: Snapshot | Details, frame: bytes) -> Reject:
    return Reject(
        table=read.table,
        code=ErrorCode.ENVELOPE_MISMATCH,
        reason=f"its envelope is of source {read.source}, run {read.run_id}",
        raw=frame,
        playlist_id=read.playlist_id if isinstance(read, Snapshot) else None,
    )
