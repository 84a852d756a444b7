"""The Glue Data Catalog: the tables of the contracts, and the compacted ones in another database.

The tables of the history are compacted only. Views in the first database have their rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
from aws_cdk import aws_glue as glue
from constructs import Construct

from playlake_contracts.athena_views import history_view
from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.hive import (
    TABLE_PARAMETERS,
    compacted_parameters,
    compacted_partition_keys,
    partition_keys,
    storage_descriptor,
)
from playlake_contracts.keys import compacted_prefix, table_prefix
from playlake_contracts.tables import COMPACTED_TABLES, TABLES

if TYPE_CHECKING:
    from playlake_contracts.tables import Table
    from playlake_infra.data.storage import Storage
    from playlake_infra.settings import Settings


class Catalog(Construct):
    """The databases and their tables.

    Attributes:
        database: the name of the Glue database.
        compacted: the name of the database of the compacted tables.
        tables: the tables of the first one, without views.
        arns: the ARNs of the catalog, the first database and its tables.
        view_arns: the ARNs of the catalog, the first database and the views of the history, which
            a compaction brings up to date.
    """

    def __init__(self, scope: Construct, name: str, settings: Settings, storage: Storage) -> None:
        super().__init__(scope, name)
        self._bucket = f"s3://{storage.curated.bucket_name}/"
        self.database = settings.names.glue_database
        self.compacted = settings.names.compacted_database
        self.arns = glue_database_arns(self.database)
        of_database = self.arns[:2]
        self.view_arns = [
            *of_database,
            *(glue_arn(f"table/{self.database}/{view}") for view in HISTORY_TABLES),
        ]
        database = self._database("Database", self.database, f"The playlists of {settings.name}")
        self.tables = [self._table(table, database) for table in TABLES.values()]
        self._compacted_tables(settings)
        for view in HISTORY_TABLES:
            made = history_view(view, self.database, self.compacted)
            self._declare(f"View-{view}", self.database, made, database)

    def _database(self, resource: str, name: str, description: str) -> glue.CfnDatabase:
        return glue.CfnDatabase(
            self,
            resource,
            catalog_id=cdk.Aws.ACCOUNT_ID,
            database_input=glue.CfnDatabase.DatabaseInputProperty(
                name=name, description=description
            ),
        )

    def _table(self, table: Table, database: glue.CfnDatabase) -> cdk.CfnResource:
        location = f"{self._bucket}{table_prefix(table.name)}"
        made = _files(table, location) | {
            "Parameters": dict(TABLE_PARAMETERS),
            "PartitionKeys": partition_keys(),
        }
        return self._declare(f"Table-{table.name}", self.database, made, database)

    def _compacted_tables(self, settings: Settings) -> None:
        database = self._database(
            "CompactedDatabase", self.compacted, f"The closed days of {settings.name}, compacted"
        )
        tables = [*(TABLES[name] for name in COMPACTED_TABLES), *HISTORY_TABLES.values()]
        for table in tables:
            location = f"{self._bucket}{compacted_prefix(table.name)}"
            made = _files(table, location) | {
                "Parameters": compacted_parameters(location),
                "PartitionKeys": compacted_partition_keys(),
            }
            self._declare(f"Compacted-{table.name}", self.compacted, made, database)

    def _declare(
        self, resource: str, database: str, table: dict[str, Any], after: glue.CfnDatabase
    ) -> cdk.CfnResource:
        # The contracts use the names of Glue's API, so the properties are passed as they are.
        declared = cdk.CfnResource(
            self,
            resource,
            type="AWS::Glue::Table",
            properties={
                "CatalogId": cdk.Aws.ACCOUNT_ID,
                "DatabaseName": database,
                "TableInput": table,
            },
        )
        declared.add_resource_dependency(after)
        return declared


def _files(table: Table, location: str) -> dict[str, Any]:
    """What all tables of files have in common."""
    return {
        "Name": table.name,
        "Description": f"One row is {table.row_is}.",
        "TableType": "EXTERNAL_TABLE",
        "StorageDescriptor": storage_descriptor(table, location),
    }


def glue_database_arns(database: str) -> list[str]:
    """The ARNs of the catalog, a database and all its tables, as Glue wants them together."""
    return [
        glue_arn("catalog"),
        glue_arn(f"database/{database}"),
        glue_arn(f"table/{database}/*"),
    ]


def glue_arn(resource: str) -> str:
    """The ARN of a resource of Glue."""
    account = f"{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}"
    return f"arn:{cdk.Aws.PARTITION}:glue:{account}:{resource}"
