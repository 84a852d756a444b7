"""A table as a grid: headings, a rule, and a line a row unless prose is wrapped."""

from __future__ import annotations

from itertools import repeat, zip_longest
from typing import TYPE_CHECKING, TypeAlias

from playlake.output.columns import GAP
from playlake.output.table import Kind
from playlake.output.text import cut, pad, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playlake.output.columns import Cell, Shown

# Pieces of text with their styles.
Line: TypeAlias = list[tuple[str, str]]


def grid(
    columns: Sequence[Shown], wide: Sequence[int], styles: Sequence[str] = ()
) -> Iterator[Line]:
    """The lines of a grid: headings, a rule, and the rows, of which each can have a style."""
    cells = [
        (pad(column.heading, width, right=column.field.kind.is_number), "bold")
        for column, width in zip(columns, wide, strict=True)
    ]
    yield _joined(cells)
    yield _joined([("─" * width, "dim") for width in wide])
    rows = zip(*(column.cells for column in columns), strict=True)
    for row, style in zip(rows, styles or repeat(""), strict=False):
        yield from _row(columns, wide, row, style)


def _row(
    columns: Sequence[Shown], wide: Sequence[int], row: Sequence[Cell], style: str
) -> Iterator[Line]:
    stacked = [
        _pieces(cell, column.field.kind, width)
        for cell, column, width in zip(row, columns, wide, strict=True)
    ]
    for pieces in zip_longest(*stacked, fillvalue=""):
        yield _joined(
            [
                (
                    pad(piece, width, right=column.field.kind.is_number),
                    "dim" if cell.is_null else style,
                )
                for piece, cell, column, width in zip(pieces, row, columns, wide, strict=True)
            ]
        )


def _pieces(cell: Cell, kind: Kind, width: int) -> list[str]:
    if cell.is_whole:
        return [cell.text]
    return wrap(cell.text, width) if kind is Kind.PROSE else [cut(cell.text, width)]


def _joined(cells: Line) -> Line:
    """Cells with gaps between them, and no blanks at the end."""
    line = [piece for cell in cells for piece in (cell, (GAP, ""))][:-1]
    while line and not line[-1][0].rstrip(" "):
        line.pop()
    if line:
        line[-1] = (line[-1][0].rstrip(" "), line[-1][1])
    return line
