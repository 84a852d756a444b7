"""The Glue Data Catalog: the database, with the tables of the contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_glue as glue
from constructs import Construct

from playlake_contracts.hive import TABLE_PARAMETERS, partition_keys, storage_descriptor
from playlake_contracts.keys import table_prefix
from playlake_contracts.tables import TABLES

if TYPE_CHECKING:
    from playlake_contracts.tables import Table
    from playlake_infra.data.storage import Storage
    from playlake_infra.settings import Settings


class Catalog(Construct):
    """The database and its tables.

    Attributes:
        database: the name of the Glue database.
        tables: the tables.
        arns: the ARNs of the catalog, the database and its tables.
    """

    def __init__(self, scope: Construct, name: str, settings: Settings, storage: Storage) -> None:
        super().__init__(scope, name)
        self._storage = storage
        self.database = settings.names.glue_database
        self.arns = [
            glue_arn("catalog"),
            glue_arn(f"database/{self.database}"),
            glue_arn(f"table/{self.database}/*"),
        ]
        database = self._database(settings)
        self.tables = [self._table(table, database) for table in TABLES.values()]

    def _database(self, settings: Settings) -> glue.CfnDatabase:
        return glue.CfnDatabase(
            self,
            "Database",
            catalog_id=cdk.Aws.ACCOUNT_ID,
            database_input=glue.CfnDatabase.DatabaseInputProperty(
                name=self.database, description=f"The playlists of {settings.name}"
            ),
        )

    def _table(self, table: Table, database: glue.CfnDatabase) -> cdk.CfnResource:
        location = f"s3://{self._storage.curated.bucket_name}/{table_prefix(table.name)}"
        # The contracts use the names of Glue's API, so the properties are passed as they are.
        resource = cdk.CfnResource(
            self,
            f"Table-{table.name}",
            type="AWS::Glue::Table",
            properties={
                "CatalogId": cdk.Aws.ACCOUNT_ID,
                "DatabaseName": self.database,
                "TableInput": {
                    "Name": table.name,
                    "Description": f"One row is {table.row_is}.",
                    "TableType": "EXTERNAL_TABLE",
                    "Parameters": dict(TABLE_PARAMETERS),
                    "PartitionKeys": partition_keys(),
                    "StorageDescriptor": storage_descriptor(table, location),
                },
            },
        )
        resource.add_resource_dependency(database)
        return resource


def glue_arn(resource: str) -> str:
    """The ARN of a resource of Glue."""
    account = f"{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}"
    return f"arn:{cdk.Aws.PARTITION}:glue:{account}:{resource}"
