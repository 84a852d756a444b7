"""Erases all that a lake has, or all of a source, or of one of its accounts.

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
    ICEBERG_PREFIX,
    NOTICES_KEY,
    REJECTED_PREFIX,
    STATE_PREFIX,
    TOMBSTONES_PREFIX,
    cover_image_key,
)
from playlake_lake.erasure.covers import addresses_named
from playlake_lake.erasure.erase import go_on
from playlake_lake.erasure.progress import Receipt, put_receipt
from playlake_lake.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playlake_contracts.keys import CoverLink
    from playlake_lake.erasure.scope import Scope
    from playlake_lake.erasure.store import ErasableStore

_MESSAGES: Final = f"{REJECTED_PREFIX}messages/"
# What is kept beside raw objects and tables, of all sources.
_BESIDE: Final = (
    COMPACTED_PREFIX,
    ICEBERG_PREFIX,
    f"{STATE_PREFIX}source=",
    NOTICES_KEY,
    COVERS_PREFIX,
    TOMBSTONES_PREFIX,
)


@dataclass(frozen=True, slots=True)
class EraseAll:
    """An erasure of all that a lake has in a scope.

    Attributes:
        store: the lake.
        scope: what of it.
        compacted: makes compacted files again of what is left, or says that there are none any
            more; returns the number of months.
        iceberg: makes Iceberg tables again of what is left, or takes them out of their catalog.
        elsewhere: removes dead letters that name something of it, and results of queries; returns
            the number of both.
        between: is called before each step. It ends the erasure by raising an error.
    """

    store: ErasableStore
    scope: Scope
    compacted: Callable[[], int]
    iceberg: Callable[[], None]
    elsewhere: Callable[[], tuple[int, int]]
    between: Callable[[], None] = go_on

    def plan(self) -> int:
        """The number of objects that would be removed.

        Raises:
            QuestionError: there is none.
        """
        count, covers = sum(map(len, self._of_runs())), len(list(self._covers()))
        # Covers that no playlist names any more are of no account.
        is_there = count or (covers and self.scope.account is None)
        if not is_there and self.store.read(self._progress) is None:
            raise QuestionError(
                f"the lake does not have {self.scope}: check the lake, and what you named"
            )
        return count + covers

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
        raw = set(self._keys(self.scope.raw_prefix))
        removed = 0
        # A second time, because a run or a transformer may have written meanwhile.
        for _ in range(2):
            for keys in self._groups():
                self.between()
                self.store.remove_for_good(keys)
                removed += len(keys)
        removed += self._remove_messages()
        self.between()
        months = self.compacted()
        self.between()
        self.iceberg()
        self.between()
        letters, results = self.elsewhere()
        self.between()
        receipt = Receipt(
            kind="all" if self.scope.account is None else "account",
            source=self.scope.source,
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

    def _remove_messages(self) -> int:
        """Remove the records of messages that name something of it, although no raw object."""
        removed = 0
        for key in self.store.versions(_MESSAGES):
            if self.scope.is_named_in(self.store.read(key) or b""):
                self.store.remove_for_good([key])
                removed += 1
        return removed

    @property
    def _progress(self) -> str:
        return f"{ERASURES_PREFIX}progress-all-{self.scope.name}.json"

    def _groups(self) -> Iterator[list[str]]:
        """The keys of what is erased, in the order in which it goes."""
        yield from self._of_runs()
        yield list(self._covers())

    def _of_runs(self) -> Iterator[list[str]]:
        """The keys of what runs landed, of what was made of it, and of their state."""
        for prefix in self.scope.prefixes_of_runs():
            yield self._keys(prefix)
        beside = _BESIDE if self.scope.state_prefix is None else (self.scope.state_prefix,)
        for prefix in beside:
            yield list(filter(self.scope.has_state, self.store.versions(prefix)))

    def _keys(self, prefix: str) -> list[str]:
        return [key for key in self.store.versions(prefix) if self.scope.has(key)]

    def _covers(self) -> Iterator[str]:
        """Links of covers of a source, each after its image unless another link leads to it."""
        if self.scope.source is None:  # they are among what is beside
            return
        links = list(links_of(self.store.versions(COVER_LINKS_PREFIX)))
        gone = self._gone([link for link in links if link.source == self.scope.source])
        is_gone = set(gone)
        others = {link.image for link in links if link not in is_gone}
        for link in gone:
            if link.image not in others:
                yield cover_image_key(link.image)
            yield str(link)

    def _gone(self, of_source: list[CoverLink]) -> list[CoverLink]:
        """The links of the source that go; of an account, those that no playlist of others has."""
        source = self.scope.source
        if self.scope.account is None or source is None or not of_source:
            return of_source
        named = addresses_named(self.store, source, lambda key: not self.scope.has(key))
        return [link for link in of_source if link.address not in named]
