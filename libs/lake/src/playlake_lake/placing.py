"""Where the rows of a lake on AWS are, for SQL of Athena; the rule is the one of `committed`.

Only the days of compacted months are looked at: every other row is in the files of parts. Any day
may be read from there, so of what would make the SQL long some days are left to the parts.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from playlake_contracts.keys import COMPACTED_PREFIX, generation_of, month_prefix
from playlake_contracts.places import LatePart, Places, TablePlaces
from playlake_contracts.tables import COMPACTED_TABLES
from playlake_lake.committed import look, months_with
from playlake_lake.compaction.in_force import read_in_force, read_marks
from playlake_lake.days import EVERY_DAY
from playlake_lake.errors import DamagedLakeError
from playlake_lake.marks import day_of, raw_key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from playlake_lake.committed import Sight
    from playlake_lake.compaction.in_force import InForce, Month
    from playlake_lake.days import SomeDays
    from playlake_lake.marks import Lists

# All tables together must fit into a query of Athena with the person's SQL.
# https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
MOST_RANGES: Final = 30
MOST_LATE: Final = 30
_READ_AT_ONCE: Final = 8


def places_of(lake: Lists, compacted: str, days: SomeDays = EVERY_DAY) -> Places:
    """Where the rows of a lake are: one read if nothing is compacted, and a few for each month.

    Args:
        lake: the lake.
        compacted: the database of its compacted tables.
        days: the days that will be read. Compacted months without them are not looked at, so their
            rows are read from the files of parts if they are read nevertheless.

    Raises:
        DamagedLakeError: what says which files are in force is damaged, or one of them is missing.
    """
    # Whatever comes into force after this was read contains marks that are read from their parts.
    in_force = read_in_force(lake)
    _check_there(lake, in_force)
    months = months_with(in_force, days)
    listed, marks = _read(lake, months)
    days_seen = _days_of(look(in_force, months, listed, marks), marks)
    tables = {name: _places(name, months, days_seen) for name in COMPACTED_TABLES}
    return Places(
        compacted,
        {name: found for name, found in tables.items() if found.days},
        in_force.history_generations(),
    )


def _check_there(lake: Lists, in_force: InForce) -> None:
    """Check that all files in force are there: to Athena a generation without files has no rows."""
    wanted = in_force.keys()
    missing = wanted.difference(lake.versions(COMPACTED_PREFIX)) if wanted else set()
    if missing:
        raise DamagedLakeError(
            f"{min(missing)} is missing though it is in force: run `playlake compact`, which makes "
            "it again"
        )


def _read(
    lake: Lists, months: Mapping[str, Month]
) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """The marks that each month contains, and those that there are now."""

    def both(name: str) -> tuple[dict[str, str], dict[str, str]]:
        return read_marks(lake, months[name].marks), lake.versions(month_prefix("loads", name))

    if not months:
        return {}, {}
    with ThreadPoolExecutor(_READ_AT_ONCE) as threads:
        found = dict(zip(months, threads.map(both, months), strict=True))
    listed = {name: contained for name, (contained, _) in found.items()}
    return listed, {key: each for _, there in found.values() for key, each in there.items()}


@dataclass(frozen=True, slots=True)
class _Day:
    """A day of a compacted month.

    Attributes:
        day: the day.
        month: the compacted month that its rows are read from; None if it is read from its parts.
        late: the parts of it that the month does not contain.
    """

    day: str
    month: str | None
    late: Sequence[LatePart] = ()


def _days_of(sight: Sight, marks: Mapping[str, str]) -> list[_Day]:
    """The days that have marks, or had some, in order."""
    sound = {day_of(key): name for name, keys in sight.contained.items() for key in keys}
    known = {*sound, *sight.without, *map(day_of, marks)}
    late: dict[str, list[LatePart]] = {}
    for key in sight.marks:
        raw = raw_key_of(key)
        if raw is None:
            sound.pop(day_of(key), None)
        else:
            part = LatePart(day_of(key), str(raw.run_id), raw.part)
            late.setdefault(part.day, []).append(part)
    found = [_Day(day, sound.get(day), late.get(day, ())) for day in sorted(known)]
    if sum(len(each.late) for each in found if each.month) > MOST_LATE:
        found = [replace(each, month=None) if each.late else each for each in found]
    return found


def _places(table: str, months: Mapping[str, Month], days: Sequence[_Day]) -> TablePlaces:
    """Where the rows of a table are."""
    held = [
        each if each.month and table in months[each.month].tables else replace(each, month=None)
        for each in days
    ]
    ranges = _ranges(held)
    used = [each for range_ in ranges for each in range_]
    files = [months[name].tables[table] for name in dict.fromkeys(_months(used))]
    return TablePlaces(
        [(range_[0].day, range_[-1].day) for range_ in ranges],
        [generation_of(file.key) for file in files if file is not None],
        [part for each in used for part in each.late],
    )


def _months(days: Iterable[_Day]) -> list[str]:
    return [each.month for each in days if each.month is not None]


def _ranges(days: Iterable[_Day]) -> list[list[_Day]]:
    """The longest ranges of days that are all read from their months, in order.

    Between two days of a range no day has a mark: the marks of both months were listed.
    """
    ranges: list[list[_Day]] = []
    before: _Day | None = None
    for each in days:
        if each.month is not None:
            if before is None or before.month is None or not _adjoin(before.month, each.month):
                ranges.append([])
            ranges[-1].append(each)
        before = each
    longest = sorted(ranges, key=len, reverse=True)[:MOST_RANGES]
    return [range_ for range_ in ranges if range_ in longest]


def _adjoin(month: str, later: str) -> bool:
    return _number(later) - _number(month) <= 1


def _number(month: str) -> int:
    year, number = month.split("-")
    return int(year) * 12 + int(number)
