"""The views that everybody reads: each row once, and committed parts only.

`loads` decides what is committed, as in docs/decisions/0023. Snowflake loads each table by itself,
so a view also leaves out what it has read twice, and what was overwritten since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playlake_contracts.keys import PARTITION_KEY
from playlake_contracts.places import MARKS, columns_of
from playlake_contracts.tables import DATE_COLUMN, TABLES
from playlake_warehouses.snowflake.columns import (
    FILE_LAST_MODIFIED,
    FILE_ROW_NUMBER,
    LOADED_AT,
    LOADED_TABLES,
    counting_column,
    literal,
)
from playlake_warehouses.snowflake.identifiers import identifier
from playlake_warehouses.snowflake.layout import Section, indented

if TYPE_CHECKING:
    from playlake_contracts.tables import Table
    from playlake_warehouses.snowflake.attachment import Attachment

# The view of the parts of which rows are missing.
INCOMPLETE_PARTS: Final = "incomplete_parts"
PART: Final = ("source", "run_id", "part")
# The date follows from the run, and lets Snowflake leave out days before it compares rows.
_OF_A_FILE: Final = ", ".join((*PART, DATE_COLUMN))
_NEWEST: Final = f"{FILE_LAST_MODIFIED} DESC, {LOADED_AT} DESC"


def views(attachment: Attachment, *, read_once: bool) -> Section:
    """The views of all tables, those of the commit marks first, and of what is incomplete.

    Args:
        attachment: the names.
        read_once: whether what they read has each row once already.
    """
    ordered = [TABLES[MARKS], *(table for table in LOADED_TABLES if table.name != MARKS)]
    return Section(
        "The views to read: each row once, and committed parts only. incomplete_parts has the "
        "parts of which Snowflake does not have all rows yet",
        (
            f"CREATE SCHEMA IF NOT EXISTS {attachment.database}.{attachment.schema}",
            *(_view(table, attachment, read_once=read_once) for table in ordered),
            _incomplete(attachment),
        ),
    )


def version_of_file() -> str:
    """How new the file of a row is among those that were read under its key; 1: the newest."""
    return f"RANK() OVER (PARTITION BY {_OF_A_FILE} ORDER BY {FILE_LAST_MODIFIED} DESC)"


def reading_of_row(function: str) -> str:
    """How lately a row was read, among those with its key and its number; 1: the last time."""
    rows = f"{_OF_A_FILE}, {FILE_ROW_NUMBER}"
    return f"{function}() OVER (PARTITION BY {rows} ORDER BY {_NEWEST})"


def _view(table: Table, attachment: Attachment, *, read_once: bool) -> str:
    names = [
        f"landed.{DATE_COLUMN} AS {name}" if name == PARTITION_KEY else f"landed.{identifier(name)}"
        for name in columns_of(table.name)
    ]
    conditions = [*_committed(table, attachment), *([] if read_once else _each_once())]
    return "\n".join(
        [
            f"CREATE OR REPLACE VIEW {attachment.view(table.name)}",
            # Else whoever may read the view could not any more.
            "COPY GRANTS",
            f"COMMENT = {literal(f'One row is {table.row_is}.')}",
            "AS",
            f"SELECT\n{indented(names)}",
            f"FROM {attachment.landed(table.name)} AS landed",
            *conditions,
        ]
    )


def _committed(table: Table, attachment: Attachment) -> list[str]:
    """The condition that a mark counts the rows; a file of which no row counts is left."""
    counting = counting_column(table)
    if counting is None:
        return []
    return [
        "WHERE EXISTS (",
        "  SELECT 1",
        f"  FROM {attachment.view(MARKS)} AS mark",
        f"  WHERE {' AND '.join(f'mark.{name} = landed.{name}' for name in PART)}",
        f"    AND COALESCE(mark.{counting}, 1) > 0",
        ")",
    ]


def _each_once() -> list[str]:
    return [
        f"QUALIFY {version_of_file()} = 1",
        f"  AND {reading_of_row('ROW_NUMBER')} = 1",
    ]


def _incomplete(attachment: Attachment) -> str:
    counted = [
        _counted(table, attachment) for table in LOADED_TABLES if counting_column(table) is not None
    ]
    name = attachment.view(INCOMPLETE_PARTS)
    comment = literal("One row is a table of a committed part of which rows are missing.")
    return (
        f"CREATE OR REPLACE VIEW {name}\nCOPY GRANTS\nCOMMENT = {comment}\nAS\n"
        + "\nUNION ALL\n".join(counted)
    )


def _counted(table: Table, attachment: Attachment) -> str:
    counting = f"mark.{counting_column(table)}"
    part = ", ".join(f"mark.{name}" for name in PART)
    same = " AND ".join(f"shown.{name} = mark.{name}" for name in PART)
    # Every name in it is of the contracts, or was checked.
    return (
        f"SELECT {part}, {literal(table.name)} AS table_name,\n"
        f"  {counting} AS rows_committed, COUNT(shown.{PART[0]}) AS rows_loaded\n"
        f"FROM {attachment.view(MARKS)} AS mark\n"
        f"LEFT JOIN {attachment.view(table.name)} AS shown ON {same}\n"
        f"WHERE {counting} > 0\n"
        f"GROUP BY {part}, {counting}\n"
        f"HAVING COUNT(shown.{PART[0]}) <> {counting}"
    )
