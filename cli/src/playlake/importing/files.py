"""Reads saved files: plain, gzip, zstd or in zip archives, with a limit for all of them together.

The first bytes of a file say how it is compressed, not its name. Objects of a lake are only found
here, because there may be many of them.
"""

from __future__ import annotations

import gzip
import io
import os
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from playlake.errors import CommandError
from playlake.importing.archives import is_archive, read_members
from playlake.importing.lake_objects import LakeObject, is_lake_object
from playlake_contracts.raw import CorruptFrameError, FrameTooLargeError, read_frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

# For all files together, decompressed, because memory has to hold them.
MAX_BYTES: Final = 256 * 1024 * 1024


# So much of a file shows whether it is an object of a lake.
_BEGINNING: Final = 16 * 1024


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A saved file.

    Attributes:
        name: its path as the user gave it; in an archive with the archive's before it.
        contents: its bytes, decompressed.
        modified_at: the time of its last change, in seconds since 1970; in an archive, that of the
            archive.
        archive: the archive or folder that it was found in; None if the user named it.
    """

    name: str
    contents: bytes
    modified_at: float
    archive: str | None = None


@dataclass(slots=True)
class FoundFiles:
    """What was found under the paths that a user gave.

    Attributes:
        files: saved files, read.
        objects: raw objects of a lake, not read.
        refusals: a sentence for each path that cannot be read.
    """

    files: list[SavedFile] = field(default_factory=list)
    objects: list[LakeObject] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


def find_files(paths: Iterable[Path]) -> FoundFiles:
    """Find and read files; of a folder all files in it, without hidden ones."""
    found = FoundFiles()
    room = MAX_BYTES
    for path, folder in _walked(paths):
        try:
            read = _read(path, folder, room, found.objects)
            room -= sum(len(file.contents) for file in read)
            found.files += read
        except CommandError as error:
            found.refusals.append(str(error))
    return found


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


def _walked(paths: Iterable[Path]) -> Iterator[tuple[Path, str | None]]:
    """The files under paths, each with the folder that was given."""
    for path in paths:
        if path.is_dir():
            inside = (each.relative_to(path) for each in sorted(path.rglob("*")) if each.is_file())
            yield from (
                (path / each, str(path))
                for each in inside
                if not any(part.startswith(".") for part in each.parts)
            )
        else:
            yield path, None


def _read(path: Path, folder: str | None, room: int, objects: list[LakeObject]) -> list[SavedFile]:
    name = str(path)
    try:
        with path.open("rb") as file:
            beginning = file.read(_BEGINNING)
            if is_lake_object(beginning):
                objects.append(LakeObject(name, path.read_bytes))
                return []
            packed = beginning + file.read(max(0, room + 1 - len(beginning)))
            modified_at = os.fstat(file.fileno()).st_mtime
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from error
    if is_archive(packed):
        members = _members(name, packed, room, objects)
        return [SavedFile(inner, body, modified_at, name) for inner, body in members]
    return [SavedFile(name, decompress(name, packed, max_bytes=room), modified_at, folder)]


def _members(
    name: str, packed: bytes, room: int, objects: list[LakeObject]
) -> Iterator[tuple[str, bytes]]:
    if len(packed) > room:
        raise _too_large(name)
    for inner, body in read_members(name, packed, room):
        if is_lake_object(body[:_BEGINNING]):
            objects.append(LakeObject(inner, lambda body=body: body))  # type: ignore[misc]
            continue
        contents = decompress(inner, body, max_bytes=room)
        room -= len(contents)
        yield inner, contents


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
