"""Shows tables and sentences on a terminal, page by page if they are long, or writes them whole."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol, TypeAlias

from rich.text import Text

from playlake.output.formats import Format, written
from playlake.output.layout import sentence_lines, table_lines
from playlake.output.table import Table
from playlake.output.text import safe_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from playlake.output.grid import Line

# As git does: end if one screen is enough, obey colours, leave the screen as it is.
_LESS = "FRX"


class Drawing(Protocol):
    """Something that is neither a table nor a sentence."""

    def lines(self, width: int | None) -> Iterator[Line]:
        """Its lines on a terminal of a width; None is no terminal."""


# What a screen consists of.
Part: TypeAlias = Table | str | Drawing


def is_terminal(console: Console) -> bool:
    """Whether a person looks at it; rich can be told otherwise by the environment."""
    return console.file.isatty()


def show(console: Console, *parts: Part, pages: bool = False) -> None:
    """Print tables, sentences and drawings, with an empty line below a table that is not the last.

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


def laid_out(parts: Sequence[Part], width: int | None) -> str:
    """The lines of tables and sentences without styles; without a width nothing is cut."""
    return "".join(f"{''.join(piece for piece, _ in line)}\n" for line in _lines(parts, width))


def drawn(console: Console, parts: Sequence[Part]) -> Text:
    """What `show` prints on a terminal, for what draws it anew in its place."""
    return Text("\n").join(Text.assemble(*line) for line in _lines(parts, console.width))


def show_or_write(
    console: Console, chosen: Format, table: Table, *more: Part, pages: bool = False
) -> None:
    """Show a table and what belongs to it, or write the table alone in another format."""
    if chosen is Format.SCREEN:
        show(console, table, *more, pages=pages)
    else:
        write(console, written(table, chosen))


def write(console: Console, text: str) -> None:
    """Write what a program reads, as it is; on a terminal control characters are spelled out."""
    _write(console, safe_lines(text) if is_terminal(console) else text)


def _lines(parts: Sequence[Part], width: int | None) -> Iterator[Line]:
    for place, part in enumerate(parts, start=1):
        if isinstance(part, str):
            yield from sentence_lines(part, width)
        elif isinstance(part, Table):
            yield from table_lines(part, width)
            if place < len(parts):
                yield []
        else:
            yield from part.lines(width)


def _write(console: Console, text: str) -> None:
    """Write text past rich, which takes every line of it apart."""
    console.file.write(text)
    console.file.flush()


def _print(console: Console, lines: list[Line]) -> None:
    text = Text("\n").join(Text.assemble(*line) for line in lines)
    console.print(text, soft_wrap=True, highlight=False)
