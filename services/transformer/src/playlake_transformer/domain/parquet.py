"""From columns to Arrow tables and Parquet bytes, exactly in the contracts' schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from playlake_contracts.tables import PARTITION_COLUMN

if TYPE_CHECKING:
    from playlake_contracts.keys import RawKey
    from playlake_transformer.domain.columns import Columns

ZSTD_LEVEL = 1

# Few distinct values a part: worth a dictionary. Elsewhere it costs time and saves nothing.
_DICTIONARY_COLUMNS = [
    "source", "run_id", "part", PARTITION_COLUMN, "playlist_id", "item_type", "added_by", "reason",
    "album_name", "album_type", "release_date_precision", "available_markets", "artist_id",
    "artist_name", "artist_names", "api", "outcome", "trigger",
]  # fmt: skip

_STATISTICS_COLUMNS = ["fetched_at", "playlist_id", "track_id", "album_id", "artist_id"]


def arrow_table(columns: Columns, key: RawKey, schema: pa.Schema) -> pa.Table:
    """Build a table from its columns, adding who landed it; columns never given are null.

    Raises:
        pyarrow.ArrowException: a value does not fit its column.
    """
    length = len(columns["fetched_at"])
    constants = {
        "source": key.source,
        "run_id": str(key.run_id),
        "part": key.part,
        PARTITION_COLUMN: key.run_id.snapshot_date,
    }
    arrays = [
        pa.repeat(constants[field.name], length)
        if field.name in constants
        else pa.array(columns[field.name], field.type)
        if field.name in columns
        else pa.nulls(length, field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def parquet_bytes(table: pa.Table) -> bytes:
    """Write a table as one Parquet file; the same rows give the same bytes."""
    sink = pa.BufferOutputStream()
    names = set(table.column_names)
    pq.write_table(
        table,
        sink,
        compression="zstd",
        compression_level=ZSTD_LEVEL,
        use_dictionary=[name for name in _DICTIONARY_COLUMNS if name in names],
        write_statistics=[name for name in _STATISTICS_COLUMNS if name in names],
        store_schema=False,
    )
    return bytes(sink.getvalue())
