"""The role by which Snowflake reads the tables, and the events that tell it of new files.

It reads what is under the curated prefix, and nothing else. Without the setting `snowflake` none
of it exists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from playlake_contracts.keys import CURATED_PREFIX
from playlake_infra.checks.nag_suppressions import suppress_wildcard
from playlake_infra.data.queue import send_events

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        self._allow(storage)
        if account.queue_arn is not None:
            send_events(storage.curated, CURATED_PREFIX, account.queue_arn)

    def _allow(self, storage: Storage) -> None:
        """Allow what Snowflake documents for reading.

        https://docs.snowflake.com/en/user-guide/data-load-s3-config-storage-integration
        """
        bucket = storage.curated
        objects = bucket.arn_for_objects(f"{CURATED_PREFIX}*")
        self._add(["s3:GetObject", "s3:GetObjectVersion"], objects)
        suppress_wildcard(self.role, objects, "objects are named at run time, under a fixed prefix")
        self._add(["s3:GetBucketLocation"], bucket.bucket_arn)
        only_tables = {"StringLike": {"s3:prefix": [f"{CURATED_PREFIX}*"]}}
        self._add(["s3:ListBucket"], bucket.bucket_arn, only_tables)
        storage.allow_key(self.role, "kms:Decrypt")

    def _add(
        self, actions: list[str], resource: str, conditions: Mapping[str, object] | None = None
    ) -> None:
        statement = iam.PolicyStatement(
            actions=actions, resources=[resource], conditions=conditions or {}
        )
        self.role.add_to_principal_policy(statement)
