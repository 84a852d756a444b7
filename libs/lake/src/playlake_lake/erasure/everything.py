"""Erases all that a lake has of a source, or all that it has.

Raw objects go first, so that nothing can be transformed again; then the commit marks, so that no
reader sees a part of the rows; then everything else. Nothing is kept but a receipt. There is no
tombstone: whoever erases all may begin anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from playlake_contracts.covers import links_of
from playlake_contracts.keys import (
    COMPACTED_PREFIX,
    COVER_LINKS_PREFIX,
    COVERS_PREFIX,
    ERASURES_PREFIX,
    FAILURES_PREFIX,
    ICEBERG_PREFIX,
    NOTICES_KEY,
    RAW_PREFIX,
    REJECTED_PREFIX,
    STATE_PREFIX,
    TOMBSTONES_PREFIX,
    cover_image_key,
    cover_links_prefix,
    source_prefix,
    state_prefix,
    table_prefix,
)
from playlake_contracts.tables import TABLES
from playlake_lake.erasure.erase import go_on
from playlake_lake.erasure.progress import Receipt, kind_of, put_receipt
from playlake_lake.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playlake_lake.erasure.store import ErasableStore

_MESSAGES: Final = f"{REJECTED_PREFIX}messages/"
# What is kept beside raw objects and tables, of all sources.
_BESIDE: Final = (
    COMPACTED_PREFIX,
    ICEBERG_PREFIX,
    REJECTED_PREFIX,
    FAILURES_PREFIX,
    f"{STATE_PREFIX}source=",
    NOTICES_KEY,
    COVERS_PREFIX,
    TOMBSTONES_PREFIX,
)


@dataclass(frozen=True, slots=True)
class EraseAll:
    """An erasure of all that a lake has of a source.

    Attributes:
        store: the lake.
        source: the source; None is every source, and what belongs to none.
        compacted: makes compacted files again of what is left, or says that there are none any
            more; returns the number of months.
        iceberg: makes Iceberg tables again of what is left, or takes them out of their catalog.
        elsewhere: removes dead letters and results of queries; returns the number of both.
        between: is called before each step. It ends the erasure by raising an error.
    """

    store: ErasableStore
    source: str | None
    compacted: Callable[[], int]
    iceberg: Callable[[], None]
    elsewhere: Callable[[], tuple[int, int]]
    between: Callable[[], None] = go_on

    def plan(self) -> int:
        """The number of objects that would be removed.

        Raises:
            QuestionError: there is none.
        """
        count = sum(map(len, self._groups()))
        if not count and self.store.read(self._progress) is None:
            what = "anything" if self.source is None else f"anything of {self.source}"
            raise QuestionError(f"the lake does not have {what}: check the source and the lake")
        return count

    def run(self) -> Receipt:
        """Erase it; the receipt is kept in the lake.

        Raises:
            QuestionError: there is nothing.
            LakeError: the lake cannot be read or written; the same erasure goes on.
        """
        self.store.check_versions_can_go()
        self.plan()
        began_at = datetime.now(UTC)
        # The same erasure goes on with what is made of rows, also when no row is left.
        self.store.put_new(self._progress, b"")
        raw = set(self.store.versions(self._raw))
        removed = 0
        # A second time, because a run or a transformer may have written meanwhile.
        for _ in range(2):
            for keys in self._groups():
                self.between()
                self.store.remove_for_good(keys)
                removed += len(keys)
        if self.source is not None:
            removed += self._remove_messages(self.source)
        self.between()
        months = self.compacted()
        self.between()
        self.iceberg()
        self.between()
        letters, results = self.elsewhere()
        self.between()
        receipt = Receipt(
            kind=kind_of(None),
            source=self.source,
            began_at=began_at,
            ended_at=began_at,
            raw_objects_removed=len(raw),
            records=removed - len(raw) + letters,
            elsewhere=results,
            months=months,
            old_versions=self.store.remove_old_versions(),
            passes=2,
        )
        receipt = replace(receipt, ended_at=datetime.now(UTC))
        put_receipt(self.store, receipt)
        self.store.remove_for_good([self._progress])
        return receipt

    def _remove_messages(self, source: str) -> int:
        """Remove the records of messages that name the source, although no raw object of it."""
        removed = 0
        for key in self.store.versions(_MESSAGES):
            if source.encode() in (self.store.read(key) or b""):
                self.store.remove_for_good([key])
                removed += 1
        return removed

    @property
    def _progress(self) -> str:
        return f"{ERASURES_PREFIX}progress-all-{self.source or 'sources'}.json"

    @property
    def _raw(self) -> str:
        return RAW_PREFIX if self.source is None else source_prefix(self.source)

    def _groups(self) -> Iterator[list[str]]:
        """The keys of what is erased, in the order in which it goes."""
        yield list(self.store.versions(self._raw))
        for table in ("loads", *(name for name in TABLES if name != "loads")):
            yield [key for key in self.store.versions(table_prefix(table)) if self._has(key)]
        if self.source is None:
            for prefix in _BESIDE:
                yield list(self.store.versions(prefix))
            return
        yield list(self.store.versions(state_prefix(self.source)))
        under = source_prefix(self.source).removeprefix(RAW_PREFIX)
        for prefix in (REJECTED_PREFIX, FAILURES_PREFIX):
            yield list(self.store.versions(f"{prefix}{under}"))
        yield list(self._covers(self.source))

    def _has(self, curated: str) -> bool:
        name = curated.rpartition("/")[2]
        return self.source is None or name.startswith(f"{self.source}.")

    def _covers(self, source: str) -> Iterator[str]:
        others = {
            link.image
            for link in links_of(self.store.versions(COVER_LINKS_PREFIX))
            if link.source != source
        }
        for link in links_of(self.store.versions(cover_links_prefix(source))):
            if link.image not in others:
                yield cover_image_key(link.image)
            yield str(link)
