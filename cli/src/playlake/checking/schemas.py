"""The schema of every table for pandera, and what a table does not keep of it.

Columns have Arrow's own types, so nothing is converted before it is compared. A column that a
later version has added is no violation, nor is one that was added after the files were written.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import pandas as pd
import pyarrow as pa
from pandera.errors import SchemaError, SchemaErrorReason, SchemaErrors
from pandera.pandas import Check, Column, DataFrameSchema

from playlake.checking.rules import COMMON, NOT_EMPTY, OF_COLUMNS, OF_ROWS
from playlake.checking.violations import Violation, example_of, short
from playlake_contracts.tables import ADDED_COLUMNS, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_contracts.tables import Table

# A list without elements is an empty text, and a text as sent stays as it is.
_MAY_BE_EMPTY: Final = ("genres", "examples", "raw")
_OF_FILES: Final = {SchemaErrorReason.COLUMN_NOT_IN_DATAFRAME, SchemaErrorReason.WRONG_DATATYPE}


@cache
def schema_of(name: str) -> DataFrameSchema:
    """The schema of a table."""
    table = TABLES[name]
    return DataFrameSchema(
        {field.name: _column(table, field) for field in table.schema},
        checks=OF_ROWS.get(name),
        unique=list(table.key),
        name=name,
    )


def violations(name: str, rows: pa.Table) -> Iterator[Violation]:
    """What the rows of a part in a table do not keep of its schema; all of it, not the first."""
    try:
        schema_of(name).validate(rows.to_pandas(types_mapper=pd.ArrowDtype), lazy=True)
    except SchemaErrors as found:
        errors: list[SchemaError] = found.schema_errors
        # Of a column that is missing or of another type nothing else can be said.
        passed_over = set[SchemaErrorReason | None]()
        if any(error.reason_code in _OF_FILES for error in errors):
            passed_over.add(SchemaErrorReason.CHECK_ERROR)
        if not set(TABLES[name].key).issubset(rows.schema.names):
            passed_over.add(SchemaErrorReason.DUPLICATES)
        for error in errors:
            if error.reason_code not in passed_over:
                yield _violation(name, rows, error)


def _column(table: Table, field: pa.Field) -> Column:
    checks = [COMMON.get(field.name), OF_COLUMNS.get(table.name, {}).get(field.name)]
    if field.type == pa.string() and field.nullable and not field.name.endswith(_MAY_BE_EMPTY):
        checks.append(NOT_EMPTY)
    kept: list[Check] = [check for check in checks if check is not None]
    return Column(
        pd.ArrowDtype(field.type),
        checks=kept,
        nullable=field.nullable,
        required=field.name not in ADDED_COLUMNS.get(table.name, ()),
    )


def _violation(name: str, rows: pa.Table, error: SchemaError) -> Violation:
    reason, column = error.reason_code, error.column_name
    if reason is SchemaErrorReason.COLUMN_NOT_IN_DATAFRAME:
        return Violation(name, str(error.failure_cases), "is there", 1, "the column is missing")
    if reason is SchemaErrorReason.WRONG_DATATYPE:
        wanted = TABLES[name].schema.field(column).type
        is_type = f"the column is {rows.schema.field(column).type}"
        return Violation(name, column, f"is of the type {wanted}", 1, is_type)
    if not isinstance(error.failure_cases, pd.DataFrame):
        text = short(str(error.failure_cases))
        return Violation(name, column or "", f"{_rule(error)} (could not be checked)", 1, text)
    places = sorted(set(error.failure_cases["index"]))
    if reason is SchemaErrorReason.DUPLICATES:
        key = ", ".join(TABLES[name].key)
        example = example_of(name, rows, places[0])
        return Violation(name, key, "is the key of one row", len(places), example)
    example = example_of(name, rows, places[0], column)
    return Violation(name, column or "", _rule(error), len(places), example)


def _rule(error: SchemaError) -> str:
    if error.reason_code is SchemaErrorReason.SERIES_CONTAINS_NULLS:
        return "is not null"
    return str(getattr(error.check, "error", None) or error.check)
