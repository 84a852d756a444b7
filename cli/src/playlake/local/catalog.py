"""The Glue Data Catalog of the lake: a database, a table for each of the contracts', a crawler."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, cast

from playlake.local.resources import ACCOUNT
from playlake_contracts.hive import storage_descriptor
from playlake_contracts.tables import PARTITION_COLUMN, TABLES

if TYPE_CHECKING:
    from mypy_boto3_glue.type_defs import StorageDescriptorTypeDef, TableInputTypeDef

    from playlake.local.aws import LocalAws
    from playlake_contracts.tables import Table

_CRAWLER_ROLE = f"arn:aws:iam::{ACCOUNT}:role/playlake-crawler"


def provision_catalog(aws: LocalAws) -> None:
    """Create what is missing, and bring tables up to the contracts' columns."""
    with suppress(aws.glue.exceptions.AlreadyExistsException):
        aws.glue.create_database(DatabaseInput={"Name": aws.resources.glue_database})
    for table in TABLES.values():
        _provision_table(aws, table)
    _provision_crawler(aws)


def table_input(table: Table, location: str) -> TableInputTypeDef:
    """A table as the catalog wants it: external Parquet, partitioned by snapshot date."""
    return {
        "Name": table.name,
        "Description": f"One row is {table.row_is}.",
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"classification": "parquet"},
        "PartitionKeys": [{"Name": PARTITION_COLUMN, "Type": "string"}],
        "StorageDescriptor": cast("StorageDescriptorTypeDef", storage_descriptor(table, location)),
    }


def _provision_table(aws: LocalAws, table: Table) -> None:
    database = aws.resources.glue_database
    wanted = table_input(table, aws.resources.table_location(table.name))
    try:
        found = aws.glue.get_table(DatabaseName=database, Name=table.name)["Table"]
    except aws.glue.exceptions.EntityNotFoundException:
        aws.glue.create_table(DatabaseName=database, TableInput=wanted)
        return
    if found.get("StorageDescriptor") != wanted["StorageDescriptor"]:
        aws.glue.update_table(DatabaseName=database, TableInput=wanted)


def _provision_crawler(aws: LocalAws) -> None:
    database = aws.resources.glue_database
    # It only audits: one that has an older list of tables does no harm.
    with suppress(aws.glue.exceptions.AlreadyExistsException):
        aws.glue.create_crawler(
            Name=aws.resources.crawler,
            Role=_CRAWLER_ROLE,
            Targets={"CatalogTargets": [{"DatabaseName": database, "Tables": list(TABLES)}]},
            # The only behaviours that AWS allows for catalog targets.
            SchemaChangePolicy={"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"},
        )
