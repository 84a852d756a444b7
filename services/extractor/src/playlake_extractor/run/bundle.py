"""Bundles snapshots into parts, and lands a part as soon as it is full.

A snapshot streams through the compressor into a spooled file and is never whole in memory. One
that breaks off leaves no trace: the file is cut back to where its frame began.
"""

from __future__ import annotations

from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Self

import structlog

from playlake_contracts.keys import RawKey
from playlake_contracts.limits import MAX_SNAPSHOT_BYTES, MAX_SNAPSHOT_OBJECTS
from playlake_contracts.log_events import PartLanded
from playlake_contracts.raw import (
    Head,
    RawDetails,
    Tail,
    compress_frame,
    encode_details,
    encode_snapshot,
)
from playlake_extractor.errors import PlaylistTooLargeError
from playlake_extractor.run.parts import Contents, summarise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType

    from playlake_contracts.manifest import PartSummary
    from playlake_extractor.ports import Clock, RawStore
    from playlake_extractor.run.definition import Run

CONTENT_TYPE = "application/zstd"

# Compressed, a part is far smaller than this; only unusually large ones touch the disk.
_IN_MEMORY_BYTES = 4 * 1024 * 1024

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A playlist as it was at one moment; its pages may not be fetched yet.

    Attributes:
        playlist: gives the playlist's own response, verbatim, or None where there was none;
            called once the pages are exhausted.
        pages: the further pages, verbatim, pulled one at a time and only once.
        tail: what is known then.
    """

    head: Head
    playlist: Callable[[], bytes | None]
    pages: Iterable[bytes]
    tail: Callable[[], Tail]


class Bundle:
    """The parts of a run; a context, because it owns a temporary file.

    Attributes:
        parts: the parts landed so far.
    """

    def __init__(self, run: Run, store: RawStore, clock: Clock, *, first_part: int = 0) -> None:
        self.parts: list[PartSummary] = []
        self._run = run
        self._store = store
        self._clock = clock
        self._number = first_part
        self._contents = Contents()
        self._spool = SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115 - see __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._spool.close()

    def add(self, snapshot: Snapshot) -> str:
        """Write a snapshot into the current part, landing the part if that fills it.

        Returns:
            The name of the part, `part-0000`.

        Raises:
            LandingFailedError: S3 did not take the part.
            PlaylistTooLargeError: the snapshot is over a limit that the transformer has too.
            Exception: whatever pulling the pages raised; the part is as it was before.
        """
        part = self._key().part
        json_bytes = self._write(
            encode_snapshot(snapshot.head, snapshot.playlist, snapshot.pages, snapshot.tail)
        )
        self._contents = self._contents.plus(
            entries=snapshot.tail().entries, json_bytes=json_bytes, at=self._clock()
        )
        self.roll()
        return part

    def add_details(self, details: RawDetails) -> None:
        """Write the details of an artist or album into the current part.

        A part holds no snapshots as well: land what there is before the first of them.

        Raises:
            LandingFailedError: S3 did not take the part, which these have filled.
        """
        json_bytes = self._write([encode_details(details)])
        self._contents = self._contents.plus_details(json_bytes=json_bytes, at=details.fetched_at)
        self.roll()

    def roll(self) -> None:
        """Land the current part if it is full, be it by age alone."""
        if self._run.limits.reached_by(self._contents, self._clock()):
            self.land()

    def land(self) -> None:
        """Land the current part, full or not, and begin the next; an empty one is kept."""
        if self._contents.since is None:
            return
        self._spool.seek(0)
        body = self._spool.read()
        summary = summarise(self._key(), body, self._contents)
        self._store.land(summary.key, body, CONTENT_TYPE)
        _write_event(summary)
        self.parts.append(summary)
        self._begin_next()

    def _begin_next(self) -> None:
        self._cut(0)
        self._contents = Contents()
        self._number += 1

    def _key(self) -> RawKey:
        return RawKey.of_part(self._run.source, self._run.run_id, self._number)

    def _write(self, frame: Iterable[bytes]) -> int:
        start = self._spool.tell()
        meter = _Meter(frame)
        try:
            self._spool.writelines(compress_frame(meter))
        except BaseException:
            self._cut(start)
            raise
        return meter.bytes

    def _cut(self, size: int) -> None:
        self._spool.seek(size)
        self._spool.truncate()


class _Meter:
    """Passes the pieces of a snapshot on, and counts them against the limits."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.bytes = 0
        self._objects = 0
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.bytes += len(piece)
            self._objects += piece.count(b"{")
            if self.bytes > MAX_SNAPSHOT_BYTES or self._objects > MAX_SNAPSHOT_OBJECTS:
                raise PlaylistTooLargeError(
                    f"the playlist has more than {MAX_SNAPSHOT_BYTES:,} bytes of JSON, or "
                    f"{MAX_SNAPSHOT_OBJECTS:,} objects in it, which no snapshot may have"
                )
            yield piece


def _write_event(summary: PartSummary) -> None:
    PartLanded(
        part=summary.part,
        object_key=summary.key,
        bytes=summary.bytes,
        snapshots=summary.snapshots,
        entries=summary.entries,
        details=summary.details,
    ).write(log)
