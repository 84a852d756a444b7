"""A result as a Parquet file with the types of its columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from playlake.errors import CommandError
from playlake.output.cells import flat
from playlake.output.files import new_file
from playlake.output.formats import unique

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from playlake_lake.results import Column, Result, Value

_TYPES: Mapping[str, pa.DataType] = {
    "tinyint": pa.int8(),
    "smallint": pa.int16(),
    "integer": pa.int32(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "float": pa.float32(),
    "real": pa.float32(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
}
# Their types are those of their values.
_BY_VALUE = {"decimal", "array", "map", "row", "struct"}


def write_parquet(result: Result, path: Path) -> None:
    """Write a new Parquet file.

    Raises:
        CommandError: the file exists or cannot be written, two columns have the same name, or the
            values of a column have no type in common.
    """
    table = arrow_table(result)
    with new_file(path) as aside:
        pq.write_table(table, aside, compression="zstd")


def arrow_table(result: Result) -> pa.Table:
    """A result as an Arrow table.

    Raises:
        CommandError: two columns have the same name, or the values of a column have no type in
            common.
    """
    names = unique(column.name for column in result.columns)
    by_column = ([row[place] for row in result.rows] for place in range(len(result.columns)))
    arrays = [_array(*each) for each in zip(result.columns, by_column, strict=True)]
    return pa.Table.from_arrays(arrays, names=names)


def _array(column: Column, values: Sequence[Value]) -> pa.Array:
    name = re.split(r"[(<]| with ", column.type)[0]
    try:
        if name in _TYPES:
            return pa.array(values, _TYPES[name])
        if name in _BY_VALUE and any(value is not None for value in values):
            return pa.array(values)
    except pa.ArrowException as error:
        raise CommandError(
            f"the column {column.name} is no Parquet column: {error}; use CAST, or leave it out"
        ) from error
    return pa.array([None if value is None else str(flat(value)) for value in values], pa.string())
