"""Results for programs: CSV, JSON, Markdown and Parquet."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from playlake.errors import CommandError
from playlake.output.formats import Format, one_format, written
from playlake.output.parquet import write_parquet
from playlake.output.table import table_of
from playlake_aws.athena import value
from playlake_lake.results import Column, Result, Value

if TYPE_CHECKING:
    from pathlib import Path

MOMENT = datetime(2026, 11, 21, 6, 0, 0, 123456, tzinfo=UTC)


def result(*values: tuple[str, str, Value]) -> Result:
    """A result of one row, given as names, types and values."""
    columns = tuple(Column(name, athena_type) for name, athena_type, _ in values)
    return Result(columns, [tuple(each for *_, each in values)])


def text(rows: Result, chosen: Format) -> str:
    return written(table_of(rows), chosen)


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
    assert text(rows, Format.CSV) == 'a,b,c\n"x, ""y""",,2026-11-21T06:00:00.123456+00:00\n'


def test_csv_has_lists_as_json() -> None:
    assert text(result(("a", "array(varchar)", ["x", None])), Format.CSV) == 'a\n"[""x"",null]"\n'


def test_json_keeps_numbers_and_null() -> None:
    rows = result(
        ("a", "integer", 1),
        ("b", "date", date(1971, 1, 1)),
        ("c", "decimal", Decimal("1.50")),
        ("d", "varchar", None),
        ("e", "varchar", "Beyoncé"),
        ("f", "boolean", True),
        ("g", "array(date)", [date(1971, 1, 1)]),
        ("h", "double", float("nan")),
    )
    assert json.loads(text(rows, Format.JSON)) == [
        {
            "a": 1,
            "b": "1971-01-01",
            "c": "1.50",
            "d": None,
            "e": "Beyoncé",
            "f": True,
            "g": ["1971-01-01"],
            "h": "nan",
        }
    ]


@pytest.mark.parametrize("chosen", [Format.JSON, Format.PARQUET])
def test_two_columns_of_one_name_are_refused(chosen: Format, tmp_path: Path) -> None:
    rows = result(("a", "integer", 1), ("a", "integer", 2))
    with pytest.raises(CommandError, match="two columns are named a: rename one with AS"):
        write_parquet(rows, tmp_path / "a") if chosen is Format.PARQUET else text(rows, chosen)


def test_markdown_shows_what_it_would_obey() -> None:
    rows = result(
        ("fetched_at", "timestamp", MOMENT),
        ("name", "varchar", "_a_ snake_case | <b>*x*</b> &amp; \n & `y`"),
        ("n", "integer", None),
    )
    assert text(rows, Format.MARKDOWN) == (
        "| fetched_at (UTC) | name | n |\n"
        "| --- | --- | ---: |\n"
        "| 2026-11-21 06:00:00 | "
        r"\_a\_ snake_case \| \<b\>\*x\*\</b\> \&amp; \\n & \`y\`"
        " |  |\n"
    )


def test_formats_exclude_each_other() -> None:
    assert one_format(csv=False, json=False) is Format.SCREEN
    assert one_format(csv=False, json=True) is Format.JSON
    with pytest.raises(CommandError, match=r"^--json and --parquet exclude each other: give one"):
        one_format(csv=False, json=True, parquet=True)


def test_parquet_has_the_types_of_the_columns(tmp_path: Path) -> None:
    rows = result(
        ("i", "integer", None),
        ("b", "bigint", 9007199254740993),
        ("f", "double", 0.1),
        ("t", "timestamp", MOMENT),
        ("d", "date", date(1971, 1, 1)),
        ("m", "decimal(10,2)", Decimal("1.50")),
        ("o", "boolean", True),
        ("a", "array(varchar)", ["x", None]),
        ("r", "row(x integer)", {"x": 1}),
        ("s", "varchar", "Beyoncé"),
        ("n", "unknown", None),
    )
    write_parquet(rows, tmp_path / "rows.parquet")
    table = pq.read_table(tmp_path / "rows.parquet")
    assert table.schema.types == [
        pa.int32(),
        pa.int64(),
        pa.float64(),
        pa.timestamp("us", tz="UTC"),
        pa.date32(),
        pa.decimal128(3, 2),
        pa.bool_(),
        pa.list_(pa.string()),
        pa.struct({"x": pa.int64()}),
        pa.string(),
        pa.string(),
    ]
    assert tuple(table.to_pylist()[0].values()) == rows.rows[0]
    assert [each.name for each in tmp_path.iterdir()] == ["rows.parquet"]


def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    path.write_text("mine")
    with pytest.raises(CommandError, match=r"rows\.parquet exists: give the name of a new file"):
        write_parquet(result(("n", "integer", 1)), path)
    assert path.read_text() == "mine"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"there is no folder .*none: make it"):
        write_parquet(result(("n", "integer", 1)), tmp_path / "none" / "rows.parquet")


def test_values_without_a_common_type_are_one_sentence(tmp_path: Path) -> None:
    rows = Result((Column("a", "array(varchar)"),), [(["x"],), ([1],)])
    with pytest.raises(CommandError, match=r"^the column a is no Parquet column: .*use CAST"):
        write_parquet(rows, tmp_path / "rows.parquet")
    assert list(tmp_path.iterdir()) == []
