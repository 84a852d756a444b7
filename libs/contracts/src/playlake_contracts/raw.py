"""The raw envelope: how a part holds snapshots, with the source's responses byte for byte.

A part is a sequence of zstd frames, one a snapshot. A frame holds one JSON object and a line
feed: the head (which playlist, which run, when), the responses verbatim, the tail (what is known
once reading has ended). Responses may span lines, so frames and not lines tell snapshots apart.

The head's `kind` says what a frame holds: a playlist, or the details of one artist or album.
Details stand in parts of their own.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import zstandard

from playlake_contracts.limits import MAX_PART_BYTES, MAX_SNAPSHOT_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

SCHEMA: Final = "playlake.raw/1"
ZSTD_LEVEL: Final = 3

# The kind of a frame that holds a playlist.
PLAYLIST: Final = "playlist"

Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Header(msgspec.Struct, frozen=True):
    """What says how to read a frame."""

    schema: str
    source: str = ""
    kind: str = PLAYLIST


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What is known before a snapshot is read.

    Attributes:
        source: where the playlist comes from, such as `spotify`.
        kind: what the frame holds, which says how its responses are read.
        playlist_id: the source's id, or `file-` and a digest for a saved page without one.
        run_id: the run, as text.
        fetched_at: when the first response arrived, UTC.
        snapshot_id: the source's version of the playlist, where known.
    """

    schema: str = SCHEMA
    source: str
    kind: str = PLAYLIST
    playlist_id: str
    run_id: str
    fetched_at: Moment
    snapshot_id: str | None


class Tail(msgspec.Struct, frozen=True, kw_only=True):
    """What is known once a snapshot is read.

    Attributes:
        api: which variant of the source's API answered, in the source's own words; None where
            the responses do not say.
        entries: entries read over all pages, null ones included.
        complete: whether every page was read and `entries` is the playlist's `total`.
    """

    api: str | None
    entries: int
    complete: bool


class RawSnapshot(Head, frozen=True, kw_only=True):
    """A whole snapshot with its responses as the bytes that the source sent."""

    playlist: msgspec.Raw
    pages: list[msgspec.Raw]
    api: str | None
    entries: int | None = None
    complete: bool

    @property
    def tail(self) -> Tail:
        """What was known once the snapshot was read.

        Raises:
            ValueError: the frame does not count its entries.
        """
        if self.entries is None:
            raise ValueError(f"the frame of playlist {self.playlist_id!r} counts no entries")
        return Tail(api=self.api, entries=self.entries, complete=self.complete)


class RawDetails(msgspec.Struct, frozen=True, kw_only=True):
    """An artist or an album, requested by its own id.

    Attributes:
        kind: what the details are of, `artist` or `album`.
        id: the id that was requested; the source may answer with another id of the same artist.
        fetched_at: when the source answered, UTC.
        response: the response, as the bytes that the source sent.
    """

    schema: str = SCHEMA
    source: str
    kind: str
    id: str
    run_id: str
    fetched_at: Moment
    response: msgspec.Raw


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(RawSnapshot)
_header_decoder = msgspec.json.Decoder(Header)
_details_decoder = msgspec.json.Decoder(RawDetails)


def encode_snapshot(
    head: Head,
    playlist: Callable[[], bytes | None],
    pages: Iterable[bytes],
    tail: Callable[[], Tail],
) -> Iterator[bytes]:
    """Yield a snapshot's envelope in pieces, never holding more than one response.

    Args:
        head: what is known beforehand.
        playlist: gives the response of `GET /playlists/{id}`, verbatim, or None where there was
            none; called once the pages are exhausted, for it may be fetched last.
        pages: the responses of the further pages, verbatim, pulled one at a time.
        tail: called last.
    """
    yield _encoder.encode(head)[:-1]
    yield b',"pages":['
    for number, page in enumerate(pages):
        if number:
            yield b","
        yield page
    yield b'],"playlist":'
    body = playlist()
    yield b"null" if body is None else body
    yield b","
    yield _encoder.encode(tail())[1:]
    yield b"\n"


def encode_details(details: RawDetails) -> bytes:
    """Encode the details of an artist or album, with the source's response as it is."""
    return _encoder.encode(details) + b"\n"


def compress_frame(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Compress what one frame holds, piece by piece."""
    compressor = zstandard.ZstdCompressor(level=ZSTD_LEVEL, write_checksum=True).compressobj()
    for chunk in chunks:
        yield compressor.compress(chunk)
    yield compressor.flush()


def decode_snapshot(frame: bytes) -> RawSnapshot:
    """Decode one decompressed frame, leaving the responses as bytes.

    Raises:
        msgspec.DecodeError: the frame is no snapshot; `ValidationError` where fields are wrong.
    """
    return _decoder.decode(frame)


# How this module's own encoders begin a frame. It spares reading the frame to its end.
_OWN_HEADER: Final = re.compile(
    rb'{"schema":"([^"\\]{1,64})","source":"([^"\\]{1,64})","kind":"([^"\\]{1,64})",'
)


def read_header(frame: bytes) -> Header:
    """Read what says how to read a decompressed frame.

    Raises:
        msgspec.DecodeError: the frame is no JSON object with these fields.
        UnicodeDecodeError: one of them is not UTF-8.
    """
    if own := _OWN_HEADER.match(frame):
        return Header(*(text.decode() for text in own.groups()))
    return _header_decoder.decode(frame)


def decode_details(frame: bytes) -> RawDetails:
    """Decode one decompressed frame of an artist or album, leaving the response as bytes.

    Raises:
        msgspec.DecodeError: the frame holds no details; `ValidationError` where fields are wrong.
    """
    return _details_decoder.decode(frame)


class CorruptFrameError(ValueError):
    """The bytes are not a sequence of whole zstd frames."""


class FrameTooLargeError(ValueError):
    """A frame, or a part, is larger decompressed than the caller allows."""


def read_frames(
    raw: bytes,
    *,
    max_frame_bytes: int = MAX_SNAPSHOT_BYTES,
    max_bytes: int = MAX_PART_BYTES,
) -> Iterator[bytes]:
    """Yield the decompressed frames of a part, one a snapshot.

    Raises:
        CorruptFrameError: a frame is damaged or cut short.
        FrameTooLargeError: a frame, or all of them together, decompress to more than allowed.
    """
    view = memoryview(raw)
    room = max_bytes
    while view:
        frame, size = _read_frame(view, min(room, max_frame_bytes))
        yield frame
        view = view[size:]
        room -= len(frame)


# A zstd block of 4 bytes may stand for 128 KiB: what is fed at once bounds what may come out.
_FEED_BYTES = 2 * 1024


def _read_frame(view: memoryview, max_bytes: int) -> tuple[bytes, int]:
    decompressor = zstandard.ZstdDecompressor().decompressobj()
    pieces: list[bytes] = []
    room = max_bytes
    for start in range(0, len(view), _FEED_BYTES):
        fed = view[start : start + _FEED_BYTES]
        try:
            piece = decompressor.decompress(fed)
        except zstandard.ZstdError as error:
            raise CorruptFrameError(f"a zstd frame is damaged: {error}") from error
        pieces.append(piece)
        room -= len(piece)
        if room < 0:
            raise FrameTooLargeError(f"it has more than {max_bytes:,} bytes decompressed")
        if decompressor.eof:
            return b"".join(pieces), start + len(fed) - len(decompressor.unused_data)
    raise CorruptFrameError("the last zstd frame is cut short")
