from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from rich.console import Console

from playlake.athena import Column, Result, Value, value
from playlake.errors import CommandError
from playlake.rendering import as_csv, as_json, print_rows, safe_text

MOMENT = datetime(2026, 11, 21, 6, 0, 0, 123456, tzinfo=UTC)


def result(*values: tuple[str, str, Value]) -> Result:
    """A result of one row, given as names, types and values."""
    columns = tuple(Column(name, athena_type) for name, athena_type, _ in values)
    return Result(columns, [tuple(each for *_, each in values)])


def shown(rows: Result, *, limit: int = 10, terminal: bool = False, width: int = 80) -> str:
    console = Console(file=io.StringIO(), force_terminal=terminal, width=width, color_system=None)
    print_rows(console, rows, limit)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(
    ("athena_type", "text", "read"),
    [
        ("bigint", "9007199254740993", 9007199254740993),
        ("double", "0.1", 0.1),
        ("double", "inf", float("inf")),
        ("decimal", "1.50", Decimal("1.50")),
        ("boolean", "true", True),
        ("boolean", "false", False),
        ("date", "1971-01-01", date(1971, 1, 1)),
        ("timestamp", "2026-11-21 06:00:00.123456+00:00", MOMENT),
        ("timestamp", "2026-11-21 06:00:00.000", datetime(2026, 11, 21, 6, tzinfo=UTC)),
        ("varchar", "7", "7"),
        ("array", "[a, b]", "[a, b]"),
        ("bigint", None, None),
        ("varchar", "", ""),
    ],
)
def test_a_value_is_read_by_its_type(athena_type: str, text: str | None, read: Value) -> None:
    assert value(athena_type, text) == read


def test_csv_has_a_header_and_an_empty_null() -> None:
    rows = result(("a", "varchar", 'x, "y"'), ("b", "integer", None), ("c", "timestamp", MOMENT))
    assert as_csv(rows) == 'a,b,c\n"x, ""y""",,2026-11-21T06:00:00.123456+00:00\n'


def test_json_keeps_numbers_and_null() -> None:
    rows = result(
        ("a", "integer", 1),
        ("b", "date", date(1971, 1, 1)),
        ("c", "decimal", Decimal("1.50")),
        ("d", "varchar", None),
        ("e", "varchar", "Beyoncé"),
        ("f", "boolean", True),
    )
    assert json.loads(as_json(rows)) == [
        {"a": 1, "b": "1971-01-01", "c": "1.50", "d": None, "e": "Beyoncé", "f": True}
    ]


def test_json_refuses_two_columns_of_one_name() -> None:
    with pytest.raises(CommandError, match="two columns are named a: rename one with AS"):
        as_json(result(("a", "integer", 1), ("a", "integer", 2)))


def test_what_a_terminal_would_obey_is_spelled_out() -> None:
    assert safe_text("\x1b[2J\x9b7m\u202egnos").plain == r"\x1b[2J\x9b7m\u202egnos"


def test_a_name_is_no_markup() -> None:
    assert "[red]Mix[/red]" in shown(result(("name", "varchar", "[red]Mix[/red]")))


def test_rows_beyond_the_limit_are_counted() -> None:
    rows = Result((Column("n", "integer"),), [(n,) for n in range(5)])
    text = shown(rows, limit=2)
    assert "3 more rows: --limit 5 shows all" in text
    assert len([line for line in text.splitlines() if line.startswith("│")]) == 2


def test_a_table_that_is_shown_whole_says_nothing_of_more() -> None:
    assert "more rows" not in shown(result(("n", "integer", 1)), limit=1)


@pytest.mark.parametrize(("terminal", "lines"), [(True, 4), (False, 1)])
def test_long_values_are_folded_on_a_terminal_only(terminal: bool, lines: int) -> None:
    text = shown(result(("name", "varchar", "x" * 60)), terminal=terminal, width=20)
    assert len([line for line in text.splitlines() if "x" in line]) == lines
    assert text.count("x") == 60
