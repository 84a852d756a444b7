"""Builds Arrow tables in the schemas of the contracts, and writes them as Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from playlake_contracts.tables import DATE_COLUMN, RAW_MD5

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

    from playlake_contracts.keys import RawKey
    from playlake_transformer.domain.tables.mapping import TableMapping

# The values of a column.
Values: TypeAlias = "list[Any] | NDArray[np.intp] | pa.Array"

ZSTD_LEVEL: Final = 1
_SMALL_BYTES: Final = 1024

# Columns with few distinct values in a part. A dictionary of any other column costs time and
# saves nothing.
_DICTIONARY_COLUMNS: Final = [
    "source", "run_id", "part", DATE_COLUMN, "playlist_id", "item_type", "added_by", "reason",
    "album_type", "release_date_precision", "api", "outcome", "trigger", "table_name", "code",
    "contents_run_id", "contents_part", "account",
]  # fmt: skip

# Query engines skip files by these statistics. Table formats need them to adopt a file: they read
# the value of its partition from them.
_STATISTICS_COLUMNS: Final = [
    "source", "run_id", DATE_COLUMN, "fetched_at", "playlist_id", "track_id", "album_id",
    "artist_id",
]  # fmt: skip


def arrow_table(
    columns: Mapping[str, Values], key: RawKey, mapping: TableMapping, absent: Collection[str] = ()
) -> pa.Table:
    """Build a table from its columns, and add the columns that describe the run.

    Columns that `clean` derives, and those that the source never provides, are null.

    Raises:
        ValueError: a column is missing, or the schema does not have it.
        pyarrow.ArrowException: a value does not fit its column.
    """
    schema = mapping.table.schema
    length = len(columns["fetched_at"])
    constants = {
        "source": key.source,
        "run_id": str(key.run_id),
        "part": key.part,
        DATE_COLUMN: key.run_id.snapshot_date,
    }
    empty = mapping.derived.union(absent)
    _check_columns(mapping, set(columns) | set(constants), empty)
    arrays = [
        _repeated(constants[field.name], length)
        if field.name in constants
        else pa.nulls(length, field.type)
        if field.name in empty
        else array_of(columns[field.name], field.type)
        for field in schema
    ]
    fields = [field.with_type(array.type) for field, array in zip(schema, arrays, strict=True)]
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def parquet_bytes(table: pa.Table, raw_md5: str) -> bytes:
    """Write a table as one Parquet file. The same rows give the same bytes.

    Args:
        table: its rows.
        raw_md5: the MD5 digest of the raw object that they come from. The file's metadata has it,
            so a file says by itself what it was made from.
    """
    sink = pa.BufferOutputStream()
    names = set(table.column_names)
    compression = {name: _compression_of(table[name]) for name in names}
    with pq.ParquetWriter(
        sink,
        table.schema,
        compression=compression,
        compression_level={name: ZSTD_LEVEL for name in names if compression[name] == "zstd"},
        use_dictionary=[name for name in _DICTIONARY_COLUMNS if name in names],
        write_statistics=[name for name in _STATISTICS_COLUMNS if name in names],
        store_schema=False,
    ) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata({RAW_MD5: raw_md5})
    return bytes(sink.getvalue())


def _repeated(value: str, length: int) -> pa.DictionaryArray:
    """A column with one value. Parquet takes a dictionary as it is."""
    return pa.DictionaryArray.from_arrays(np.zeros(length, np.int8), pa.array([value]))


def _compression_of(column: pa.ChunkedArray) -> str:
    """The codec of a column. Beginning with zstd takes longer than it saves on a small column."""
    is_empty = column.null_count == len(column)
    is_constant = pa.types.is_dictionary(column.type) and len(column.chunk(0).dictionary) == 1
    return "none" if is_empty or is_constant or column.nbytes < _SMALL_BYTES else "zstd"


def array_of(values: Values, arrow_type: pa.DataType) -> pa.Array:
    """An array of the values of a column."""
    if isinstance(values, pa.Array):
        return values
    if isinstance(values, list) and _is_empty(values):
        return pa.nulls(len(values), arrow_type)
    return pa.array(values, arrow_type)


def _is_empty(values: list[Any]) -> bool:
    """Whether all values are missing, as in many columns. It is looked at if the first one is."""
    return bool(values) and values[0] is None and values.count(None) == len(values)


def _check_columns(mapping: TableMapping, given: set[str], empty: Collection[str]) -> None:
    expected = set(mapping.table.schema.names) - set(empty)
    if given != expected:
        raise ValueError(
            f"wrong columns for table {mapping.table.name}: missing {sorted(expected - given)}, "
            f"not in its schema {sorted(given - expected)}"
        )
