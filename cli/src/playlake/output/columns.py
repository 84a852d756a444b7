"""The columns of a table, measured: the cells that each needs, and those that it gets.

Ids, numbers and times are never cut. Texts are cut by an ellipsis, prose is wrapped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len

from playlake.output.cells import shown
from playlake.output.table import Kind
from playlake.output.text import is_id, safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake.output.table import Field, Table
    from playlake_lake.results import Value

GAP = "  "
# A text that is cut shorter tells nothing; prose that is narrower cannot be read.
TEXT_LEAST = 16
PROSE_LEAST = 20


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as it is shown.

    Attributes:
        text: what is shown.
        is_null: whether there is no value.
        is_whole: whether it may neither be cut nor broken.
    """

    text: str
    is_null: bool
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A column as it is shown, with the least and the most cells that it can use."""

    field: Field
    heading: str
    cells: list[Cell]
    least: int
    most: int


def columns_of(table: Table) -> list[Shown]:
    """The columns of a table, measured."""
    return [_column(table, place) for place in range(len(table.fields))]


def widths(columns: Sequence[Shown], width: int | None) -> list[int] | None:
    """The cells of each column in a grid of a width; None if they do not fit.

    Args:
        columns: the columns of the grid.
        width: cells of the terminal; None is no limit.
    """
    if width is None:
        return [column.most for column in columns]
    free = width - least_width(columns)
    if free < 0:
        return None
    given = {place: column.least for place, column in enumerate(columns)}
    # Everyone gets an equal share of what is free; who needs less leaves the rest to the others.
    wanting = sorted(given, key=lambda place: columns[place].most - columns[place].least)
    for others, place in zip(range(len(wanting), 0, -1), wanting, strict=True):
        more = min(columns[place].most - given[place], free // others)
        given[place] += more
        free -= more
    return list(given.values())


def least_width(columns: Sequence[Shown]) -> int:
    """The cells of the narrowest grid of some columns."""
    return sum(column.least for column in columns) + len(GAP) * (len(columns) - 1)


def _column(table: Table, place: int) -> Shown:
    field = table.fields[place]
    cells = [_cell(row[place], field.kind, table.null) for row in table.rows]
    heading = safe(field.heading)
    most = max((cell_len(cell.text) for cell in cells), default=0)
    needed = max((_needed(cell, field.kind) for cell in cells), default=0)
    head = cell_len(heading)
    return Shown(field, heading, cells, least=max(head, needed), most=max(head, most))


def _needed(cell: Cell, kind: Kind) -> int:
    """The cells without which a cell tells nothing."""
    length = cell_len(cell.text)
    if cell.is_whole:
        return length
    if kind is Kind.TEXT:
        return min(length, TEXT_LEAST)
    ids = (cell_len(word) for word in cell.text.split(" ") if is_id(word))
    return max(min(length, PROSE_LEAST), max(ids, default=0))


def _cell(value: Value, kind: Kind, null: str) -> Cell:
    if value is None:
        return Cell(null, is_null=True, is_whole=True)
    text = shown(value, kind)
    is_whole = kind.is_whole or (isinstance(value, str) and is_id(text))
    return Cell(text, is_null=False, is_whole=is_whole)
