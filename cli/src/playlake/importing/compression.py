"""Decompresses saved files: plain, gzip or zstd.

The first bytes decide, not the name, and the decompressed size is bounded.
"""

from __future__ import annotations

import gzip
import io
import zlib
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake_contracts.raw import CorruptFrameError, FrameTooLargeError, read_frames

if TYPE_CHECKING:
    from collections.abc import Callable

# Of files given together: the responses of one moment, and all of them are held in memory.
MAX_BYTES = 256 * 1024 * 1024


def decompress(name: str, packed: bytes, *, max_bytes: int = MAX_BYTES) -> bytes:
    """The contents of a file, all its gzip members or zstd frames in a row.

    Args:
        name: the file, for messages.
        packed: its bytes, compressed or plain.
        max_bytes: the most decompressed bytes.

    Raises:
        CommandError: it is damaged, cut short or too large.
    """
    try:
        contents = _unpacker(packed)(packed, max_bytes)
    except FrameTooLargeError as error:
        raise _too_large(name) from error
    except (CorruptFrameError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise CommandError(f"{name} is damaged or cut short: {error}") from error
    if len(contents) > max_bytes:
        raise _too_large(name)
    return contents


def _unpacker(packed: bytes) -> Callable[[bytes, int], bytes]:
    for magic, unpack in _FORMATS.items():
        if packed.startswith(magic):
            return unpack
    return _plain


def _plain(contents: bytes, _max_bytes: int) -> bytes:
    return contents


def _gunzip(packed: bytes, max_bytes: int) -> bytes:
    with gzip.open(io.BytesIO(packed)) as file:
        return file.read(max_bytes + 1)


def _unzstd(packed: bytes, max_bytes: int) -> bytes:
    contents = bytearray()
    for frame in read_frames(packed, max_frame_bytes=max_bytes):
        contents += frame
        if len(contents) > max_bytes:
            break
    return bytes(contents)


_FORMATS = {b"\x1f\x8b": _gunzip, b"\x28\xb5\x2f\xfd": _unzstd}


def _too_large(name: str) -> CommandError:
    return CommandError(
        f"with {name} the files hold more than {MAX_BYTES // 1024**2} MiB: "
        "import them in several commands with the same --at"
    )
