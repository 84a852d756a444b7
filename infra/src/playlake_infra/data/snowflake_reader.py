"""The role by which Snowflake reads the tables, and the events that tell it of new files.

It reads what is under the curated prefix; with the setting `iceberg` also the Iceberg tables, their
metadata and their database. It writes nothing. Without the setting `snowflake` none of it exists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from playlake_contracts.keys import CURATED_PREFIX, ICEBERG_PREFIX
from playlake_infra.compute.permissions import allow
from playlake_infra.data.catalog import glue_database_arns
from playlake_infra.data.queue import send_events

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_infra.data.snowflake_account import SnowflakeAccount
    from playlake_infra.data.storage import Storage
    from playlake_infra.settings import Settings


class SnowflakeReader(Construct):
    """The role, and the events of the curated bucket.

    Attributes:
        role: what Snowflake assumes, with its external id.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        settings: Settings,
        storage: Storage,
        account: SnowflakeAccount,
    ) -> None:
        super().__init__(scope, name)
        self.role = iam.Role(
            self,
            "Role",
            # Snowflake is given its ARN before it exists.
            role_name=settings.names.snowflake_role(cdk.Aws.REGION),
            description="Snowflake reads the tables",
            assumed_by=iam.CompositePrincipal(*map(iam.ArnPrincipal, account.user_arns)),
            external_ids=[account.external_id],
        )
        prefixes = [CURATED_PREFIX, *([ICEBERG_PREFIX] if settings.has_iceberg else [])]
        self._allow(storage, prefixes)
        if settings.has_iceberg:
            self._allow_catalog(settings.names.iceberg_database)
        if account.queue_arn is not None:
            send_events(storage.curated, CURATED_PREFIX, account.queue_arn)

    def _allow(self, storage: Storage, prefixes: Sequence[str]) -> None:
        """Allow what Snowflake documents for reading.

        https://docs.snowflake.com/en/user-guide/data-load-s3-config-storage-integration
        """
        bucket = storage.curated
        objects = [bucket.arn_for_objects(f"{prefix}*") for prefix in prefixes]
        allow(
            self.role,
            ["s3:GetObject", "s3:GetObjectVersion"],
            objects,
            wildcard_reason="objects are named at run time, under fixed prefixes",
        )
        allow(self.role, ["s3:GetBucketLocation"], [bucket.bucket_arn])
        only_tables = {"StringLike": {"s3:prefix": [f"{prefix}*" for prefix in prefixes]}}
        allow(self.role, ["s3:ListBucket"], [bucket.bucket_arn], conditions=only_tables)
        storage.allow_key(self.role, "kms:Decrypt")

    def _allow_catalog(self, database: str) -> None:
        """Allow what Snowflake documents for Glue's Iceberg REST endpoint.

        https://docs.snowflake.com/en/user-guide/tables-iceberg-configure-catalog-integration-rest-glue
        """
        arns = glue_database_arns(database)
        actions = ["GetCatalog", "GetDatabase", "GetDatabases", "GetTable", "GetTables"]
        allow(
            self.role,
            [f"glue:{action}" for action in actions],
            arns,
            wildcard_reason="the tables of the one database",
        )
