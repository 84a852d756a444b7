"""The tables that Snowflake gets, and their columns in its types.

Times of the lake are UTC. TIMESTAMP_LTZ keeps the moment, whatever the time zone of a session is.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

import pyarrow as pa

from playlake_contracts.keys import CURATED_PREFIX, table_prefix
from playlake_contracts.places import MARKS
from playlake_contracts.tables import ADDED_COLUMNS, TABLES, TIMESTAMP, description
from playlake_warehouses.snowflake.identifiers import identifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playlake_contracts.tables import Table

_TYPES: Final[Mapping[pa.DataType, str]] = MappingProxyType(
    {
        pa.string(): "VARCHAR",
        pa.bool_(): "BOOLEAN",
        pa.int32(): "NUMBER(10, 0)",
        pa.int64(): "NUMBER(19, 0)",
        pa.float64(): "FLOAT",
        pa.date32(): "DATE",
        TIMESTAMP: "TIMESTAMP_LTZ(6)",
    }
)

# What is under the curated prefix. Quarantine is not: it has raw JSON, and its rows expire.
LOADED_TABLES: Final = tuple(
    table for table in TABLES.values() if table_prefix(table.name).startswith(CURATED_PREFIX)
)


class FileColumn(NamedTuple):
    """A column that says where a row was read from.

    https://docs.snowflake.com/en/user-guide/querying-metadata
    """

    name: str
    type: str
    metadata: str
    text: str


FILE_ROW_NUMBER: Final = "file_row_number"
FILE_LAST_MODIFIED: Final = "file_last_modified"
LOADED_AT: Final = "loaded_at"
FILE_COLUMNS: Final = (
    FileColumn(
        FILE_ROW_NUMBER,
        "NUMBER(19, 0)",
        "METADATA$FILE_ROW_NUMBER",
        "number of the row in its file",
    ),
    FileColumn(
        FILE_LAST_MODIFIED,
        "TIMESTAMP_NTZ",
        "METADATA$FILE_LAST_MODIFIED",
        "when the file was written, UTC",
    ),
    FileColumn(
        LOADED_AT,
        "TIMESTAMP_LTZ",
        "METADATA$START_SCAN_TIME",
        "when Snowflake read the file",
    ),
)


def snowflake_type(arrow_type: pa.DataType) -> str:
    """The type of a column in Snowflake.

    Raises:
        KeyError: no table has a column of this type.
    """
    return _TYPES[arrow_type]


def literal(text: str) -> str:
    """A text as SQL."""
    # A backslash escapes in Snowflake, and a dollar sign does not.
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def definitions(table: Table) -> Iterator[str]:
    """The definition of each column of a landing table: those of the files, then where from."""
    for field in table.schema:
        null = "" if field.nullable else " NOT NULL"
        comment = literal(description(field))
        yield f"{identifier(field.name)} {snowflake_type(field.type)}{null} COMMENT {comment}"
    for column in FILE_COLUMNS:
        yield f"{column.name} {column.type} COMMENT {literal(column.text)}"


def added(table: Table) -> Iterator[str]:
    """The definitions of the columns that older versions of a table lack."""
    for name in ADDED_COLUMNS.get(table.name, ()):
        field = table.schema.field(name)
        comment = literal(description(field))
        yield f"{identifier(name)} {snowflake_type(field.type)} COMMENT {comment}"


def counting_column(table: Table) -> str | None:
    """The column of the commit marks that counts the rows of a table; None for the marks."""
    return None if table.name == MARKS else f"rows_{table.name}"
