"""Reads what commit marks count, many at once, with DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from playlake_contracts.tables import TABLES
from playlake_lake.marks import COUNTS
from playlake_lake.parquet_sql import rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb


class HasFiles(Protocol):
    """What has the objects of a lake as files."""

    def path(self, key: str) -> Path:
        """The path of an object."""


def counts_of(
    duck: duckdb.DuckDBPyConnection, lake: HasFiles, marks: Sequence[str]
) -> dict[str, dict[str, int]]:
    """The number of rows of each table in `marks.COUNTS`, by mark."""
    if not marks:
        return {}
    paths = {str(lake.path(key)): key for key in marks}
    rows = duck.execute(
        f"SELECT filename, {', '.join(COUNTS.values())} "  # noqa: S608
        f"FROM {rows_of(TABLES['loads'], paths)}"
    ).fetchall()
    return {
        # A mark of an earlier version has no count for a later table.
        paths[path]: {table: count or 0 for table, count in zip(COUNTS, counts, strict=True)}
        for path, *counts in rows
    }
