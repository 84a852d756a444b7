"""Reads saved files: plain, gzip or zstd, with a limit for all of them together.

The first bytes of a file say how it is compressed, not its name.
"""

from __future__ import annotations

import gzip
import io
import os
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake_contracts.raw import CorruptFrameError, FrameTooLargeError, read_frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

# For all files together, decompressed, because memory has to hold them.
MAX_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A saved file.

    Attributes:
        name: its path as the user gave it.
        contents: its bytes, decompressed.
        modified_at: the time of its last change, in seconds since 1970.
    """

    name: str
    contents: bytes
    modified_at: float


def read_files(paths: Iterable[Path]) -> list[SavedFile]:
    """Read files, compressed or not.

    Raises:
        CommandError: a file cannot be read, is damaged, or makes them too large together.
    """
    files: list[SavedFile] = []
    room = MAX_BYTES
    for path in paths:
        file = _read(path, room)
        room -= len(file.contents)
        files.append(file)
    return files


def decompress(name: str, packed: bytes, *, max_bytes: int = MAX_BYTES) -> bytes:
    """Decompress a file, with all its gzip members or zstd frames.

    Args:
        name: the file, for messages.
        packed: its bytes, compressed or plain.
        max_bytes: the maximum of decompressed bytes.

    Raises:
        CommandError: the file is damaged, cut short or too large.
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


def _read(path: Path, room: int) -> SavedFile:
    try:
        with path.open("rb") as file:
            packed = file.read(room + 1)
            modified_at = os.fstat(file.fileno()).st_mtime
    except IsADirectoryError as error:
        raise CommandError(
            f"{path} is a directory: name the files in it, such as {path / '*.json'}"
        ) from error
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from error
    name = str(path)
    return SavedFile(name, decompress(name, packed, max_bytes=room), modified_at)


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
