"""Excel files: one sheet, a header that stays, texts as texts so that no cell is a formula."""

from __future__ import annotations

import re
from contextlib import closing, contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from playlake.errors import CommandError
from playlake.output.cells import flat
from playlake_lake.days import EVERY_DAY, Days
from playlake_lake.tables import streamed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from xlsxwriter.worksheet import Worksheet

    from playlake_lake.folder import Folder

# https://support.microsoft.com/office/excel-specifications-and-limits
MAX_ROWS: Final = 1_048_576
MAX_CHARACTERS: Final = 32_767
# Excel keeps a number as a float: beyond this it would lose digits.
_MAX_WHOLE: Final = 2**53
# XML has no place for these. Other control characters are escaped by the library.
_NO_XML: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")


def write_xlsx(lake: Folder, sql: str, path: Path, days: Days = EVERY_DAY) -> None:
    """Write the rows of a query; times and dates are ISO 8601, times in UTC.

    Raises:
        CommandError: there are more rows, or a longer text, than Excel can have.
        LakeError: as for `query`.
    """
    options = {"constant_memory": True, "tmpdir": str(path.parent), "in_memory": False}
    with (
        streamed(lake, sql, days=days) as (columns, rows),
        _written(path),
        closing(xlsxwriter.Workbook(str(path), options)) as book,
    ):
        sheet = book.add_worksheet(path.stem[:31])
        sheet.freeze_panes(1, 0)
        names = [name for name, _ in columns]
        sheet.write_row(0, 0, names, book.add_format({"bold": True}))
        _write_rows(sheet, names, rows, path.stem)


@contextmanager
def _written(path: Path) -> Iterator[None]:
    try:
        yield
    except FileCreateError as error:
        raise CommandError(f"{path.name} cannot be written: {error}") from error


def _write_rows(
    sheet: Worksheet, names: list[str], rows: Iterable[tuple[Any, ...]], table: str
) -> None:
    for number, row in enumerate(rows, start=1):
        if number >= MAX_ROWS:
            raise CommandError(
                f"{table} has more rows than the {MAX_ROWS:,} of an Excel sheet: write --csv, or "
                "fewer days with --day"
            )
        for place, (name, value) in enumerate(zip(names, row, strict=True)):
            _write_cell(sheet, (number, place), value, f"{table}.{name}")


def _write_cell(sheet: Worksheet, at: tuple[int, int], value: object, column: str) -> None:
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(*at, value)
        case int() | float() if abs(value) <= _MAX_WHOLE:
            sheet.write_number(*at, value)
        case _:
            sheet.write_string(*at, _text(value, column))


def _text(value: Any, column: str) -> str:  # noqa: ANN401 - DuckDB's values
    match value:
        case datetime():  # in UTC, without a zone
            text = f"{value.isoformat()}Z"
        case date():
            text = value.isoformat()
        case _:
            text = str(flat(value))
    if len(text) > MAX_CHARACTERS:
        raise CommandError(
            f"a text in {column} is longer than the {MAX_CHARACTERS:,} characters of an Excel "
            "cell: write --csv, or other tables with --table"
        )
    return _NO_XML.sub("\ufffd", text)
