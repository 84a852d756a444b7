from dataclasses import replace

import pyarrow as pa
import pytest

from playlake_contracts.hive import (
    PARTITION_PARAMETERS,
    columns,
    hive_type,
    partition_keys,
    schema_digest,
    storage_descriptor,
)
from playlake_contracts.tables import TABLES, Table

HIVE_TYPES = {"string", "boolean", "int", "bigint", "double", "date", "timestamp"}

every_table = pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)


@every_table
def test_every_column_has_a_type_that_athena_knows(table: Table) -> None:
    assert {hive_type(field.type) for field in table.schema} <= HIVE_TYPES


@every_table
def test_the_partition_key_is_not_a_column_of_a_table(table: Table) -> None:
    """Glue refuses a partition key that is a column as well."""
    names = [column["Name"] for column in columns(table)]
    assert names == table.schema.names
    assert not set(names) & {key["Name"] for key in partition_keys()}


def test_a_column_reaches_the_catalog_with_its_type_and_its_description() -> None:
    found = {column["Name"]: column for column in columns(TABLES["albums"])}
    assert found["release_date"] == {
        "Name": "release_date",
        "Type": "date",
        "Comment": "the release date; of a year or a month, its first day",
    }


def test_a_type_that_athena_does_not_know_is_refused() -> None:
    with pytest.raises(KeyError):
        hive_type(pa.list_(pa.string()))


def test_a_registered_day_has_the_parameters_that_a_crawler_compares() -> None:
    assert PARTITION_PARAMETERS == {
        "classification": "parquet",
        "compressionType": "none",
        "typeOfData": "file",
    }


def test_the_digest_of_the_schema_changes_with_a_column_and_not_otherwise() -> None:
    tables = list(TABLES.values())
    wider = replace(tables[0], schema=tables[0].schema.append(pa.field("synthetic", pa.string())))
    assert schema_digest(tables) == schema_digest(TABLES.values())
    assert schema_digest([wider, *tables[1:]]) != schema_digest(tables)


def test_a_table_and_its_partitions_are_parquet_at_their_locations() -> None:
    stored = storage_descriptor(TABLES["tracks"], "s3://curated/tracks/")
    assert stored["Location"] == "s3://curated/tracks/"
    assert stored["Columns"] == columns(TABLES["tracks"])
    parquet = [
        stored["InputFormat"],
        stored["OutputFormat"],
        stored["SerdeInfo"]["SerializationLibrary"],
    ]
    assert all(name.startswith("org.apache.hadoop.hive.ql.io.parquet.") for name in parquet)


@every_table
def test_glue_takes_every_description(table: Table) -> None:
    """https://docs.aws.amazon.com/glue/latest/webapi/API_Column.html."""
    assert {one["Name"] for one in columns(table) if len(one["Comment"]) > 255} == set()
