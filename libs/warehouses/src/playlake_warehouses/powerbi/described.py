"""What a semantic model consists of, before it is written as TMDL."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """The type of a column: how TMDL names it, how M does, and how values are shown."""

    TEXT = ("string", "type text", None)
    WHOLE = ("int64", "Int64.Type", "#,0")
    NUMBER = ("double", "type number", "#,0.00")
    FLAG = ("boolean", "type logical", None)
    DAY = ("dateTime", "type date", "yyyy-mm-dd")
    TIME = ("dateTime", "type datetime", "yyyy-mm-dd hh:nn:ss")

    def __init__(self, tmdl: str, m: str, shown: str | None) -> None:
        self.tmdl = tmdl
        self.m = m
        self.shown = shown


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the model.

    Attributes:
        name: its name, in the model and in its query.
        kind: its type.
        text: what it holds, in one phrase.
        is_hidden: whether a person who builds a report does not see it.
        formula: the M expression of a row that gives its value; none if the source has the column.
        is_key: whether it identifies a row of a table of dates.
    """

    name: str
    kind: Kind
    text: str
    is_hidden: bool = False
    formula: str | None = None
    is_key: bool = False


@dataclass(frozen=True, slots=True)
class ModelTable:
    """A table of the model.

    Attributes:
        name: its name.
        text: what a row is.
        columns: its columns.
        query: the M expression that gives its rows.
        is_hidden: whether a person who builds a report does not see it.
        is_dates: whether it is the table of dates.
    """

    name: str
    text: str
    columns: tuple[Column, ...]
    query: str
    is_hidden: bool = False
    is_dates: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """Rows of one table belong to a row of another: both have a column of the same name.

    Attributes:
        many: the table whose rows belong to a row of the other.
        one: the table in which the column identifies a row.
        column: the column.
    """

    many: str
    one: str
    column: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure.

    Attributes:
        name: its name, unique in the model.
        text: what it says, for a person.
        dax: its expression.
        shown: how its values are shown.
    """

    name: str
    text: str
    dax: str
    shown: str = "#,0"


@dataclass(frozen=True, slots=True)
class Expression:
    """A parameter or a function that the queries of tables use.

    Attributes:
        name: its name.
        text: what it is.
        m: its M expression, on one line if it is a parameter.
        result: the type of its result, as Power Query names it.
    """

    name: str
    text: str
    m: str
    result: str
