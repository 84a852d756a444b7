"""Describes the tables for the Glue Data Catalog: Hive types, and the formats of Parquet."""

from __future__ import annotations

import hashlib
import json
from types import MappingProxyType
from typing import TYPE_CHECKING, TypedDict

import pyarrow as pa

from playlake_contracts.keys import GENERATION_KEY, PARTITION_KEY
from playlake_contracts.tables import TIMESTAMP, description

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from playlake_contracts.tables import Table

_PARQUET = "org.apache.hadoop.hive.ql.io.parquet"
INPUT_FORMAT = f"{_PARQUET}.MapredParquetInputFormat"
OUTPUT_FORMAT = f"{_PARQUET}.MapredParquetOutputFormat"
SERDE = f"{_PARQUET}.serde.ParquetHiveSerDe"

# The parameters of a Glue table of Parquet files. A crawler compares the first two
# with what it finds in the files. If they differ or are absent, it reports the table as changed
# and registers no partition.
# https://docs.aws.amazon.com/glue/latest/dg/table-properties-crawler.html
# https://github.com/aws-solutions-library-samples/cloud-intelligence-dashboards-data-collection/issues/463
# The properties that a crawler sets are left out: AWS does not support setting them by hand.
TABLE_PARAMETERS: Mapping[str, str] = MappingProxyType(
    {
        "classification": "parquet",
        # zstd compresses the pages inside a Parquet file, not the file.
        "compressionType": "none",
        # The table consists of objects; it is neither a view nor a table of another database.
        "typeOfData": "file",
        # Hive and Spark read this; Athena and Glue read `TableType`.
        # https://docs.aws.amazon.com/athena/latest/ug/alter-table-set-tblproperties.html
        "EXTERNAL": "TRUE",
    }
)

# A registered day has what a crawler that inherits from the table would give it, so that an audit
# finds nothing to update.
# https://docs.aws.amazon.com/glue/latest/dg/crawler-schema-changes-prevent.html
PARTITION_PARAMETERS: Mapping[str, str] = MappingProxyType(
    {name: value for name, value in TABLE_PARAMETERS.items() if name != "EXTERNAL"}
)

_TYPES: Mapping[pa.DataType, str] = MappingProxyType(
    {
        pa.string(): "string",
        pa.bool_(): "boolean",
        pa.int32(): "int",
        pa.int64(): "bigint",
        pa.float64(): "double",
        pa.date32(): "date",
        TIMESTAMP: "timestamp",
    }
)


class Column(TypedDict):
    """A column as Glue's API takes it."""

    Name: str
    Type: str
    Comment: str


class SerdeInfo(TypedDict):
    """A serialisation library as Glue's API takes it."""

    SerializationLibrary: str


class StorageDescriptor(TypedDict):
    """Where and how a table or a partition is stored, as Glue's API takes it."""

    Columns: list[Column]
    Location: str
    InputFormat: str
    OutputFormat: str
    SerdeInfo: SerdeInfo


def hive_type(arrow_type: pa.DataType) -> str:
    """The Hive type of a column, as Glue and Athena name it.

    Raises:
        KeyError: no table has a column of this type.
    """
    return _TYPES[arrow_type]


def columns(table: Table) -> list[Column]:
    """The columns in the files of a table. The partition key is only in the paths."""
    return [
        {"Name": f.name, "Type": hive_type(f.type), "Comment": description(f)} for f in table.schema
    ]


def partition_keys() -> list[Column]:
    """The partition key of every table."""
    return [{"Name": PARTITION_KEY, "Type": "string", "Comment": "the UTC date of the run"}]


def compacted_parameters(location: str) -> dict[str, str]:
    """The parameters of a compacted table at an `s3://` location that ends with a slash.

    A query names the generations, and Athena makes their locations of the names. So none is
    registered, and a query that names none is refused:
    https://docs.aws.amazon.com/athena/latest/ug/partition-projection-dynamic-id-partitioning.html
    """
    return {
        **TABLE_PARAMETERS,
        "projection.enabled": "true",
        f"projection.{GENERATION_KEY}.type": "injected",
        "storage.location.template": f"{location}{GENERATION_KEY}=${{{GENERATION_KEY}}}/",
    }


def compacted_partition_keys() -> list[Column]:
    """The partition key of every compacted table."""
    return [
        {
            "Name": GENERATION_KEY,
            "Type": "string",
            "Comment": "the month and the digest of what its file was made from",
        }
    ]


def schema_digest(tables: Iterable[Table]) -> str:
    """A short digest of the names, columns and types of tables: it changes with every schema."""
    described = [
        [table.name, [[field.name, hive_type(field.type)] for field in table.schema]]
        for table in tables
    ]
    return hashlib.sha256(json.dumps(described).encode()).hexdigest()[:12]


def storage_descriptor(table: Table, location: str) -> StorageDescriptor:
    """Describe a table, or one of its partitions, at an `s3://` location."""
    return {
        "Columns": columns(table),
        "Location": location,
        "InputFormat": INPUT_FORMAT,
        "OutputFormat": OUTPUT_FORMAT,
        "SerdeInfo": {"SerializationLibrary": SERDE},
    }
