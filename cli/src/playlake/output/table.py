"""A table before it is laid out: what each column holds, and the values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_lake.results import Column, Result, Value

_NUMBERS = {"tinyint", "smallint", "integer", "int", "bigint", "float", "real", "double", "decimal"}
_ID_NAME = re.compile(r"(.*_)?(id|key|uri|url|hash|sha256|isrc|upc)")
_ID_LENGTH = 160


class Kind(StrEnum):
    """What a column holds, which decides how it is written and whether it may be cut."""

    ID = "id"
    WORD = "word"
    NUMBER = "number"
    COUNT = "count"
    AMOUNT = "amount"
    SECONDS = "seconds"
    DATE = "date"
    MOMENT = "moment"
    TEXT = "text"
    PROSE = "prose"

    @property
    def is_whole(self) -> bool:
        """Whether it is never cut and never broken; text is cut, prose is wrapped."""
        return self not in {Kind.TEXT, Kind.PROSE}

    @property
    def is_number(self) -> bool:
        """Whether it stands on the right of its column."""
        return self in {Kind.NUMBER, Kind.COUNT, Kind.AMOUNT, Kind.SECONDS}


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table.

    Attributes:
        name: its name in JSON, CSV and Parquet.
        kind: what it holds.
        importance: where a table is too wide, the least important columns are left out.
        head: its heading for people; the name unless it says otherwise.
    """

    name: str
    kind: Kind = Kind.TEXT
    importance: int = 1
    head: str = ""

    @property
    def heading(self) -> str:
        """The heading for people, with the time zone if it holds times."""
        zone = " (UTC)" if self.kind is Kind.MOMENT else ""
        return f"{self.head or self.name}{zone}"


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows.

    Attributes:
        fields: the columns.
        rows: for each a value a column.
        drops: whether columns may be left out where the table is too wide; otherwise each row is
            then a block of lines.
        null: how a missing value is shown.
        elsewhere: what shows the columns that are left out.
        styles: the style of each row on a terminal; empty: none has one.
    """

    fields: Sequence[Field]
    rows: Sequence[Sequence[Value]]
    drops: bool = True
    null: str = ""
    elsewhere: str = "--json"
    styles: Sequence[str] = ()


def table_of(result: Result) -> Table:
    """The table of a query's result; it keeps every column."""
    fields = [
        Field(column.name, _kind(column, [row[place] for row in result.rows]))
        for place, column in enumerate(result.columns)
    ]
    return Table(fields, result.rows, drops=False, null="null")


def _kind(column: Column, values: Sequence[Value]) -> Kind:
    name = re.split(r"[(<]", column.type)[0]
    if name in _NUMBERS:
        return Kind.NUMBER
    if name.startswith("timestamp"):
        return Kind.MOMENT
    if name in {"date", "boolean"}:
        return Kind.DATE if name == "date" else Kind.WORD
    named = _ID_NAME.fullmatch(column.name.lower()) is not None
    return Kind.ID if named and all(map(_is_unbroken, values)) else Kind.TEXT


def _is_unbroken(value: Value) -> bool:
    if value is None:
        return True
    return isinstance(value, str) and len(value) <= _ID_LENGTH and not re.search(r"\s", value)
