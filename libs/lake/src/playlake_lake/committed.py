"""The files that have the committed rows of a lake, each row once.

The commit marks say which rows are committed; `compaction.in_force` says which of them are in
compacted files. A day is read from its compacted month if each mark of the day that the month
contains is still there, as it was. Marks of other days, and marks that no month contains, are read
from the files of their parts. `docs/decisions/0031-compaction.md` says why.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from playlake_contracts.keys import QUARANTINE, partition_prefix
from playlake_contracts.tables import TABLES
from playlake_lake.compaction.in_force import read_in_force, read_marks
from playlake_lake.errors import DamagedLakeError
from playlake_lake.marks import day_of, mark_versions

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from playlake_lake.compaction.in_force import CompactedFile, InForce, Month
    from playlake_lake.days import SomeDays
    from playlake_lake.folder import Folder

    # The rows of each table of `marks.COUNTS` by mark, as the marks have them.
    Counts = Callable[[Sequence[str]], Mapping[str, Mapping[str, int]]]

# Rows in quarantine expire, so they are in no compacted file.
COMPACTED_TABLES: Final = tuple(name for name in TABLES if name != QUARANTINE)


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
        marks: the marks that no compacted file in use contains.
        contained: the marks of each month that are read from its compacted files.
        months: these months.
        without: the days of these months that are not read from them.
    """

    marks: Sequence[str]
    contained: Mapping[str, Sequence[str]]
    months: Mapping[str, Month]
    without: frozenset[str]


def sight_of(folder: Folder, days: SomeDays) -> Sight:
    """Look at the marks of some days of a lake; other days are not listed.

    Raises:
        DamagedLakeError: what says which files are in force is damaged.
    """
    # Whatever comes into force after this was read contains marks that are read from their parts.
    in_force = read_in_force(folder)
    marks = mark_versions(folder, days)
    return _seen(folder, in_force, marks, days)


def _seen(folder: Folder, in_force: InForce, marks: Mapping[str, str], days: SomeDays) -> Sight:
    contained: dict[str, list[str]] = {}
    without: set[str] = set()
    for name, month in in_force.months.items():
        if not any(day in days for day in month.days):
            continue
        by_day = _by_day(read_marks(folder, month.marks).items())
        sound = {
            day
            for day, listed in by_day.items()
            if all(marks.get(key) == version for key, version in listed)
        }
        without.update(set(by_day) - sound)
        if sound:
            contained[name] = [key for day in sound for key, _ in by_day[day]]
    in_months = {key for keys in contained.values() for key in keys}
    open_ = [key for key in marks if key not in in_months]
    return Sight(
        open_, contained, {name: in_force.months[name] for name in contained}, frozenset(without)
    )


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
