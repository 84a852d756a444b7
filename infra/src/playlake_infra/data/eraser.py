"""The role that takes out of the lake what belongs to a person; only with the setting `eraser`.

It alone may replace raw objects and delete old versions, so a person assumes it, and no task.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from playlake_contracts.keys import (
    COMPACTED_PREFIX,
    COVERS_PREFIX,
    CURATED_PREFIX,
    ERASURES_PREFIX,
    FAILURES_PREFIX,
    ICEBERG_PREFIX,
    QUARANTINE_PREFIX,
    RAW_PREFIX,
    REJECTED_PREFIX,
    STATE_PREFIX,
)
from playlake_contracts.resource_names import QUERY_RESULTS_PREFIX
from playlake_infra.compute.permissions import allow
from playlake_infra.data.catalog import glue_arn

if TYPE_CHECKING:
    from aws_cdk import aws_s3 as s3

    from playlake_infra.data.resources import Data
    from playlake_infra.settings import Settings

_LONGEST_SESSION: Final = cdk.Duration.hours(12)
_OF_RAW: Final = (RAW_PREFIX, STATE_PREFIX, COVERS_PREFIX, ERASURES_PREFIX)
_OF_CURATED: Final = (
    CURATED_PREFIX,
    QUARANTINE_PREFIX,
    REJECTED_PREFIX,
    FAILURES_PREFIX,
    COMPACTED_PREFIX,
    ICEBERG_PREFIX,
    STATE_PREFIX,
    QUERY_RESULTS_PREFIX,
)


class Eraser(Construct):
    """The role.

    Attributes:
        role: the role.
    """

    def __init__(self, scope: Construct, name: str, settings: Settings, data: Data) -> None:
        super().__init__(scope, name)
        self.role = iam.Role(
            self,
            "Role",
            role_name=settings.names.eraser_role(cdk.Aws.REGION),
            description="Takes out of the lake what belongs to a person",
            # Whoever an administrator of this account allows to assume it.
            assumed_by=iam.AccountPrincipal(cdk.Aws.ACCOUNT_ID),
            max_session_duration=_LONGEST_SESSION,
        )
        self._allow_objects(data.storage.raw, _OF_RAW)
        self._allow_objects(data.storage.curated, _OF_CURATED)
        data.storage.allow_key(self.role, "kms:Decrypt", "kms:GenerateDataKey")
        self._allow_catalog(settings, data)
        self._allow_messages(data)

    def _allow_objects(self, bucket: s3.Bucket, prefixes: tuple[str, ...]) -> None:
        allow(
            self.role,
            [
                "s3:AbortMultipartUpload",
                "s3:DeleteObject",
                "s3:DeleteObjectVersion",
                "s3:GetObject",
                "s3:GetObjectVersion",
                "s3:PutObject",
            ],
            [bucket.arn_for_objects(f"{prefix}*") for prefix in prefixes],
            wildcard_reason="what belongs to a person can be in any object, under these prefixes",
        )
        allow(
            self.role,
            ["s3:ListBucket", "s3:ListBucketVersions"],
            [bucket.bucket_arn],
            conditions={"StringLike": {"s3:prefix": [f"{prefix}*" for prefix in prefixes]}},
        )

    def _allow_catalog(self, settings: Settings, data: Data) -> None:
        """Allow bringing the catalog to the files: views, partitions and Iceberg tables."""
        iceberg = settings.names.iceberg_database
        allow(
            self.role,
            [
                "glue:BatchCreatePartition",
                "glue:BatchUpdatePartition",
                "glue:GetDatabase",
                "glue:GetPartition",
                "glue:GetPartitions",
                "glue:GetTable",
                "glue:GetTables",
                "glue:UpdateTable",
            ],
            _in_glue(data.catalog.database, data.catalog.compacted, iceberg),
            wildcard_reason="the tables of the three databases",
        )
        # Iceberg tables are dropped and made anew, because their metadata has bounds of columns.
        allow(
            self.role,
            ["glue:CreateDatabase", "glue:CreateTable", "glue:DeleteTable"],
            _in_glue(iceberg),
            wildcard_reason="the tables of the one database",
        )

    def _allow_messages(self, data: Data) -> None:
        """Allow deleting dead letters, whose bodies and reasons can hold names."""
        allow(
            self.role,
            [
                "sqs:ChangeMessageVisibility",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:GetQueueUrl",
                "sqs:ReceiveMessage",
            ],
            [data.events.dead_letters.queue_arn],
        )


_IN_GLUE: Final = (("database", ""), ("table", "/*"))


def _in_glue(*databases: str) -> list[str]:
    """The ARNs of the catalog, of databases and of all of their tables."""
    found = [glue_arn(f"{kind}/{name}{rest}") for name in databases for kind, rest in _IN_GLUE]
    return [glue_arn("catalog"), *found]
