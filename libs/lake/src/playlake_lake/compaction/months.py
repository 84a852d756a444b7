"""Compacts the closed days of a month: plans which months are to be made, and makes them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from playlake_contracts.keys import compacted_key, generation, partition_prefix, table_prefix
from playlake_contracts.tables import COMPACTED_TABLES, TABLES
from playlake_lake.committed import part_file
from playlake_lake.compaction.closed import closed_days
from playlake_lake.compaction.in_force import Month, digest, encode_marks, read_marks
from playlake_lake.compaction.observed import observed_months
from playlake_lake.compaction.workshop import put_compacted
from playlake_lake.errors import CompactionError
from playlake_lake.folder import etag
from playlake_lake.mark_counts import counts_of
from playlake_lake.marks import day_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime, timedelta

    from playlake_contracts.tables import Table
    from playlake_lake.compaction.in_force import CompactedFile, InForce
    from playlake_lake.compaction.store import Store
    from playlake_lake.compaction.workshop import Workshop

# It changes when the same inputs are to become other files.
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class MonthPlan:
    """A month that is to be made.

    Attributes:
        month: such as `2026-11`.
        marks: the marks that it shall contain, with their versions; none: it goes out of force.
        why: why it is to be made, in a few words.
    """

    month: str
    marks: Mapping[str, str]
    why: str

    @property
    def days(self) -> tuple[str, ...]:
        """The days of the marks, in order."""
        return tuple(sorted({day_of(key) for key in self.marks}))


class Inputs(NamedTuple):
    """What the files of a month are made from.

    Attributes:
        digest: the digest of the contents of its marks.
        counts: by mark, the number of rows of each table.
    """

    digest: str
    counts: Mapping[str, Mapping[str, int]]

    def of(self, table: str) -> Inputs:
        """What the file of one table is made from."""
        counts = {
            mark: {name: count for name, count in rows.items() if name == table}
            for mark, rows in self.counts.items()
        }
        return Inputs(self.digest, counts)


def plan_months(
    store: Store, in_force: InForce, tables: Collection[str], now: datetime, margin: timedelta
) -> list[MonthPlan]:
    """The months whose closed days are not as they are in force, in order.

    Args:
        store: the lake.
        in_force: what is in force.
        tables: the tables that the lake holds.
        now: the time, UTC.
        margin: how long a day must be over.
    """
    marks = {
        key: each for key, each in store.versions(table_prefix("loads")).items() if day_of(key)
    }
    contained = {name: read_marks(store, month.marks) for name, month in in_force.months.items()}
    known = {key: each for listed in contained.values() for key, each in listed.items()}
    fresh = {day_of(key) for key, version in marks.items() if known.get(key) != version}
    closed = closed_days(store, fresh, now, margin)
    wanted: dict[str, dict[str, str]] = defaultdict(dict)
    for key, version in marks.items():
        if known.get(key) == version or day_of(key) in closed:
            wanted[_month_of(key)][key] = version
    plans = (
        MonthPlan(name, wanted.get(name, {}), why)
        for name in sorted({*wanted, *in_force.months})
        if (why := _why(contained.get(name), wanted.get(name, {})))
        or (why := _what_is_missing(store, in_force.months[name], tables))
    )
    return list(plans)


def make_month(workshop: Workshop, plan: MonthPlan, tables: Collection[str]) -> Month | None:
    """Make the files of a month, verify them against the files of the parts, and put them.

    Nothing is in force by that. Other engines call its steps, so that they make the same.

    Returns:
        the month; None if a mark of it has changed meanwhile.

    Raises:
        CompactionError: the files of the parts cannot be compacted.
        DamagedLakeError: an object that was compacted before is damaged.
    """
    inputs = read_inputs(workshop, plan)
    made = {
        name: make_table(workshop, plan.month, name, inputs) for name in compacted_among(tables)
    }
    return finish_month(workshop, plan, inputs.digest, made)


def compacted_among(tables: Collection[str]) -> list[str]:
    """The tables among some that are compacted."""
    return [name for name in COMPACTED_TABLES if name in tables]


def read_inputs(workshop: Workshop, plan: MonthPlan) -> Inputs:
    """Read the marks of a month."""
    marks = dict(zip(plan.marks, workshop.files(plan.marks), strict=True))
    return Inputs(_digest_of(marks), counts_of(workshop.duck, marks))


def make_table(workshop: Workshop, month: str, name: str, inputs: Inputs) -> CompactedFile | None:
    """Make, verify and put the file of a table of a month; None if it has no rows.

    Raises:
        CompactionError: the files of the parts cannot be compacted.
        DamagedLakeError: an object that was compacted before is damaged.
    """
    key = compacted_key(name, generation(month, inputs.digest))
    return _make(workshop, TABLES[name], key, inputs.counts)


def finish_month(
    workshop: Workshop, plan: MonthPlan, inputs: str, made: dict[str, CompactedFile | None]
) -> Month | None:
    """Put the list of the marks of a month whose files are made.

    Args:
        workshop: the workshop.
        plan: the month.
        inputs: the digest of the marks that the files were made from.
        made: the file of each table.

    Returns:
        the month; None if a mark of it has changed meanwhile.
    """
    key, listed = encode_marks(plan.month, plan.marks)
    workshop.store.put_new(key, listed)
    if not _is_unchanged(workshop.store, plan):
        return None
    return Month(
        inputs=inputs,
        marks=key,
        days=plan.days,
        parts=len(plan.marks),
        tables=made,
        observed=tuple(observed_months(workshop, made)),
    )


def _month_of(key: str) -> str:
    return day_of(key)[: len("2026-11")]


def _why(contained: Mapping[str, str] | None, wanted: Mapping[str, str]) -> str:
    """Why a month is to be made; an empty text if it contains what it shall."""
    if contained is None:
        return "new"
    counted = Counter(
        "added" if key not in contained else "gone" if key not in wanted else "changed"
        for key in {*contained, *wanted}
        if contained.get(key) != wanted.get(key)
    )
    return ", ".join(f"parts {what}: {count:,}" for what, count in sorted(counted.items()))


def _what_is_missing(store: Store, month: Month, tables: Collection[str]) -> str:
    lacking = [name for name in compacted_among(tables) if name not in month.tables]
    if lacking:
        return f"tables added: {len(lacking):,}"
    lost = [file for file in month.tables.values() if file and store.size(file.key) != file.size]
    return f"files lost: {len(lost):,}" if lost else ""


def _digest_of(marks: Mapping[str, str]) -> str:
    """The digest of the contents of marks, by the paths of their files; copies have the same."""
    contents = [(key, etag(Path(path).read_bytes())) for key, path in sorted(marks.items())]
    return digest(json.dumps([_FORMAT, contents]).encode())


def _make(
    workshop: Workshop, table: Table, key: str, counts: Mapping[str, Mapping[str, int]]
) -> CompactedFile | None:
    is_marks = table.name == "loads"
    parts = {mark: 1 if is_marks else rows[table.name] for mark, rows in counts.items()}
    paths = workshop.files(part_file(table.name, mark) for mark, rows in parts.items() if rows)
    if not paths:
        return None
    found = workshop.fingerprint(table, paths, compacted=False)
    if found.rows != sum(parts.values()):
        raise CompactionError(
            f"the files of {table.name} have {found.rows:,} rows, and their commit marks say "
            f"{sum(parts.values()):,}: `playlake lake check` says which are wrong"
        )
    return put_compacted(workshop, table, key, workshop.write_sorted(table, paths), found)


def _is_unchanged(store: Store, plan: MonthPlan) -> bool:
    now: dict[str, str] = {}
    for day in plan.days:
        now |= store.versions(partition_prefix("loads", day))
    return all(now.get(key) == version for key, version in plan.marks.items())
