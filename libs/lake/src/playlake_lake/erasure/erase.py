"""Erases a user or a playlist from a lake.

The tombstone is written first, so that nothing of it is landed or transformed any more. Then raw
objects and their rows are written anew, then all that was made from them, then old versions go. At
the end the raw objects are looked through again, because a run may have landed it meanwhile. An
erasure that was interrupted is completed by the same one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from msgspec.structs import replace

from playlake_contracts.erased import Kind, Tombstone
from playlake_contracts.keys import RawKey, state_key, state_prefix
from playlake_lake.erasure.finding import Finding, in_order
from playlake_lake.erasure.progress import (
    Progress,
    Receipt,
    progress_key,
    put_receipt,
    read_progress,
    write_progress,
)
from playlake_lake.erasure.records import clean_state, remove_covers, remove_records
from playlake_lake.erasure.rewriting import Rewriting
from playlake_lake.erasure.rows_without_raw import RowsWithoutRaw
from playlake_lake.erasure.subject import known
from playlake_lake.errors import ContendedError, QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playlake_lake.erasure.finding import Found
    from playlake_lake.erasure.store import Commit, ErasableStore
    from playlake_lake.erasure.subject import Subject

# A run lands for minutes, and each look takes about as long.
_PASSES: Final = 10
_STATE: Final = state_key("any").removeprefix(state_prefix("any"))


def _now() -> datetime:
    return datetime.now(UTC)


def go_on() -> None:
    """Go on with the next step."""


@dataclass(frozen=True, slots=True)
class Derived:
    """What is made from the tables of a lake, and made again without what is erased.

    Attributes:
        compacted: makes compacted files and the history again, and removes the old ones at once;
            returns the number of months. See `compacted.compact_anew`.
        iceberg: makes Iceberg tables again, if there are some.
        elsewhere: removes dead letters that name the subject, and results of queries; returns the
            numbers of both.
    """

    compacted: Callable[[Subject], int]
    iceberg: Callable[[], None]
    elsewhere: Callable[[Subject], tuple[int, int]]


class _Mine(msgspec.Struct):
    """The field of the extractor's state that lists the playlists of the login."""

    mine: list[str] | None = None


class _Looked(NamedTuple):
    """What a first look has found, and the tombstone of the subject."""

    finding: Finding
    tombstone: Tombstone


