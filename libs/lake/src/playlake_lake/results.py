"""The rows of a query, with Athena's names of the types of its columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias, Union

# A list is an array, a dictionary a row; Union, because a text is no operand of |.
Value: TypeAlias = Union[
    str, int, float, bool, Decimal, date, datetime, "list[Value]", "dict[str, Value]", None
]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a result: its name and Athena's name of its type."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Result:
    """The rows of a query: a tuple of values for each, in the order of the columns.

    Integers, floats, decimals, booleans and dates are Python's, timestamps aware and in UTC;
    arrays are lists or texts, rows dictionaries or texts; every other type is text.
    """

    columns: tuple[Column, ...]
    rows: list[tuple[Value, ...]]
