"""Writes raw objects anew without what was erased, and their rows before.

The files of a raw object and its commit mark are written first, from the bytes that it will have.
So the event of the new raw object finds a mark that matches it. A raw object is replaced only if it
is still the one that was read; otherwise it is read again. Whatever process dies in between, the
raw object still says that there is something to do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

import msgspec

from playlake_contracts.cleaning import PartNow, clean_manifest, clean_part
from playlake_contracts.keys import RawKey
from playlake_contracts.manifest import decode_manifest
from playlake_contracts.tables import TABLES
from playlake_lake.erasure.subject import known
from playlake_lake.errors import DamagedLakeError
from playlake_lake.folder import etag
from playlake_lake.marks import UnreadableError, read_mark, what_is_wrong

if TYPE_CHECKING:
    from collections.abc import Collection

    from playlake_contracts.erased import Erased
    from playlake_lake.erasure.store import Commit, ErasableStore
    from playlake_lake.marks import Mark


@dataclass(slots=True)
class Rewriting:
    """Writes raw objects anew.

    Attributes:
        store: the lake.
        commit: writes the files and the mark of a raw object anew.
        rewritten: the number of raw objects that were written anew.
        removed: the number of those of which nothing was left.
        rows: the number of rows that are gone.
    """

    store: ErasableStore
    commit: Commit
    rewritten: int = 0
    removed: int = 0
    rows: int = 0
    _done: set[RawKey] = field(default_factory=set)

    def rewrite(self, key: RawKey, changed: Collection[RawKey]) -> None:
        """Write a raw object anew.

        Args:
            key: its key.
            changed: the raw objects that are written anew, so that a manifest knows its parts.
        """
        while True:
            held = self.store.held(str(key))
            erased = known(self.store)
            body = None if held is None else self._clean(key, held.body, erased, changed)
            if held is None or body is None:
                self._remove(key, is_there=held is not None)
                return
            self._commit(key, body)
            if body == held.body:
                return
            if self.store.replace(str(key), body, held.etag):
                self.rewritten += 1
                return

    def _clean(
        self, key: RawKey, body: bytes, erased: Erased, changed: Collection[RawKey]
    ) -> bytes | None:
        if not key.is_manifest:
            return clean_part(body, key.source, erased).body
        try:
            names = [each.part for each in decode_manifest(body).parts]
        except (ValueError, msgspec.MsgspecError):  # it was found to be unreadable
            return body
        keys = (RawKey(key.source, key.run_id, name) for name in names)
        parts = {each.part: self._now(each) for each in keys if each in changed}
        return clean_manifest(body, key.source, erased, parts)

    def _now(self, part: RawKey) -> PartNow | None:
        body = self.store.read(str(part))
        return None if body is None else PartNow.of(body)

    def _commit(self, key: RawKey, body: bytes) -> None:
        """Write the rows of a raw object anew, unless they are as they shall be.

        An object without a mark is committed as well, because a transformer may be at it with what
        it read before: then the mark is there, and files of it are replaced.
        """
        before = self._mark(key)
        if before is not None and self._is_whole(before, etag(body)):
            return
        is_rejected = before is None and self.store.size(key.rejected) is not None
        if not is_rejected and self.commit(key, body):
            after = self._mark(key)
            gone = 0 if before is None or after is None else _rows(before) - _rows(after)
            self.rows += gone
        elif before is None:
            self._remove_files(key)
        else:
            raise DamagedLakeError(
                f"{key} is committed, but this version cannot transform it: use the version of "
                "Playlake that did, then erase again"
            )

    def _is_whole(self, mark: Mark, raw_md5: str) -> bool:
        """Whether a mark and its files are made from some raw bytes.

        A process that was at the same object may have been killed after it wrote a file.
        """
        if mark.raw_md5 != raw_md5:
            return False
        bodies = ((self.store.read(key), rows) for _, key, rows in mark.files())
        return all(
            body is None or what_is_wrong(BytesIO(body), raw_md5, rows) is None
            for body, rows in bodies
        )

    def _remove(self, key: RawKey, *, is_there: bool) -> None:
        """Remove a raw object of which nothing is left, after its rows."""
        before = self._mark(key)
        self.rows += 0 if before is None else _rows(before)
        self._remove_files(key)
        self.store.remove_for_good([key.rejected])
        self.store.remove_for_good([str(key)])
        self.removed += is_there

    def _remove_files(self, key: RawKey) -> None:
        """Remove the mark first: without it no reader sees a row of the others."""
        self.store.remove_for_good([key.curated("loads")])
        self.store.remove_for_good([key.curated(name) for name in TABLES if name != "loads"])

    def _mark(self, key: RawKey) -> Mark | None:
        name = key.curated("loads")
        body = self.store.read(name)
        if body is None:
            return None
        try:
            return read_mark(name, BytesIO(body))
        except UnreadableError:  # it is written anew
            return None


def _rows(mark: Mark) -> int:
    return sum(mark.rows.values())
