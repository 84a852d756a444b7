"""The formats that programs read, and Markdown; nothing in them is cut."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING

from playlake.errors import CommandError
from playlake.output.cells import flat, plain, shown
from playlake.output.text import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from playlake.output.cells import Plain
    from playlake.output.table import Field, Table
    from playlake_lake.results import Value

# What Markdown would obey: an underscore only at the edge of a word, & only before an entity.
_MARKUP = re.compile(r"[\\`*\[\]<>|~]|(?<!\w)_|_(?!\w)|&(?=#?\w+;)")


class Format(StrEnum):
    """How a result is written; each but the screen has an option of its name."""

    SCREEN = "screen"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"
    PARQUET = "parquet"
    # Of a playlist alone.
    URLS = "urls"
    XSPF = "xspf"
    JSPF = "jspf"
    M3U = "m3u"


def one_format(**wanted: bool) -> Format:
    """The format whose option is given, the screen if none is.

    Raises:
        CommandError: several are given.
    """
    formats = [Format(name) for name, is_wanted in wanted.items() if is_wanted]
    if len(formats) > 1:
        options = " and ".join(f"--{each}" for each in formats)
        raise CommandError(f"{options} exclude each other: give one of them")
    return formats[0] if formats else Format.SCREEN


def written(table: Table, chosen: Format) -> str:
    """A table in a format of text that is not the screen's."""
    return _WRITERS[chosen](table)


def objects(table: Table) -> list[Plain]:
    """An object of JSON for each row.

    Raises:
        CommandError: two columns have the same name.
    """
    names = unique(field.name for field in table.fields)
    return [dict(zip(names, map(plain, row), strict=True)) for row in table.rows]


def json_text(value: object) -> str:
    """JSON for people and programs: indented, letters as they are."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def unique(names: Iterable[str]) -> list[str]:
    """The names of columns.

    Raises:
        CommandError: two are the same.
    """
    names = list(names)
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise CommandError(f"two columns are named {twice[0]}: rename one with AS")
    return names


def _csv(table: Table) -> str:
    """CSV with a header line; null is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(field.name for field in table.fields)
    writer.writerows([flat(value) for value in row] for row in table.rows)
    return text.getvalue()


def _json(table: Table) -> str:
    return json_text(objects(table))


def _markdown(table: Table) -> str:
    """A table of GitHub's Markdown, numbers on the right."""
    heads = [_escaped(safe(field.heading)) for field in table.fields]
    rules = ["---:" if field.kind.is_number else "---" for field in table.fields]
    rows = (
        [_markdown_cell(*each) for each in zip(row, table.fields, strict=True)]
        for row in table.rows
    )
    return "".join(map(_markdown_line, (heads, rules, *rows)))


def _markdown_line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _markdown_cell(value: Value, field: Field) -> str:
    return "" if value is None else _escaped(shown(value, field.kind))


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", text)


_WRITERS: Mapping[Format, Callable[[Table], str]] = {
    Format.CSV: _csv,
    Format.JSON: _json,
    Format.MARKDOWN: _markdown,
}
