"""Describes the Parquet files of a lake as data files of Iceberg. Only their footers are read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pyarrow.parquet as pq
from pyiceberg.io.pyarrow import (
    MetricModeTypes,
    MetricsMode,
    compute_statistics_plan,
    data_file_statistics_from_parquet_metadata,
    parquet_path_to_id_mapping,
)
from pyiceberg.manifest import DataFile, DataFileContent, FileFormat
from pyiceberg.typedef import Record

from playlake_lake.errors import DamagedLakeError
from playlake_lake.marks import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyiceberg.io.pyarrow import StatisticsCollector
    from pyiceberg.table import Table as IcebergTable

    from playlake_iceberg.tables import Place

# S3 answers in tens of milliseconds.
_AT_ONCE: Final = 8
_NONE: Final = MetricsMode(MetricModeTypes.NONE)


def data_files(place: Place, table: IcebergTable, keys: Iterable[str]) -> list[DataFile]:
    """Describe the files under some keys, in order.

    Raises:
        DamagedLakeError: a file is missing or is no Parquet file.
    """
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda key: _data_file(place, table, key), keys))


def _data_file(place: Place, table: IcebergTable, key: str) -> DataFile:
    location = place.location(key)
    try:
        file = table.io.new_input(location)
        with file.open() as stream:
            footer = pq.read_metadata(stream)
        size = len(file)
    except (OSError, ValueError) as error:
        raise DamagedLakeError(
            f"{location} cannot be read though it was committed ({error}): run `playlake lake "
            "repair`, or on AWS `playlake replay --overwrite` for its day"
        ) from error
    statistics = data_file_statistics_from_parquet_metadata(
        footer, _plan(table, footer), parquet_path_to_id_mapping(table.schema())
    )
    return DataFile.from_args(
        content=DataFileContent.DATA,
        file_path=location,
        file_format=FileFormat.PARQUET,
        # All rows of a file are of the day of its key, so files without statistics do as well.
        partition=Record(day_of(key)),
        file_size_in_bytes=size,
        sort_order_id=None,
        spec_id=table.metadata.default_spec_id,
        equality_ids=None,
        key_metadata=None,
        **statistics.to_serialized_dict(),
    )


def _plan(table: IcebergTable, footer: pq.FileMetaData) -> dict[int, StatisticsCollector]:
    """Which statistics of a file are taken: those that it has."""
    plan = compute_statistics_plan(table.schema(), table.properties)
    has = {
        column.path_in_schema: column.is_stats_set
        for group in map(footer.row_group, range(footer.num_row_groups))
        for column in map(group.column, range(footer.num_columns))
    }
    return {
        field: each if has.get(each.column_name) else replace(each, mode=_NONE)
        for field, each in plan.items()
    }
