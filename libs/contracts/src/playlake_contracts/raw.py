r"""The raw envelope: how a part holds snapshots, with Spotify's responses byte for byte.

A part is a sequence of zstd frames, one a snapshot. A frame holds one JSON object and a line
feed: the head (who, when), the responses verbatim, the tail (what only the end of reading
knows). Spotify indents its JSON, so a snapshot may span lines: frames tell snapshots apart.

A frame may instead hold the details of one artist or album; `kind` tells. Details stand in parts
of their own.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import zstandard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

SCHEMA = "playlake.raw/1"
ZSTD_LEVEL = 3

# Which generation of keys Spotify used: `tracks`/`track`, `items`/`item`, or both at once.
Api = Literal["classic", "items", "both"]

Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What is known before a snapshot is read.

    Attributes:
        source: where the playlist comes from, `spotify`.
        playlist_id: Spotify's id, or `file-` and a digest for an imported page without one.
        run_id: the run, as text.
        fetched_at: when the first response arrived, UTC.
        snapshot_id: Spotify's version of the playlist, where known.
    """

    schema: str = SCHEMA
    source: str
    kind: str = "playlist"
    playlist_id: str
    run_id: str
    fetched_at: Moment
    snapshot_id: str | None


class Tail(msgspec.Struct, frozen=True, kw_only=True):
    """What is known once a snapshot is read.

    Attributes:
        api: the generation of keys that the responses used; None when they hold no entry list.
        entries: entries read over all pages, null ones included.
        complete: whether every page was read and `entries` is the playlist's `total`.
    """

    api: Api | None
    entries: int
    complete: bool


class RawSnapshot(Head, frozen=True, kw_only=True):
    """A whole snapshot with its responses as the bytes that Spotify sent."""

    playlist: msgspec.Raw
    pages: list[msgspec.Raw]
    api: Api | None
    entries: int
    complete: bool


class Kind(StrEnum):
    """What details are of."""

    ARTIST = "artist"
    ALBUM = "album"


class RawDetails(msgspec.Struct, frozen=True, kw_only=True):
    """An artist or an album, asked for by its own id.

    Attributes:
        id: the id that was asked for; Spotify may answer with another, that of the same artist.
        fetched_at: when Spotify answered, UTC.
        response: of `GET /artists/{id}` or `GET /albums/{id}`, as the bytes that Spotify sent.
    """

    schema: str = SCHEMA
    source: str
    kind: Kind
    id: str
    run_id: str
    fetched_at: Moment
    response: msgspec.Raw


class _Kind(msgspec.Struct):
    kind: str = "playlist"


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(RawSnapshot)
_kind_decoder = msgspec.json.Decoder(_Kind)
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
    """Encode the details of an artist or album, with Spotify's response as it is."""
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


def kind_of(frame: bytes) -> str:
    """What a decompressed frame holds: `playlist`, `artist`, `album` or what is yet to come.

    Raises:
        msgspec.DecodeError: the frame is no JSON object.
    """
    return _kind_decoder.decode(frame).kind


def decode_details(frame: bytes) -> RawDetails:
    """Decode one decompressed frame of an artist or album, leaving the response as bytes.

    Raises:
        msgspec.DecodeError: the frame holds no details; `ValidationError` where fields are wrong.
    """
    return _details_decoder.decode(frame)


class CorruptFrameError(ValueError):
    """The bytes are not a sequence of whole zstd frames."""


class FrameTooLargeError(ValueError):
    """A frame is larger, decompressed, than the caller allows."""


def read_frames(raw: bytes, *, max_frame_bytes: int) -> Iterator[bytes]:
    """Yield the decompressed frames of a part, one a snapshot.

    Raises:
        CorruptFrameError: a frame is damaged or cut short.
        FrameTooLargeError: a frame decompresses to more than `max_frame_bytes`.
    """
    view = memoryview(raw)
    while view:
        frame, size = _read_frame(view, max_frame_bytes)
        yield frame
        view = view[size:]


# A zstd block of 4 bytes may stand for 128 KiB: what is fed at once bounds what may come out.
_FEED_BYTES = 2 * 1024


def _read_frame(view: memoryview, max_frame_bytes: int) -> tuple[bytes, int]:
    decompressor = zstandard.ZstdDecompressor().decompressobj()
    pieces: list[bytes] = []
    room = max_frame_bytes
    for start in range(0, len(view), _FEED_BYTES):
        fed = view[start : start + _FEED_BYTES]
        try:
            piece = decompressor.decompress(fed)
        except zstandard.ZstdError as error:
            raise CorruptFrameError(f"a zstd frame is damaged: {error}") from error
        pieces.append(piece)
        room -= len(piece)
        if room < 0:
            raise FrameTooLargeError(f"a snapshot has more than {max_frame_bytes:,} bytes")
        if decompressor.eof:
            return b"".join(pieces), start + len(fed) - len(decompressor.unused_data)
    raise CorruptFrameError("the last zstd frame is cut short")
