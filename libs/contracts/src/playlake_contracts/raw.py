"""The raw envelope: a part holds snapshots with the source's responses byte for byte.

A part is a sequence of zstd frames, one for each snapshot. A frame holds one JSON object and a
line feed: the head (playlist, run and time), the responses verbatim, and the tail (what is known
after reading). Responses may contain line feeds, so frames and not lines separate snapshots.

The head's `kind` says what a frame holds: a playlist, or the details of one artist or album.
Details are in parts of their own.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import zstandard

from playlake_contracts.limits import MAX_PART_BYTES, MAX_SNAPSHOT_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator

SCHEMA: Final = "playlake.raw/1"
ZSTD_LEVEL: Final = 3

# The kind of frames that hold a playlist.
PLAYLIST: Final = "playlist"

Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Header(msgspec.Struct, frozen=True):
    """The fields of a frame that select its reader."""

    schema: str
    source: str = ""
    kind: str = PLAYLIST


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of a snapshot that are known before it is read.

    Attributes:
        source: where the playlist comes from, such as `spotify`.
        kind: what the frame holds; it selects the reader of the responses.
        playlist_id: the source's id, or `file-` and a digest for a saved page without one.
        run_id: the run, as text.
        fetched_at: when the first response arrived, UTC.
        snapshot_id: the source's id of this version of the playlist, if known.
        name: the playlist's name, if the responses do not have it or a user gave another one.
    """

    schema: str = SCHEMA
    source: str
    kind: str = PLAYLIST
    playlist_id: str
    run_id: str
    fetched_at: Moment
    snapshot_id: str | None
    name: str | msgspec.UnsetType = msgspec.UNSET


