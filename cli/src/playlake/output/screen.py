"""Shows tables and sentences on a terminal, page by page if they are long, or writes them whole."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rich.text import Text

from playlake.output.formats import Format, written
from playlake.output.layout import sentence_lines, table_lines
from playlake.output.text import safe_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from playlake.output.grid import Line
    from playlake.output.table import Table

# As git does: end if one screen is enough, obey colours, leave the screen as it is.
_LESS = "FRX"


def is_terminal(console: Console) -> bool:
    """Whether a person looks at it; rich can be told otherwise by the environment."""
    return console.file.isatty()


def show(console: Console, *parts: Table | str, pages: bool = False) -> None:
    """Print tables and sentences, with an empty line below each table that is not the last.

    Args:
        console: where to.
        parts: tables are laid out for the terminal; elsewhere they are as wide as they are.
        pages: whether what is longer than the terminal goes through the pager.
    """
    if not is_terminal(console):
        _write(console, laid_out(parts, None))
        return
    lines = list(_lines(parts, console.width))
    if pages and len(lines) >= console.height:
        os.environ.setdefault("LESS", _LESS)
        with console.pager(styles=True):
            _print(console, lines)
    else:
        _print(console, lines)


def laid_out(parts: Sequence[Table | str], width: int | None) -> str:
    """The lines of tables and sentences without styles; without a width nothing is cut."""
    return "".join(f"{''.join(piece for piece, _ in line)}\n" for line in _lines(parts, width))


def show_or_write(
    console: Console, chosen: Format, table: Table, *more: Table | str, pages: bool = False
) -> None:
    """Show a table and what belongs to it, or write the table alone in another format."""
    if chosen is Format.SCREEN:
        show(console, table, *more, pages=pages)
    else:
        write(console, written(table, chosen))


def write(console: Console, text: str) -> None:
    """Write what a program reads, as it is; on a terminal control characters are spelled out."""
    _write(console, safe_lines(text) if is_terminal(console) else text)


def _lines(parts: Sequence[Table | str], width: int | None) -> Iterator[Line]:
    for place, part in enumerate(parts, start=1):
        if isinstance(part, str):
            yield from sentence_lines(part, width)
        else:
            yield from table_lines(part, width)
            if place < len(parts):
                yield []


def _write(console: Console, text: str) -> None:
    """Write text past rich, which takes every line of it apart."""
    console.file.write(text)
    console.file.flush()


def _print(console: Console, lines: list[Line]) -> None:
    text = Text("\n").join(Text.assemble(*line) for line in lines)
    console.print(text, soft_wrap=True, highlight=False)
