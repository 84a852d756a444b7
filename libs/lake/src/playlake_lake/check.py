"""Verifies a lake: its raw objects and files against the commit marks, and compacted files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from playlake_contracts.keys import QUARANTINE
from playlake_contracts.tables import TABLES
from playlake_lake.compaction.in_force import read_in_force
from playlake_lake.folder import etag
from playlake_lake.marks import UnreadableError, raw_key_of, read_mark, what_is_wrong

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from playlake_contracts.keys import RawKey
    from playlake_lake.folder import Folder
    from playlake_lake.marks import Mark


_OTHER_BYTES: Final = (
    "has other bytes than when it was compacted: delete it, then run `playlake compact`"
)


@dataclass(frozen=True, slots=True)
class Problem:
    """An object that is not as its commit mark says.

    Attributes:
        raw_key: the raw object that the mark belongs to; None if the mark is unreadable.
        object_key: the object that is wrong.
        what: what is wrong with it.
        can_be_mended: whether transforming the raw object again mends it.
    """

    raw_key: RawKey | None
    object_key: str
    what: str
    can_be_mended: bool


def check_mark(folder: Folder, mark: str, tables: Collection[str] | None = None) -> list[Problem]:
    """Verify the objects of one commit mark, and return what is wrong.

    Args:
        folder: the lake.
        mark: the key of the commit mark.
        tables: the tables that the lake holds; None is all. Files of others are not verified.
    """
    try:
        read = read_mark(mark, folder.path(mark))
    except UnreadableError as error:
        raw_key = raw_key_of(mark)
        has_raw = raw_key is not None and folder.size(str(raw_key)) is not None
        return [Problem(raw_key, mark, str(error), can_be_mended=has_raw)]
    wrong_raw = _check_raw(folder, read)
    problems = [
        Problem(read.raw_key, key, wrong, can_be_mended=wrong_raw is None)
        for key, wrong in _check_files(folder, read, TABLES if tables is None else tables)
    ]
    if wrong_raw is None:
        return problems
    return [Problem(read.raw_key, str(read.raw_key), wrong_raw, can_be_mended=False), *problems]


def check_compacted(folder: Folder) -> list[Problem]:
    """Verify the bytes of every compacted file that is in force, and return what is wrong.

    No row is lost by any of it: the files of the parts have all of them.

    Raises:
        DamagedLakeError: what says which files are in force is damaged.
    """
    problems = []
    for file in read_in_force(folder).files():
        body = folder.read(file.key)
        if body is None:
            problems.append((file.key, "is missing: run `playlake compact`"))
        elif etag(body) != file.md5:
            problems.append((file.key, _OTHER_BYTES))
    return [Problem(None, key, what, can_be_mended=False) for key, what in problems]


def leftovers(folder: Folder, raw_key: RawKey) -> Iterator[str]:
    """The files of a raw object without a commit mark that keep it from being transformed.

    They are unreadable, or made from other raw bytes. No query sees them.
    """
    raw_md5 = etag(folder.read(str(raw_key)) or b"")
    for table in TABLES:
        key = raw_key.curated(table)
        if folder.size(key) is not None and what_is_wrong(folder.path(key), raw_md5) is not None:
            yield key


def _check_raw(folder: Folder, mark: Mark) -> str | None:
    body = folder.read(str(mark.raw_key))
    if body is None:
        return "is missing"
    if etag(body) != mark.raw_md5:
        return "has other bytes than those that were transformed"
    return None


def _check_files(folder: Folder, mark: Mark, tables: Collection[str]) -> Iterator[tuple[str, str]]:
    for table, key, rows in mark.files():
        if table not in tables:
            continue
        if folder.size(key) is None:
            if table != QUARANTINE:  # rows in quarantine expire
                yield key, "is missing"
        elif (wrong := what_is_wrong(folder.path(key), mark.raw_md5, rows)) is not None:
            yield key, wrong
