"""Searches every byte of a lake for texts: also what is compressed, and what Parquet encodes."""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import zstandard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def hits(objects: Iterable[tuple[str, bytes]], *texts: str) -> list[tuple[str, str]]:
    """The keys of the objects that have one of some texts, and the text."""
    return [
        (key, text)
        for key, body in objects
        for shown in (key.encode(), body, *_shown(body))
        for text in texts
        if text.encode() in shown
    ]


def _shown(body: bytes) -> Iterator[bytes]:
    """What the bytes of an object stand for."""
    if body.startswith(b"\x28\xb5\x2f\xfd"):
        with zstandard.ZstdDecompressor().stream_reader(body, read_across_frames=True) as stream:
            yield stream.read()
    elif body.startswith(b"PAR1"):
        yield from _parquet(body)
    elif body.startswith(b"Obj\x01"):
        yield from _avro(io.BytesIO(body))
    elif body.startswith(b"\x1f\x8b"):
        yield zlib.decompress(body, wbits=31)


def _parquet(body: bytes) -> Iterator[bytes]:
    with pq.ParquetFile(io.BytesIO(body)) as file:
        yield str(file.read().to_pylist()).encode()
        yield str(file.metadata.to_dict()).encode()
        yield str(file.metadata.metadata).encode()


def _avro(file: io.BytesIO) -> Iterator[bytes]:
    """The blocks of an Avro file; in them texts stand as they are."""
    file.seek(4)
    codec = b"null"
    while count := abs(_long(file)):
        for _ in range(count):
            name, value = file.read(_long(file)), file.read(_long(file))
            codec = value if name == b"avro.codec" else codec
    file.read(16)
    while file.tell() < len(file.getbuffer()):
        _long(file)
        block = file.read(_long(file))
        yield zlib.decompress(block, wbits=-15) if codec == b"deflate" else block
        assert codec in {b"deflate", b"null"}, codec
        file.read(16)


def _long(file: io.BytesIO) -> int:
    """A number as Avro writes it: https://avro.apache.org/docs/1.11.1/specification/"""
    shift = found = 0
    while True:
        byte = file.read(1)[0]
        found |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return (found >> 1) ^ -(found & 1)
