"""What a violation of the contract is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_contracts.tables import COMMON_COLUMNS, TABLES

if TYPE_CHECKING:
    import pyarrow as pa

_LONGEST_EXAMPLE = 200


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule of the contract that a file of a part does not keep.

    Attributes:
        table: the table of the file.
        column: the column; several are joined by a comma, and empty is the whole file.
        rule: what should hold.
        count: number of rows for which it does not, or 1 for the file itself.
        example: one of these rows, or what the file is instead.
        is_damage: whether it shows that the file is not as it was committed.
    """

    table: str
    column: str
    rule: str
    count: int
    example: str
    is_damage: bool = False


def example_of(table: str, rows: pa.Table, place: int, column: str | None = None) -> str:
    """A row by its key without the columns that all tables have, and its value of a column."""
    (row,) = rows.slice(place, 1).to_pylist()
    own = [name for name in TABLES[table].key if name not in COMMON_COLUMNS and name in row]
    shown = [*own, *([column] if column is not None and column not in own else [])]
    return short(", ".join(f"{name} {_text(row[name])}" for name in shown or COMMON_COLUMNS[:3]))


def short(text: str) -> str:
    """A text that is not longer than an example should be."""
    return text if len(text) <= _LONGEST_EXAMPLE else f"{text[: _LONGEST_EXAMPLE - 1]}…"


def _text(value: object) -> str:
    return "null" if value is None else str(value)
