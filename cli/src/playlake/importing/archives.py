"""Reads zip archives, with a limit for what comes out of them."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

from playlake.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_MEMBERS: Final = 10_000
_MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06")
_ENCRYPTED: Final = 0x1
# What macOS adds to an archive.
_NO_FILES: Final = "__MACOSX/"
_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)


def is_archive(packed: bytes) -> bool:
    """Whether bytes are a zip archive, by the first of them."""
    return packed.startswith(_MAGIC)


def read_members(name: str, packed: bytes, max_bytes: int) -> Iterator[tuple[str, bytes]]:
    """Read the files in an archive, one at a time: the name with the archive's, and the bytes.

    Args:
        name: the archive, for messages.
        packed: its bytes.
        max_bytes: the maximum of decompressed bytes of all files together.

    Raises:
        CommandError: the archive is damaged or encrypted, or has too many files or bytes.
    """
    room = max_bytes
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            infos = [info for info in archive.infolist() if _is_file(info)]
            _check(name, infos)
            for info in infos:
                with archive.open(info) as member:
                    body = member.read(room + 1)
                room -= len(body)
                if room < 0:
                    raise CommandError(
                        f"{name} unpacks to more than {max_bytes:,} bytes: unpack it, and import "
                        "its files in several commands with the same --at"
                    )
                yield f"{name}/{info.filename}", body
    except _DAMAGED as error:
        raise CommandError(f"{name} is damaged or cut short: {error}") from error


def _is_file(info: zipfile.ZipInfo) -> bool:
    return not (info.is_dir() or info.filename.startswith(_NO_FILES))


def _check(name: str, infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MAX_MEMBERS:
        raise CommandError(
            f"{name} holds {len(infos):,} files, and at most {MAX_MEMBERS:,} are read: unpack it, "
            "and import its files"
        )
    if any(info.flag_bits & _ENCRYPTED for info in infos):
        raise CommandError(f"{name} is encrypted: unpack it with its password first")