@dataclass(slots=True)
class Erasure:
    """An erasure of a user or a playlist.

    Attributes:
        store: the lake.
        subject: who or what is erased.
        commit: writes the files and the mark of a raw object anew.
        derived: what is made from the tables.
        between: is called before each step. It ends the erasure by raising an error.
        now: the time, UTC.
    """

    store: ErasableStore
    subject: Subject
    commit: Commit
    derived: Derived
    between: Callable[[], None] = go_on
    now: Callable[[], datetime] = _now
    _looked: _Looked | None = None

    def look(self) -> Found:
        """Look what would be erased, once; nothing is changed.

        Raises:
            QuestionError: nothing in the lake has it, and it was not erased before.
        """
        return self._look().finding.found

    def run(self) -> Receipt:
        """Erase it.

        Returns:
            the receipt, which is kept in the lake.

        Raises:
            QuestionError: nothing in the lake has it, and it was not erased before.
            LakeError: the lake cannot be read or written; the same erasure goes on.
        """
        self.store.check_versions_can_go()
        looked = self._look()
        self.between()
        self.store.put_new(str(looked.tombstone), b"")
        return self._complete(looked)

    def seems_to_be_login(self, found: Found) -> bool:
        """Whether the user owns most of the playlists that a login lists as its own."""
        lists = map(_mine, self._states())
        return any(mine and 2 * len(found.owned.intersection(mine)) > len(mine) for mine in lists)

    def _look(self) -> _Looked:
        if self._looked is None:
            before = self.subject.tombstones(self.store)
            tombstone = before[0] if before else Tombstone.of(*self._named)
            finding = Finding(self.store, self.subject, self.between)
            erased = known(self.store, [tombstone])
            finding.look(erased)
            finding.found.without_raw = self._rows_without_raw.found(erased)
            if not before:
                self._check_known(finding.found)
            self._looked = _Looked(finding, tombstone)
        return self._looked

    def _complete(self, looked: _Looked) -> Receipt:
        finding, key = looked.finding, progress_key(looked.tombstone)
        kept = read_progress(self.store, key)
        dirty = finding.found.objects | _objects(kept)
        began_at = self.now() if kept is None else kept.began_at
        receipt = Receipt(
            kind=self.subject.kind.value,
            source=self.subject.source,
            began_at=began_at,
            ended_at=began_at,
        )
        for number in range(_PASSES):
            self.between()
            progress = write_progress(self.store, key, _progress(began_at, dirty, finding.found))
            addresses = set(progress.addresses) - finding.found.named
            receipt = self._pass(receipt, dirty, addresses)
            self.between()
            dirty = finding.look(known(self.store))
            if not dirty:
                receipt = self._ended(receipt, finding.found, number + 1)
                put_receipt(self.store, receipt)
                self.store.remove_for_good([key])
                return receipt
        raise ContendedError(
            f"runs land {self.subject} again and again: end them, then erase again"
        )

    def _pass(self, receipt: Receipt, dirty: set[RawKey], addresses: set[str]) -> Receipt:
        """Erase what was found in some raw objects, and what was made from it."""
        rewriting = Rewriting(self.store, self.commit)
        for each in in_order(dirty):
            self.between()
            rewriting.rewrite(each, dirty)
        rows = self._rows_without_raw.clean(known(self.store))
        self.between()
        records = clean_state(self.store, self.subject) + remove_records(self.store, self.subject)
        self.between()
        covers = remove_covers(self.store, self.subject, addresses)
        self.between()
        months = self.derived.compacted(self.subject)
        self.between()
        self.derived.iceberg()
        self.between()
        letters, results = self.derived.elsewhere(self.subject)
        self.between()
        versions = self.store.remove_old_versions()
        return replace(
            receipt,
            raw_objects=receipt.raw_objects + rewriting.rewritten,
            raw_objects_removed=receipt.raw_objects_removed + rewriting.removed,
            rows=receipt.rows + rewriting.rows + rows,
            records=receipt.records + records + letters,
            covers=receipt.covers + covers,
            elsewhere=receipt.elsewhere + results,
            months=receipt.months + months,
            old_versions=receipt.old_versions + versions,
        )

    def _ended(self, receipt: Receipt, found: Found, passes: int) -> Receipt:
        return replace(
            receipt,
            ended_at=self.now(),
            playlist_frames=found.playlists,
            user_frames=found.redacted,
            unreadable=len(found.unreadable),
            passes=passes,
        )

    def _states(self) -> Iterator[bytes]:
        """What the runs of each account store about playlists."""
        for key in self.store.versions(state_prefix(self.subject.source)):
            if key.endswith(_STATE):
                yield self.store.read(key) or b"{}"

    @property
    def _rows_without_raw(self) -> RowsWithoutRaw:
        return RowsWithoutRaw(self.store, self.subject.source, self.between)

    @property
    def _named(self) -> tuple[str, Kind, str]:
        return self.subject.source, self.subject.kind, self.subject.id

    def _check_known(self, found: Found) -> None:
        is_in_state = self.subject.kind is Kind.PLAYLIST and any(
            map(self.subject.is_named_in, self._states())
        )
        if not found.objects and not found.without_raw and not is_in_state:
            raise QuestionError(
                f"nothing in the lake has {self.subject}: check the id, the source and the lake"
            )


def _mine(state: bytes) -> list[str]:
    """The playlists that the login lists; none if runs cannot read the state either."""
    try:
        return msgspec.json.decode(state, type=_Mine).mine or []
    except msgspec.DecodeError:
        return []


def _objects(kept: Progress | None) -> set[RawKey]:
    return set() if kept is None else set(map(RawKey.parse, kept.objects))


def _progress(began_at: datetime, dirty: set[RawKey], found: Found) -> Progress:
    addresses = found.addresses - found.named
    return Progress(began_at=began_at, objects=sorted(map(str, dirty)), addresses=sorted(addresses))
