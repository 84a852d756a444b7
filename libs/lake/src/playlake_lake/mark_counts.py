"""Reads what commit marks count, many at once, with DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_contracts.tables import TABLES
from playlake_lake.marks import COUNTS
from playlake_lake.parquet_sql import rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb


def counts_of(
    duck: duckdb.DuckDBPyConnection, marks: Mapping[str, str]
) -> dict[str, dict[str, int]]:
    """The number of rows of each table in `marks.COUNTS`, by mark.

    Args:
        duck: a database.
        marks: the path of each mark's file.
    """
    if not marks:
        return {}
    paths = {path: key for key, path in marks.items()}
    rows = duck.execute(
        f"SELECT filename, {', '.join(COUNTS.values())} "  # noqa: S608
        f"FROM {rows_of(TABLES['loads'], paths)}"
    ).fetchall()
    return {
        # A mark of an earlier version has no count for a later table.
        paths[path]: {table: count or 0 for table, count in zip(COUNTS, counts, strict=True)}
        for path, *counts in rows
    }
