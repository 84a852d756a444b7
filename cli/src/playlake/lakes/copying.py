"""Copies one committed part of a lake on AWS to a folder: its raw object, its files, its mark.

The mark is written last. Everything that arrives is compared with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from playlake.errors import CommandError
from playlake_contracts.keys import QUARANTINE
from playlake_lake.folder import etag
from playlake_lake.marks import UnreadableError, read_mark, what_is_wrong

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from playlake.lakes.aws import AwsLake
    from playlake_lake.folder import Folder
    from playlake_lake.marks import Mark


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of one part, or of several.

    Attributes:
        parts: parts that are wanted and in the folder now.
        new: those among them of which something was missing.
        objects: objects that were copied.
        size: bytes that were copied.
        without_raw: parts whose raw object the source no longer has.
    """

    parts: int = 0
    new: int = 0
    objects: int = 0
    size: int = 0
    without_raw: int = 0

    def __add__(self, other: Copied) -> Copied:
        return Copied(
            self.parts + other.parts,
            self.new + other.new,
            self.objects + other.objects,
            self.size + other.size,
            self.without_raw + other.without_raw,
        )


@dataclass(frozen=True, slots=True)
class Found:
    """What a lake on AWS has.

    Attributes:
        marks: keys of commit marks.
        raw: keys of raw objects.
        quarantine: keys of the files of quarantine, which expire.
        uncommitted: the day of each raw object that has no mark.
    """

    marks: AbstractSet[str]
    raw: AbstractSet[str]
    quarantine: AbstractSet[str]
    uncommitted: list[str]


@dataclass(frozen=True, slots=True)
class Copier:
    """Copies parts, each by its commit mark.

    Attributes:
        source: where they are.
        folder: where they go.
        playlists: ids of which a part must have one; empty if it need not.
        tables: the tables whose files are copied.
        found: what the source has.
    """

    source: AwsLake
    folder: Folder
    playlists: frozenset[str]
    tables: frozenset[str]
    found: Found

    def copy(self, key: str) -> Copied:
        """Copy what is missing of a part; nothing if it has no playlist that is wanted.

        Raises:
            CommandError: AWS refuses, or an object is not as the mark says.
        """
        own = self.folder.read(key)
        body = self._get(key) if own is None else own
        mark = read(key, body, self._place(is_own=own is not None))
        if own is None and self.playlists and not self._has_playlist(mark):
            return Copied()
        is_new = own is None
        sizes = [*self._copy_raw(mark, is_new=is_new), *self._copy_files(mark, is_new=is_new)]
        if self.folder.put_new(key, body):
            sizes.append(len(body))
        has_raw = self.folder.size(str(mark.raw_key)) is not None
        return Copied(1, int(bool(sizes)), len(sizes), sum(sizes), int(not has_raw))

    def _has_playlist(self, mark: Mark) -> bool:
        table = "run_outcomes" if mark.raw_key.is_manifest else "playlists"
        if table not in mark.rows:
            return False
        with pq.ParquetFile(BytesIO(self._get(mark.raw_key.curated(table)))) as file:
            ids = file.read(["playlist_id"]).column("playlist_id").to_pylist()
        return not self.playlists.isdisjoint(ids)

    def _copy_raw(self, mark: Mark, *, is_new: bool) -> list[int]:
        key = str(mark.raw_key)
        if self.folder.size(key) is not None:
            if is_new:
                self._check_raw(mark, self.folder.read(key) or b"", str(self.folder.root))
            return []
        if key not in self.found.raw:
            return []
        body = self.source.read(key)
        self._check_raw(mark, body, self.source.place)
        return [len(body)] if self.folder.put_new(key, body) else []

    def _check_raw(self, mark: Mark, body: bytes, place: str) -> None:
        if etag(body) != mark.raw_md5:
            raise CommandError(
                f"{mark.raw_key} in {place} has other bytes than those that {self.source.place} "
                "committed: pull into a new lake, or leave out its day"
            )

    def _copy_files(self, mark: Mark, *, is_new: bool) -> list[int]:
        sizes = []
        for table, key, rows in mark.files():
            is_expired = table == QUARANTINE and key not in self.found.quarantine
            is_there = self.folder.size(key) is not None
            if table not in self.tables or (is_there and not is_new):
                continue
            if is_there:
                self._check_file(mark, key, rows, self.folder.read(key) or b"", is_own=True)
            elif not is_expired:
                body = self._get(key)
                self._check_file(mark, key, rows, body, is_own=False)
                sizes += [len(body)] if self.folder.put_new(key, body) else []
        return sizes

    def _check_file(self, mark: Mark, key: str, rows: int, body: bytes, *, is_own: bool) -> None:
        wrong = what_is_wrong(BytesIO(body), mark.raw_md5, rows)
        if wrong is not None:
            raise CommandError(
                f"{key} in {self._place(is_own=is_own)} {wrong}, and so cannot belong to what "
                f"{self.source.place} committed: `playlake lake check` looks at a folder"
            )

    def _place(self, *, is_own: bool) -> str:
        return str(self.folder.root) if is_own else self.source.place

    def _get(self, key: str) -> bytes:
        return self.source.get(self.source.deployment.curated_bucket, key)


def read(key: str, body: bytes | None, place: str) -> Mark:
    """Read a commit mark.

    Raises:
        CommandError: it is unreadable; the message names the place.
    """
    try:
        return read_mark(key, BytesIO(body or b""))
    except UnreadableError as error:
        raise CommandError(
            f"the commit mark {key} in {place} {error}: `playlake lake repair` mends it in a folder"
        ) from error
