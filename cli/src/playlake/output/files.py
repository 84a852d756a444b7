"""New files and folders: written aside and renamed, so that each is whole or not there."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from playlake.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator


def check_free(path: Path) -> None:
    """Check that a file can be made.

    Raises:
        CommandError: there is such a file already, or no such folder.
    """
    if path.exists():
        raise CommandError(f"{path} exists: give the name of a new file, or remove it")
    if not path.parent.is_dir():
        raise CommandError(f"there is no folder {path.parent}: make it, or name another")


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Give a path to write to while a block lasts; at its end the file gets its name.

    Raises:
        CommandError: the file exists or cannot be written; the message says which.
    """
    check_free(path)
    try:
        with TemporaryDirectory(prefix=".playlake-", dir=path.parent) as folder:
            aside = Path(folder) / path.name
            yield aside
            check_free(path)
            aside.rename(path)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror or error}") from error


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Give a folder to write to while a block lasts; at its end it gets its name.

    Raises:
        CommandError: the folder has files, or cannot be written; the message says which.
    """
    try:
        _check_empty(path)
        with TemporaryDirectory(prefix=".playlake-", dir=path.parent) as folder:
            aside = Path(folder) / "new"
            aside.mkdir()
            yield aside
            _check_empty(path)
            if path.exists():
                path.rmdir()  # Windows renames to no folder that exists
            aside.rename(path)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror or error}") from error


def _check_empty(path: Path) -> None:
    if path.is_dir() and any(path.iterdir()):
        raise CommandError(f"{path} has files: give the name of a new folder, or of an empty one")
    if not path.is_dir():
        check_free(path)
