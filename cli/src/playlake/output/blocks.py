"""A table as blocks: a line for each value, for rows that are wider than the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from playlake.output.text import ELLIPSIS, cut, pad, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playlake.output.columns import Cell, Shown
    from playlake.output.grid import Line

_LINE = " │ "
# A value that takes more lines is cut: raw JSON would fill screens.
_MOST_LINES = 6


def blocks(columns: Sequence[Shown], width: int) -> Iterator[Line]:
    """The lines of all rows; an id that is wider than the terminal is a line of its own."""
    headings = [cut(column.heading, width // 2) for column in columns]
    name_width = max(map(cell_len, headings))
    rows = zip(*(column.cells for column in columns), strict=True)
    for number, row in enumerate(rows, start=1):
        yield [(f"─[ row {number} ]".ljust(width, "─"), "dim")]
        for heading, cell in zip(headings, row, strict=True):
            yield from _value(pad(heading, name_width), cell, width)


def _value(heading: str, cell: Cell, width: int) -> Iterator[Line]:
    style = "dim" if cell.is_null else ""
    room = width - cell_len(heading) - len(_LINE)
    if cell.is_whole and cell_len(cell.text) > room:
        yield [(heading, "bold"), (_LINE.rstrip(), "dim")]
        yield [(cell.text, style)]
        return
    pieces = [cell.text] if cell.is_whole else _cut_lines(wrap(cell.text, room), room)
    for place, piece in enumerate(pieces):
        name = heading if place == 0 else " " * cell_len(heading)
        yield [(name, "bold"), (_LINE if piece else _LINE.rstrip(), "dim"), (piece, style)]


def _cut_lines(lines: list[str], width: int) -> list[str]:
    if len(lines) <= _MOST_LINES:
        return lines
    last = f"{lines[_MOST_LINES - 1]} {ELLIPSIS}"
    return [*lines[: _MOST_LINES - 1], last if cell_len(last) <= width else cut(last, width)]
