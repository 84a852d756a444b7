"""Bundles snapshots into parts, and lands a part as soon as it is full.

A snapshot streams through the compressor into a spooled file and is never whole in memory. One
that breaks off leaves no trace: the file is cut back to where its frame began.
"""

from __future__ import annotations

from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Self, TypeVar

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
from playlake_extractor.run.erasures import as_sent
from playlake_extractor.run.parts import Contents, summarise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType

    from playlake_contracts.manifest import PartSummary
    from playlake_extractor.ports import Clock, RawStore
    from playlake_extractor.run.definition import Run

CONTENT_TYPE = "application/zstd"

# Most parts are far smaller when compressed, so only unusually large ones use the disk.
_IN_MEMORY_BYTES = 4 * 1024 * 1024

T = TypeVar("T", bytes, bytes | None)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A playlist as it was at one moment; its pages may not be fetched yet.

    Attributes:
        playlist: returns the playlist's own response, verbatim, or None if there is none;
            called once the pages are exhausted.
        pages: the other pages, verbatim; iterated once, one page at a time.
        tail: returns the tail of the envelope, after the pages.
    """

    head: Head
    playlist: Callable[[], bytes | None]
    pages: Iterable[bytes]
    tail: Callable[[], Tail]


class Bundle:
    """The parts of a run; a context manager, because it owns a temporary file.

    `clean` takes users who were erased from the lake out of each response.

    Attributes:
        parts: the parts that were landed so far.
    """

    def __init__(
        self,
        run: Run,
        store: RawStore,
        clock: Clock,
        *,
        first_part: int = 0,
        clean: Callable[[bytes], bytes] = as_sent,
    ) -> None:
        self._clean_response = clean
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
        """Write a snapshot into the current part, and land the part if it is full then.

        Returns:
            The name of the part, `part-0000`.

        Raises:
            LandingFailedError: S3 did not accept the part.
            PlaylistTooLargeError: the snapshot is over a limit that the transformer has too.
            Exception: an error of iterating the pages; the part is then as before.
        """
        part = self._key().part
        json_bytes = self._write(
            encode_snapshot(
                snapshot.head,
                lambda: self._clean(snapshot.playlist()),
                map(self._clean, snapshot.pages),
                snapshot.tail,
            )
        )
        self._contents = self._contents.plus(
            entries=snapshot.tail().entries, json_bytes=json_bytes, at=self._clock()
        )
        self.roll()
        return part

    def add_details(self, details: RawDetails) -> None:
        """Write the details of an artist or album into the current part.

        A part with details has no snapshots, so call `land` before the first details.

        Raises:
            LandingFailedError: S3 did not accept the part, which was full then.
        """
        json_bytes = self._write([encode_details(details)])
        self._contents = self._contents.plus_details(json_bytes=json_bytes, at=details.fetched_at)
        self.roll()

    def roll(self) -> None:
        """Land the current part if it is full or old enough."""
        if self._run.limits.reached_by(self._contents, self._clock()):
            self.land()

    def land(self) -> None:
        """Land the current part and start the next one; an empty part is not landed."""
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

    def _clean(self, response: T) -> T:
        """A response without users who were erased."""
        return response and self._clean_response(response)

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
    """Writes the pieces of a snapshot, and checks their sum against the limits."""

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
