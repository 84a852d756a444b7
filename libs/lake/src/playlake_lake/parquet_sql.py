"""The rows of Parquet files as SQL of DuckDB, in the columns of the contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from playlake_contracts.hive import hive_type
from playlake_contracts.keys import PARTITION_KEY
from playlake_contracts.tables import ADDED_COLUMNS, TIMESTAMP

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import pyarrow as pa

    from playlake_contracts.tables import Table


_IN_DAYS: Final = f"hive_partitioning = true, hive_types = {{'{PARTITION_KEY}': VARCHAR}}"
_IN_MONTHS: Final = "hive_partitioning = false"


def rows_of(table: Table, paths: Iterable[str], *, compacted: bool = False) -> str:
    """The rows of files of a table; an added column that none of them has is null.

    Each row has the path of its file as `filename`, and `day` unless the files are compacted.
    """
    files = ", ".join(map(literal, paths))
    partitioning = _IN_MONTHS if compacted else _IN_DAYS
    added = ADDED_COLUMNS.get(table.name, ())
    # Columns by name of all files are read from all files before the query begins.
    by_name = "union_by_name = true, " if added else ""
    rows = f"read_parquet([{files}], filename = true, {by_name}{partitioning})"
    if not added:
        return rows
    nulls = (f"NULL::{_sql_type(table.schema.field(name).type)} AS {name}" for name in added)
    nothing = f"SELECT {', '.join(nulls)} WHERE false"
    return f"({nothing} UNION ALL BY NAME SELECT * FROM {rows})"  # noqa: S608


def no_rows(schema: pa.Schema, more: Collection[str] = ()) -> str:
    """A SELECT without rows, of the columns of a schema and more columns of text."""
    columns = [f"NULL::{_sql_type(field.type)} AS {field.name}" for field in schema]
    columns += [f"'' AS {name}" for name in more]
    return f"SELECT {', '.join(columns)} WHERE false"


def columns_of(schema: pa.Schema) -> str:
    """The columns of a schema for a SELECT; times are UTC without a zone, as Athena's are."""
    return ", ".join(
        f"{field.name}::TIMESTAMP AS {field.name}" if field.type == TIMESTAMP else field.name
        for field in schema
    )


def literal(value: str) -> str:
    """A text as a literal of SQL."""
    return "'" + value.replace("'", "''") + "'"


def _sql_type(kind: Any) -> str:  # noqa: ANN401 - pyarrow publishes no types
    return {"string": "VARCHAR"}.get(hive_type(kind), hive_type(kind))
