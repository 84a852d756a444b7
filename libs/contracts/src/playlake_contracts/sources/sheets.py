"""Finds the cells of a column in the text of a CSV, where they stand.

Whoever changes one leaves every other byte as it was: quotes, line ends and spaces.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_DELIMITERS: Final = (",", ";", "\t")
_BYTE_ORDER_MARK: Final = "\ufeff"


class Cell(NamedTuple):
    """A cell: where its text stands, without quotes around it, and the text."""

    start: int
    end: int
    text: str


def cells(sheet: str, column: str) -> Iterator[Cell]:
    """The cells under a column, without its heading; none if no line names the columns.

    Args:
        sheet: the text.
        column: what the column is called, in small letters.
    """
    found = _place(sheet, column)
    if found is None:
        return
    delimiter, place = found
    pattern = re.compile(
        rf'(?P<quoted>"(?:[^"]|"")*")?(?P<plain>[^{delimiter}\r\n]*)(?P<end>{delimiter}|\r\n|\r|\n|\Z)'
    )
    at, is_heading = 0, True
    for match in pattern.finditer(sheet):
        if at == place and not is_heading:
            name = "plain" if match["quoted"] is None else "quoted"
            inside = 0 if match["quoted"] is None else 1
            start, end = match.start(name) + inside, match.end(name) - inside
            yield Cell(start, end, sheet[start:end])
        is_last = match["end"] != delimiter
        is_heading = is_heading and not is_last
        at = 0 if is_last else at + 1


def replaced(sheet: str, column: str, other: Callable[[str], str]) -> str:
    """A CSV with other texts in the cells under a column."""
    pieces, at = [], 0
    for cell in cells(sheet, column):
        pieces += [sheet[at : cell.start], other(cell.text)]
        at = cell.end
    return "".join([*pieces, sheet[at:]])


def _place(sheet: str, column: str) -> tuple[str, int] | None:
    """What separates cells, and the place of a column."""
    first = next(iter(sheet.removeprefix(_BYTE_ORDER_MARK).splitlines()), "")
    for delimiter in _DELIMITERS:
        try:
            heading = next(csv.reader([first], delimiter=delimiter), [])
        except csv.Error:  # it is no CSV
            return None
        names = [name.strip().lower() for name in heading]
        if len(names) > 1 and column in names:
            return delimiter, names.index(column)
    return None
