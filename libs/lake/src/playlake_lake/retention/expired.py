"""What has expired in a lake: the objects of each day that is as old as its source is kept."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from playlake_contracts.keys import (
    FAILURES_PREFIX,
    PARTITION_KEY,
    RAW_PREFIX,
    REJECTED_PREFIX,
    day_prefix,
    failures_prefix,
    partition_prefix,
    rejected_prefix,
    source_of,
    source_prefix,
    table_prefix,
)
from playlake_contracts.tables import TABLES
from playlake_lake.marks import mark_versions, raw_key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from playlake_contracts.retention import KeptDays
    from playlake_lake.compaction.store import Store

_RAW_DAY: Final = "snapshot_date"
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ExpiredDay:
    """What is there of a day of a source that has expired.

    Attributes:
        source: the source.
        day: such as `2026-11-21`.
        raw: the keys of its raw objects.
        marks: the keys of its commit marks.
        files: the keys of the files of other tables, quarantine among them.
        records: the keys of its reject and failure records.
    """

    source: str
    day: str
    raw: Sequence[str]
    marks: Sequence[str]
    files: Sequence[str]
    records: Sequence[str]

    @property
    def hidden(self) -> list[str]:
        """The files that no reader sees any more, because their commit mark is gone."""
        committed = {mark.rpartition("/")[2] for mark in self.marks}
        return [key for key in self.files if key.rpartition("/")[2] not in committed]

    @property
    def objects(self) -> int:
        """The number of objects."""
        return sum(map(len, (self.raw, self.marks, self.files, self.records)))


def first_kept(days: int, now: datetime) -> str:
    """The first day that is kept, if snapshots are kept for so many days."""
    return (now.date() - timedelta(days=days - 1)).isoformat()


def held_days(store: Store) -> dict[str, list[str]]:
    """The days of which a lake holds raw objects or rows, by source and in order."""
    found: dict[str, set[str]] = defaultdict(set)
    for mark in mark_versions(store):
        key = raw_key_of(mark)
        if key is not None:
            found[key.source].add(key.run_id.snapshot_date)
    for folder in store.folders(RAW_PREFIX):
        source = source_of(f"{RAW_PREFIX}{folder}/")
        if source is not None:
            found[source].update(_days(store, source_prefix(source), _RAW_DAY))
    return {source: sorted(days) for source, days in found.items()}


def expired_days(
    store: Store, kept: KeptDays, now: datetime, cleaned: Mapping[str, str] = _NOTHING
) -> Iterator[ExpiredDay]:
    """What has expired, source by source and in order of the days.

    Args:
        store: the lake.
        kept: how long each source is kept.
        now: the time, UTC.
        cleaned: by source, the day before which nothing was left at an earlier look. Such days are
            looked at again only if they have raw objects, from which alone rows are made.
    """
    bounds = {
        source: first_kept(days, now) for source, days in kept.all().items() if days is not None
    }
    tables = _table_days(store) if bounds else {}
    for source, bound in bounds.items():
        raw = _days(store, source_prefix(source), _RAW_DAY)
        others = chain(
            tables,
            _days(store, f"{REJECTED_PREFIX}source={source}/", _RAW_DAY),
            _days(store, f"{FAILURES_PREFIX}source={source}/", _RAW_DAY),
        )
        since = cleaned.get(source, "")
        for day in sorted({*raw, *(day for day in others if day >= since)}):
            found = _expired(store, source, day, tables.get(day, ())) if day < bound else None
            if found is not None and found.objects:
                yield found


def _expired(store: Store, source: str, day: str, tables: Iterable[str]) -> ExpiredDay:
    keys = {table: list(_files(store, source, day, [table])) for table in tables}
    marks = keys.pop("loads", [])
    return ExpiredDay(
        source=source,
        day=day,
        raw=list(store.versions(day_prefix(source, day))),
        marks=marks,
        files=list(chain.from_iterable(keys.values())),
        records=[
            *store.versions(rejected_prefix(source, day)),
            *store.versions(failures_prefix(source, day)),
        ],
    )


def _table_days(store: Store) -> Mapping[str, list[str]]:
    """The tables that have files of a day, by day."""
    found: dict[str, list[str]] = {}
    for table in TABLES:
        for day in _days(store, table_prefix(table), PARTITION_KEY):
            found.setdefault(day, []).append(table)
    return found


def _files(store: Store, source: str, day: str, tables: Iterable[str]) -> Iterator[str]:
    """The files of a source and a day in some tables: their names begin with the source."""
    for table in tables:
        for key in store.versions(partition_prefix(table, day)):
            if key.rpartition("/")[2].startswith(f"{source}."):
                yield key


def _days(store: Store, prefix: str, name: str) -> Iterator[str]:
    """The days that have a folder of their own directly under a prefix."""
    for folder in store.folders(prefix):
        key, _, day = folder.partition("=")
        if key == name and _is_day(day):
            yield day


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