class Tail(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of a snapshot that are known after it is read.

    Attributes:
        api: the variant of the source's API that answered, in the source's own words; None if the
            responses do not say.
        entries: number of entries read over all pages, including nulls.
        complete: whether all entries that the source lists were read.
    """

    api: str | None
    entries: int
    complete: bool


class RawSnapshot(Head, frozen=True, kw_only=True):
    """A whole snapshot, with the responses as the bytes that the source sent."""

    playlist: msgspec.Raw
    pages: list[msgspec.Raw]
    api: str | None
    entries: int | None = None
    complete: bool

    @property
    def tail(self) -> Tail:
        """The tail of the snapshot.

        Raises:
            ValueError: the frame has no count of its entries.
        """
        if self.entries is None:
            raise ValueError(f"the frame of playlist {self.playlist_id!r} has no count of entries")
        return Tail(api=self.api, entries=self.entries, complete=self.complete)


class RawDetails(msgspec.Struct, frozen=True, kw_only=True):
    """The details of an artist or an album, requested by its id.

    Attributes:
        kind: `artist` or `album`.
        id: the requested id; the response may have another id of the same artist.
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
    """Yield a snapshot's envelope in pieces, with one response in memory at a time.

    Args:
        head: the fields known before reading.
        playlist: returns the response of `GET /playlists/{id}` verbatim, or None if there is none;
            called after the pages, because this response may be fetched last.
        pages: the responses of the further pages verbatim, requested one at a time.
        tail: returns the fields known after reading; called last.
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


_BEFORE_PLAYLIST: Final = b'],"playlist":'


def end_of_snapshot(frame: bytes, at_most: int) -> bytes | None:
    """The end of a snapshot as a JSON object: the playlist's response and the tail, without pages.

    None if it has more than `at_most` bytes; then nothing is copied.

    It is found without parsing the pages. If the response itself has an array before a field of
    this name, which Spotify's has not, the result is no JSON.
    """
    at = frame.rfind(_BEFORE_PLAYLIST)
    if len(frame) - max(at, 0) > at_most:
        return None
    return frame if at < 0 else b"{" + frame[at + len("],") :]


def encode_details(details: RawDetails) -> bytes:
    """Encode the details of an artist or album, with the source's response verbatim."""
    return _encoder.encode(details) + b"\n"


def compress_frame(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Compress the contents of one frame, piece by piece."""
    compressor = zstandard.ZstdCompressor(level=ZSTD_LEVEL, write_checksum=True).compressobj()
    for chunk in chunks:
        yield compressor.compress(chunk)
    yield compressor.flush()


def decode_snapshot(frame: bytes) -> RawSnapshot:
    """Decode one decompressed frame, leaving the responses as bytes.

    Raises:
        msgspec.DecodeError: the frame is not a snapshot; `ValidationError` if fields are wrong.
    """
    return _decoder.decode(frame)


# The start of a frame as this module writes it. With it the rest of the frame is not parsed.
_OWN_HEADER: Final = re.compile(
    rb'{"schema":"([^"\\]{1,64})","source":"([^"\\]{1,64})","kind":"([^"\\]{1,64})",'
)


def read_header(frame: bytes) -> Header:
    """Read the header of a decompressed frame.

    Raises:
        msgspec.DecodeError: the frame is not a JSON object with these fields.
        UnicodeDecodeError: a field is not UTF-8.
    """
    if own := _OWN_HEADER.match(frame):
        return Header(*(text.decode() for text in own.groups()))
    return _header_decoder.decode(frame)


# The start of a snapshot as this module writes it.
_OWN_SNAPSHOT: Final = re.compile(
    _OWN_HEADER.pattern + rb'(?:"playlist_id":"([^"\\]{1,512})"|"id":)'
)


def names_other_playlist(frame: bytes, playlist_ids: Container[str]) -> bool:
    """Whether the start of a decompressed frame shows that it holds none of some playlists.

    False says nothing: a frame that this module has not written has to be decoded.
    """
    own = _OWN_SNAPSHOT.match(frame)
    if own is None:
        return False
    playlist_id: bytes | None = own[4]
    return playlist_id is None or playlist_id.decode(errors="replace") not in playlist_ids


class _Named(msgspec.Struct, frozen=True):
    """The field of a frame that names its playlist."""

    playlist_id: str | None = None


def playlist_of(frame: bytes) -> str | None:
    """The playlist of a decompressed frame; None if it names none, or cannot be read."""
    own = _OWN_SNAPSHOT.match(frame)
    if own is not None:
        playlist_id: bytes | None = own[4]
        return None if playlist_id is None else playlist_id.decode(errors="replace")
    try:
        return msgspec.json.decode(frame, type=_Named).playlist_id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def decode_details(frame: bytes) -> RawDetails:
    """Decode one decompressed frame of an artist or album, leaving the response as bytes.

    Raises:
        msgspec.DecodeError: the frame has no details; `ValidationError` if fields are wrong.
    """
    return _details_decoder.decode(frame)


class CorruptFrameError(ValueError):
    """The bytes are not a sequence of whole zstd frames."""


class FrameTooLargeError(ValueError):
    """A frame or a part decompresses to more bytes than the caller allows."""


def read_frames(
    raw: bytes,
    *,
    max_frame_bytes: int = MAX_SNAPSHOT_BYTES,
    max_bytes: int = MAX_PART_BYTES,
) -> Iterator[bytes]:
    """Yield the decompressed frames of a part.

    Raises:
        CorruptFrameError: a frame is damaged or cut short.
        FrameTooLargeError: a frame, or all frames together, decompress to more than allowed.
    """
    for _, frame in read_landed_frames(raw, max_frame_bytes=max_frame_bytes, max_bytes=max_bytes):
        yield frame


def read_landed_frames(
    raw: bytes,
    *,
    max_frame_bytes: int = MAX_SNAPSHOT_BYTES,
    max_bytes: int = MAX_PART_BYTES,
) -> Iterator[tuple[memoryview, bytes]]:
    """Yield the frames of a part, each as it was landed and decompressed.

    Raises:
        CorruptFrameError: a frame is damaged or cut short.
        FrameTooLargeError: a frame, or all frames together, decompress to more than allowed.
    """
    view = memoryview(raw)
    room = max_bytes
    decompressor = zstandard.ZstdDecompressor()
    while view:
        most = min(room, max_frame_bytes)
        size, bound = _measure(view)
        if size and bound <= most:
            frame = _decompress(decompressor, view[:size], bound)
        else:
            frame, size = _read_carefully(view, most)
        yield view[:size], frame
        view = view[size:]
        room -= len(frame)


# The format of zstd frames is RFC 8878. A block holds at most 128 KiB, whatever it claims.
# This header declares a checksum, and neither a dictionary nor the size of the content.
_OWN_FRAME: Final = b"\x28\xb5\x2f\xfd\x04"
_HEADER_BYTES: Final = 6
_CHECKSUM_BYTES: Final = 4
_MOST_IN_BLOCK: Final = 128 * 1024
_RUN_OF_ONE_BYTE: Final = 1


def _measure(view: memoryview) -> tuple[int, int]:
    """The size of the first frame, and a bound of what it holds, from the headers of its blocks.

    Both are 0 if the frame is not as `compress_frame` writes it, or cut short.
    """
    if bytes(view[: len(_OWN_FRAME)]) != _OWN_FRAME:
        return 0, 0
    at, bound, is_last = _HEADER_BYTES, 0, 0
    try:
        while not is_last:
            header = view[at] | view[at + 1] << 8 | view[at + 2] << 16
            is_last, kind, size = header & 1, header >> 1 & 3, header >> 3
            at += 3 + (1 if kind == _RUN_OF_ONE_BYTE else size)
            bound += _MOST_IN_BLOCK
    except IndexError:
        return 0, 0
    end = at + _CHECKSUM_BYTES
    return (end, bound) if end <= len(view) else (0, 0)


def _decompress(decompressor: zstandard.ZstdDecompressor, frame: memoryview, bound: int) -> bytes:
    try:
        return decompressor.decompress(frame, max_output_size=bound)
    except zstandard.ZstdError as error:
        raise CorruptFrameError(f"a zstd frame is damaged: {error}") from error


# A zstd block of 4 bytes may decompress to 128 KiB, so a small input bounds the output.
_FEED_BYTES: Final = 2 * 1024


def _read_carefully(view: memoryview, max_bytes: int) -> tuple[bytes, int]:
    """Read the first frame piece by piece, and stop as soon as it is too large."""
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
            raise FrameTooLargeError(f"it decompresses to more than {max_bytes:,} bytes")
        if decompressor.eof:
            return b"".join(pieces), start + len(fed) - len(decompressor.unused_data)
    raise CorruptFrameError("the last zstd frame is cut short")
