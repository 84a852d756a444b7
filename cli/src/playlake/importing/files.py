"""Reads files: their contents, bounded in all, and when they were last changed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.importing.compression import MAX_BYTES, decompress

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A saved file.

    Attributes:
        name: its path as it was given.
        contents: its bytes, decompressed.
        modified_at: when it was last changed, in seconds since 1970.
    """

    name: str
    contents: bytes
    modified_at: float


def read_files(paths: Iterable[Path]) -> list[SavedFile]:
    """Read files, compressed or not.

    Raises:
        CommandError: one cannot be read, is damaged, or makes them too large together.
    """
    files: list[SavedFile] = []
    room = MAX_BYTES
    for path in paths:
        file = _read(path, room)
        room -= len(file.contents)
        files.append(file)
    return files


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
