"""The files that have the committed rows of a lake, each row once.

The commit marks say which rows are committed; `compaction.in_force` says which of them are in
compacted files. A day is read from its compacted month if each mark of the day that the month
contains is still there, as it was. Marks of other days, and marks that no month contains, are read
from the files of their parts. `docs/decisions/0031-compaction.md` says why.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from playlake_contracts.keys import QUARANTINE, partition_prefix
from playlake_lake.compaction.in_force import read_in_force, read_marks
from playlake_lake.errors import DamagedLakeError
from playlake_lake.marks import day_of, mark_versions

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from playlake_lake.compaction.in_force import CompactedFile, InForce, Month
    from playlake_lake.days import SomeDays
    from playlake_lake.folder import Folder
    from playlake_lake.marks import Lists

    # The rows of each table of `marks.COUNTS` by mark, as the marks have them.
    Counts = Callable[[Sequence[str]], Mapping[str, Mapping[str, int]]]


@dataclass(frozen=True, slots=True)
class TableFiles:
    """The files of a table; together they have each committed row once.

    Attributes:
        parts: the keys of files of parts.
        compacted: compacted files.
        without: the days whose rows in the compacted files do not count.
    """

    parts: Sequence[str]
    compacted: Sequence[CompactedFile]
    without: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sight:
    """The marks of a lake at a moment, by where their rows are read.

    Attributes:
        in_force: what was in force.
        marks: the marks that no compacted file in use contains.
        contained: the marks of each month that are read from its compacted files.
        months: these months.
        without: the days of these months that are not read from them.
    """

    in_force: InForce
    marks: Sequence[str]
    contained: Mapping[str, Sequence[str]]
    months: Mapping[str, Month]
    without: frozenset[str]

    def narrowed(self, marks: Sequence[str], months: Collection[str]) -> Sight:
        """The same moment with some of the marks, and some of the compacted months."""
        contained = {name: keys for name, keys in self.contained.items() if name in months}
        chosen = {name: month for name, month in self.months.items() if name in months}
        return replace(self, marks=marks, contained=contained, months=chosen)

    def of_days(self, days: SomeDays) -> Sight:
        """The same moment with the marks and the rows of some days."""
        marks = [key for key in self.marks if day_of(key) in days]
        kept = {
            name: [key for key in keys if day_of(key) in days]
            for name, keys in self.contained.items()
        }
        contained = {name: keys for name, keys in kept.items() if keys}
        months = {name: self.months[name] for name in contained}
        other = {day for month in months.values() for day in month.days if day not in days}
        return replace(
            self, marks=marks, contained=contained, months=months, without=self.without | other
        )


def sight_of(store: Lists, days: SomeDays) -> Sight:
    """Look at the marks of some days of a lake; other days are not listed.

    Raises:
        DamagedLakeError: what says which files are in force is damaged.
    """
    # Whatever comes into force after this was read contains marks that are read from their parts.
    in_force = read_in_force(store)
    marks = mark_versions(store, days)
    months = months_with(in_force, days)
    listed = {name: read_marks(store, each.marks) for name, each in months.items()}
    return look(in_force, months, listed, marks)


def months_with(in_force: InForce, days: SomeDays) -> dict[str, Month]:
    """The compacted months that have some of these days."""
    return {
        name: month
        for name, month in in_force.months.items()
        if any(day in days for day in month.days)
    }


def look(
    in_force: InForce,
    months: Mapping[str, Month],
    listed: Mapping[str, Mapping[str, str]],
    marks: Mapping[str, str],
) -> Sight:
    """Say where the rows of marks are read.

    Args:
        in_force: what was in force before the marks were listed.
        months: the compacted months of it that are looked at.
        listed: the marks that each of them contains, with their versions.
        marks: the marks that there are, with their versions.
    """
    contained: dict[str, list[str]] = {}
    without: set[str] = set()
    for name in months:
        by_day = _by_day(listed[name].items())
        sound = {
            day
            for day, each in by_day.items()
            if all(marks.get(key) == version for key, version in each)
        }
        without.update(set(by_day) - sound)
        if sound:
            contained[name] = [key for day in sound for key, _ in by_day[day]]
    in_months = {key for keys in contained.values() for key in keys}
    open_ = [key for key in marks if key not in in_months]
    chosen = {name: months[name] for name in contained}
    return Sight(in_force, open_, contained, chosen, frozenset(without))


def _by_day(marks: Iterable[tuple[str, str]]) -> Mapping[str, list[tuple[str, str]]]:
    days: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for key, version in marks:
        days[day_of(key)].append((key, version))
    return days


def committed_files(
    folder: Folder, sight: Sight, tables: Collection[str], counts: Counts
) -> dict[str, TableFiles]:
    """The files of some tables.

    Args:
        folder: the lake.
        sight: its marks.
        tables: names of tables.
        counts: reads marks.

    Raises:
        DamagedLakeError: a compacted file is missing.
    """
    uncompacted = {
        table: [
            key
            for name, month in sight.months.items()
            if table not in month.tables
            for key in sight.contained[name]
        ]
        for table in tables
    }
    counted = counts(_needed(sight, uncompacted))
    return {
        table: TableFiles(
            _parts(folder, table, [*sight.marks, *uncompacted[table]], counted),
            _compacted(folder, sight, table),
            sight.without,
        )
        for table in tables
    }


def _needed(sight: Sight, uncompacted: Mapping[str, Sequence[str]]) -> list[str]:
    """The marks whose counts say which files there are."""
    if not set(uncompacted) - {"loads"}:
        return []
    more = {
        key
        for table, keys in uncompacted.items()
        if table not in {"loads", QUARANTINE}
        for key in keys
    }
    return [*sight.marks, *sorted(more)]


def _parts(
    folder: Folder, table: str, marks: Sequence[str], counted: Mapping[str, Mapping[str, int]]
) -> list[str]:
    if table == "loads":
        return list(marks)
    files = {key: part_file(table, key) for key in marks}
    if table == QUARANTINE:
        # Its rows expire earlier than others, and the name of a file says what it belongs to.
        days = {day_of(key) for key in marks}
        there = {key for day in days for key in folder.keys(partition_prefix(QUARANTINE, day))}
        return [
            file
            for key, file in files.items()
            if file in there and counted.get(key, {QUARANTINE: 1})[QUARANTINE]
        ]
    return [file for key, file in files.items() if counted[key][table]]


def part_file(table: str, mark: str) -> str:
    """The key of the file of a table that belongs to a mark: it has the mark's name."""
    return f"{partition_prefix(table, day_of(mark))}{mark.rpartition('/')[2]}"


def _compacted(folder: Folder, sight: Sight, table: str) -> list[CompactedFile]:
    found = [month.tables.get(table) for month in sight.months.values()]
    files = [file for file in found if file is not None]
    for file in files:
        check_there(folder, file)
    return files


def check_there(folder: Folder, file: CompactedFile) -> None:
    """Check that a compacted file is there.

    Raises:
        DamagedLakeError: it is not.
    """
    if folder.size(file.key) is None:
        raise DamagedLakeError(
            f"{folder.path(file.key)} is missing though it is in force: run `playlake compact`, "
            "which makes it again"
        )


def damaged(folder: Folder, file: CompactedFile) -> DamagedLakeError:
    """The error about a compacted file with other bytes than it had."""
    return DamagedLakeError(
        f"{folder.path(file.key)} is damaged: delete it, then run `playlake compact`, which makes "
        "it again"
    )
