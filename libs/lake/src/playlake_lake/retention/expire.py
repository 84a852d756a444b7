"""Removes what has expired, and the partitions of a catalog that point at nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from msgspec.structs import replace

from playlake_contracts.keys import PARTITION_KEY, table_prefix
from playlake_contracts.tables import TABLES
from playlake_lake.retention.expired import expired_days, first_kept
from playlake_lake.retention.record import change_record, read_record

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from playlake_contracts.retention import KeptDays
    from playlake_lake.compaction.store import Store
    from playlake_lake.retention.expired import ExpiredDay
    from playlake_lake.retention.record import Record

# How often a lake in a folder is looked at by itself.
INTERVAL: Final = timedelta(hours=20)


class Partitions(Protocol):
    """The partitions of the tables in a catalog; a lake in a folder has none."""

    def days(self, table: str) -> set[str]:
        """The days of which a table has a partition."""

    def drop(self, table: str, days: Collection[str]) -> None:
        """Remove the partitions of days from a table; one that is gone already is no error."""


@dataclass(frozen=True, slots=True)
class Expired:
    """What a look at a lake has removed.

    Attributes:
        hidden: the number of commit marks, with which rows leave all tables.
        removed: the number of all objects.
        partitions: the number of partitions.
    """

    hidden: int = 0
    removed: int = 0
    partitions: int = 0


@dataclass(frozen=True, slots=True)
class Retention:
    """Removes what has expired in a lake.

    Attributes:
        store: the lake.
        kept: how long each source is kept.
        now: the time, UTC.
        partitions: the partitions of the catalog; None if there is no catalog.
        between: is called before each day. It ends the work by raising an error.
    """

    store: Store
    kept: KeptDays
    now: datetime
    partitions: Partitions | None = None
    between: Callable[[], None] = lambda: None

    def run(self, done: Callable[[ExpiredDay], None] = lambda _: None) -> Expired:
        """Remove what has expired; started again, it goes on where it ended.

        The rows of a day leave the tables at once, with their commit marks. The files stay until
        the next look, so that queries end, and Iceberg tables and compactions let go of them.

        Args:
            done: is told of each day that has expired, when it is done.

        Raises:
            LakeError: the lake cannot be read, or does not let objects be removed.
        """
        hidden = removed = 0
        left: dict[str, str] = {}
        before = read_record(self.store).cleaned
        for day in expired_days(self.store, self.kept, self.now, before):
            self.between()
            removed += self._remove(day)
            hidden += len(day.marks)
            if len(day.hidden) < len(day.files):
                left.setdefault(day.source, day.day)
            done(day)
        self.between()
        self._note_cleaned(left)
        partitions = 0 if self.partitions is None else drop_empty(self.store, self.partitions)
        return Expired(hidden, removed, partitions)

    def _note_cleaned(self, left: Mapping[str, str]) -> None:
        """Note up to which day nothing is left.

        Args:
            left: the first day of each source that still has files.
        """
        bounds = {
            source: left.get(source) or first_kept(days, self.now)
            for source, days in self.kept.all().items()
            if days is not None
        }
        change_record(self.store, lambda record: replace(record, cleaned=bounds))

    def _remove(self, day: ExpiredDay) -> int:
        """Remove what may be removed of a day now; return the number of objects."""
        # Without raw objects nothing brings rows back: neither an event, nor the reconciler.
        # So they go before the marks. While a file has its mark, readers expect it.
        steps = (day.raw, day.marks, day.hidden, day.records)
        for keys in steps:
            self.store.remove_for_good(keys)
        return sum(map(len, steps))


def drop_empty(store: Store, partitions: Partitions) -> int:
    """Remove the partitions that point at nothing; return their number.

    A partition is registered after its files were put, and is listed here before them. So one
    without files has none any more.
    """
    dropped = 0
    for table in TABLES:
        if registered := partitions.days(table):
            empty = registered - _days_with_files(store, table)
            partitions.drop(table, empty)
            dropped += len(empty)
    return dropped


def begin_look(store: Store, now: datetime) -> Record | None:
    """The record of a lake that the caller is to look at now; None if somebody has, lately.

    Of several processes one is to.

    Raises:
        DamagedLakeError: the record is damaged.
    """

    def looking(record: Record) -> Record | None:
        at = record.looked_at
        return (
            None
            if at is not None and now - INTERVAL < at <= now
            else replace(record, looked_at=now)
        )

    return change_record(store, looking)


def _days_with_files(store: Store, table: str) -> set[str]:
    prefix = f"{PARTITION_KEY}="
    names = store.folders(table_prefix(table))
    return {name.removeprefix(prefix) for name in names if name.startswith(prefix)}
