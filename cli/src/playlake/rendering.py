"""Results for people and for programs.

Names of playlists were written by strangers, so what a terminal would obey is shown, not sent.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from playlake.errors import CommandError

if TYPE_CHECKING:
    from rich.console import Console

    from playlake.athena import Column, Result, Value

_NUMBERS = {"tinyint", "smallint", "integer", "bigint", "float", "double", "decimal"}
# C0 and C1 controls, and what reverses the direction of the text after it.
_UNSAFE = [*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_UNLIMITED = 100_000
_DECIMALS = 4
_SHOWN = {code: chr(code).encode("unicode_escape").decode() for code in _UNSAFE}


def as_table(result: Result, limit: int) -> Table:
    """A table of the first rows."""
    table = Table()
    for column in result.columns:
        table.add_column(safe_text(column.name), justify=_justify(column), overflow="fold")
    for row in result.rows[:limit]:
        table.add_row(*map(_cell, row))
    return table


def as_csv(result: Result) -> str:
    """CSV with a header line; null is empty, timestamps are ISO 8601."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.name for column in result.columns)
    writer.writerows([_machine(value) for value in row] for row in result.rows)
    return text.getvalue()


def as_json(result: Result) -> str:
    """A JSON array with an object for each row; dates are ISO 8601, decimals text.

    Raises:
        CommandError: two columns have the same name.
    """
    names = [column.name for column in result.columns]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise CommandError(f"two columns are named {twice[0]}: rename one with AS")
    rows = [dict(zip(names, map(_machine, row), strict=True)) for row in result.rows]
    return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"


def safe_text(text: str) -> Text:
    """Text without markup, in which control characters are spelled out."""
    return Text(text.translate(_SHOWN))


def plain_table(*headings: str) -> Table:
    """An empty table of texts."""
    table = Table()
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def print_rows(console: Console, result: Result, limit: int) -> None:
    """Print a table of the first rows, and how many were left out."""
    print_table(console, as_table(result, limit))
    if left_out := max(0, len(result.rows) - limit):
        console.print(f"{left_out} more rows: --limit {len(result.rows)} shows all", soft_wrap=True)


def print_table(console: Console, table: Table) -> None:
    """Print a table: folded to fit a terminal, and as wide as it is everywhere else."""
    if not console.is_terminal:
        unlimited = console.options.update(max_width=_UNLIMITED)
        console.width = max(console.width, Measurement.get(console, unlimited, table).maximum)
    console.print(table)


def _justify(column: Column) -> Literal["left", "right"]:
    return "right" if column.type in _NUMBERS else "left"


def _cell(value: Value) -> Text:
    if value is None:
        return Text("null", style="dim")
    if isinstance(value, datetime):
        return Text(value.strftime("%Y-%m-%d %H:%M:%S"))
    if isinstance(value, float):
        return Text(str(round(value, _DECIMALS)))
    return safe_text(str(value))


def _machine(value: Value) -> str | int | float | None:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
