"""Which layout a table gets on a terminal of a width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake.output.blocks import blocks
from playlake.output.columns import columns_of, least_width, widths
from playlake.output.grid import grid
from playlake.output.text import wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playlake.output.columns import Shown
    from playlake.output.grid import Line
    from playlake.output.table import Table

# A narrower terminal wraps the lines itself.
_NARROWEST = 20
# A single column that is left of several says too little.
_FEWEST_COLUMNS = 2


def table_lines(table: Table, width: int | None) -> Iterator[Line]:
    """The lines of a table: a grid if it fits, else fewer columns, else a block a row.

    Args:
        table: what is shown.
        width: cells of the terminal; None is no terminal, where nothing is cut or left out.
    """
    columns = columns_of(table)
    width = None if width is None else max(width, _NARROWEST)
    kept = _kept(columns, width) if table.drops else columns
    wide = widths(kept, width)
    if width is not None and (wide is None or len(kept) < min(len(columns), _FEWEST_COLUMNS)):
        yield from blocks(columns, width)
    elif wide is not None:
        yield from grid(kept, wide, table.styles)
        if len(kept) < len(columns):
            left_out = [column.heading for column in columns if column not in kept]
            yield from sentence_lines(_left_out(left_out, table.elsewhere), width)


def sentence_lines(text: str, width: int | None) -> Iterator[Line]:
    """A sentence, broken between words where it is wider than the terminal."""
    for line in [text] if width is None else wrap(text, width, fold=False):
        yield [(line, "")]


def _kept(columns: Sequence[Shown], width: int | None) -> Sequence[Shown]:
    """The most important columns that fit beside each other, in the order of the table."""
    kept: set[int] = set()
    if width is None:
        return columns
    for place in sorted(range(len(columns)), key=lambda place: -columns[place].field.importance):
        tried = [columns[each] for each in (*kept, place)]
        if least_width(tried) <= width:
            kept.add(place)
    return [columns[place] for place in sorted(kept)]


def _left_out(names: Sequence[str], elsewhere: str) -> str:
    return f"Left out for lack of room: {', '.join(names)}. See {elsewhere}, or a wider terminal."
