"""Where the rows of each table are, as SQL of Athena: each committed row once.

A table has the files of its parts, and a compacted table of the same name in another database has
the rows of closed days, by generations. Which generations count is not in the catalog, so it is in
the SQL, as literals: https://docs.aws.amazon.com/athena/latest/ug/partition-projection-dynamic-id-partitioning.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.keys import GENERATION_KEY, PARTITION_KEY
from playlake_contracts.tables import DATE_COLUMN, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# The table of the commit marks.
MARKS: Final = "loads"
# No compacted file is in a generation of this name. A condition needs one at least.
NO_GENERATION: Final = "none"


@dataclass(frozen=True, slots=True)
class LatePart:
    """A part that was committed on a day after the day was compacted.

    Attributes:
        day: such as `2026-11-21`.
        run_id: its run.
        part: such as `part-0000`.
    """

    day: str
    run_id: str
    part: str


@dataclass(frozen=True, slots=True)
class TablePlaces:
    """Where the rows of a table are that closed days have.

    Attributes:
        days: ranges of days, from the first to the last, in order. Rows of these days are in the
            compacted table, and those of all other days in the files of parts.
        generations: the generations that have these rows; none if the days have no rows.
        late: the parts of these days whose rows are in the files of parts nevertheless.
    """

    days: Sequence[tuple[str, str]]
    generations: Sequence[str]
    late: Sequence[LatePart] = ()


@dataclass(frozen=True, slots=True)
class Places:
    """Where the rows of a lake are at a moment.

    Attributes:
        compacted: the database of the compacted tables.
        tables: by table, where its rows are; those of other tables are in the files of parts.
        history: by table of the history, the generations that have its rows. A table that is
            absent is read by its own name.
    """

    compacted: str = ""
    tables: Mapping[str, TablePlaces] = field(default_factory=dict)
    history: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def is_read_as_it_is(self, table: str) -> bool:
        """Whether the table itself has the committed rows, each once."""
        if table in HISTORY_TABLES:
            return table not in self.history
        return table == MARKS and table not in self.tables


# All rows are in the files of parts, and the commit marks say which are committed.
IN_PARTS: Final = Places()


def committed_rows(
    table: str, database: str, places: Places = IN_PARTS, *, named: bool = False
) -> str:
    """The SELECT of the committed rows of a table, in the order of its columns and then `day`.

    Args:
        table: a table of the contracts.
        database: the database of the tables.
        places: where the rows are.
        named: whether it names its columns, also if it reads one table alone.
    """
    if table in HISTORY_TABLES:
        return history_rows(table, places.compacted, places.history.get(table, ()))
    columns = columns_of(table)
    found = places.tables.get(table)
    landed = f"{_table(database, table)} as landed"
    if found is None:
        return _select(columns if named else ["*"], landed, [_is_committed(database, places)])
    outside = [_outside(found, "landed")]
    if table != MARKS:
        # The same days of the marks, so that no other mark is opened.
        outside.append(_has_mark(_table(database, MARKS), _outside(found, "mark")))
    of_parts = _select(columns, landed, outside)
    return " union all ".join([*_compacted(columns, table, places, found), of_parts])


def history_rows(table: str, compacted: str, generations: Iterable[str]) -> str:
    """The SELECT of the rows of a table of the history in some generations."""
    return _select(columns_of(table), _table(compacted, table), [_in_generations(generations)])


def columns_of(table: str) -> list[str]:
    """The columns that a query sees of a table: the rows of the history have no `day`."""
    if table in HISTORY_TABLES:
        return list(HISTORY_TABLES[table].schema.names)
    return [*TABLES[table].schema.names, PARTITION_KEY]


def _compacted(columns: Sequence[str], table: str, places: Places, found: TablePlaces) -> list[str]:
    """The SELECT of the compacted rows, if there are some."""
    if not found.generations:
        return []
    # Their day is a column of the file, because the path has another partition key.
    own = [f"{DATE_COLUMN} as {name}" if name == PARTITION_KEY else name for name in columns]
    days = " or ".join(
        f"{DATE_COLUMN} between {_text(first)} and {_text(last)}" for first, last in found.days
    )
    conditions = [_in_generations(found.generations), f"({days})"]
    return [_select(own, _table(places.compacted, table), conditions)]


def _is_committed(database: str, places: Places) -> str:
    """The condition that a row of `landed` has its mark, wherever that is."""
    marks = _table(database, MARKS)
    found = places.tables.get(MARKS)
    if found is None:
        return _has_mark(marks)
    columns = ("run_id", "part")
    of_parts = _select(columns, f"{marks} as landed", [_outside(found, "landed")])
    each = [*_compacted(columns, MARKS, places, found), of_parts]
    return _has_mark(f"({' union all '.join(each)})")


def _has_mark(marks: str, condition: str = "") -> str:
    more = f" and {condition}" if condition else ""
    return (
        f"exists (select 1 from {marks} as mark "  # noqa: S608 - names of the contracts
        f"where mark.run_id = landed.run_id and mark.part = landed.part{more})"
    )


def _outside(found: TablePlaces, alias: str) -> str:
    """The condition that rows are not in the compacted table; it says which days they can have."""
    day = f"{alias}.{PARTITION_KEY}"
    firsts = [first for first, _ in found.days]
    lasts = [last for _, last in found.days]
    between = zip(lasts, firsts[1:], strict=False)
    ranges = [
        f"{day} < {_text(firsts[0])}",
        *(f"{day} > {_text(last)} and {day} < {_text(first)}" for last, first in between),
        f"{day} > {_text(lasts[-1])}",
    ]
    parts = [
        f"{day} = {_text(each.day)} and {alias}.run_id = {_text(each.run_id)} "
        f"and {alias}.part = {_text(each.part)}"
        for each in found.late
    ]
    return f"({' or '.join([*ranges, *parts])})"


def _in_generations(generations: Iterable[str]) -> str:
    names = ", ".join(map(_text, generations)) or _text(NO_GENERATION)
    return f"{GENERATION_KEY} in ({names})"


def _select(columns: Iterable[str], source: str, conditions: Iterable[str]) -> str:
    # Every name in it is of the contracts, or the deployment's.
    return f"select {', '.join(columns)} from {source} where {' and '.join(conditions)}"  # noqa: S608


def _table(database: str, table: str) -> str:
    return f'"{database}"."{table}"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
