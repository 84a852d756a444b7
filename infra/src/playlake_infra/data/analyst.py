"""The managed policy of an analyst: to query the tables by Athena. Only with `analyst_policy`.

An administrator attaches it to whom they like. It reads neither raw objects nor quarantine, whose
JSON is that of the source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from playlake_contracts.keys import COMPACTED_PREFIX, CURATED_PREFIX, ICEBERG_PREFIX
from playlake_contracts.resource_names import QUERY_RESULTS_PREFIX
from playlake_infra.checks.nag_suppressions import suppress_wildcard
from playlake_infra.compute.permissions import with_account
from playlake_infra.data.catalog import glue_arn
from playlake_infra.data.storage import use_through_s3

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_infra.data.resources import Data
    from playlake_infra.settings import Settings

_READ: Final = (CURATED_PREFIX, COMPACTED_PREFIX, ICEBERG_PREFIX)
_QUERY: Final = (
    "BatchGetNamedQuery",
    "BatchGetQueryExecution",
    "GetNamedQuery",
    "GetQueryExecution",
    "GetQueryResults",
    "GetQueryResultsStream",
    "GetWorkGroup",
    "ListNamedQueries",
    "ListQueryExecutions",
    "StartQueryExecution",
    "StopQueryExecution",
)
_LOOK: Final = (
    "GetDatabase",
    "GetDatabases",
    "GetPartition",
    "GetPartitions",
    "GetTable",
    "GetTables",
)


class Analyst(Construct):
    """The policy.

    Attributes:
        policy: the policy.
    """

    def __init__(self, scope: Construct, name: str, settings: Settings, data: Data) -> None:
        super().__init__(scope, name)
        self._settings = settings
        self._data = data
        self.policy = iam.ManagedPolicy(
            self,
            "Policy",
            managed_policy_name=settings.names.analyst_policy(cdk.Aws.REGION),
            description=f"Queries the tables of {settings.name} by Athena",
            statements=[*self._catalog(), *self._objects()],
        )
        for statement in self.policy.document.to_json()["Statement"]:
            resources = statement["Resource"]
            for each in resources if isinstance(resources, list) else [resources]:
                if "*" in str(cdk.Stack.of(self).resolve(each)):
                    suppress_wildcard(self.policy, each, "tables and objects are named at run time")

    def _catalog(self) -> Iterator[iam.PolicyStatement]:
        names = self._settings.names
        region = f"{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}"
        workgroup = f"arn:{cdk.Aws.PARTITION}:athena:{region}:workgroup/{names.workgroup}"
        yield iam.PolicyStatement(
            actions=[f"athena:{action}" for action in _QUERY], resources=[workgroup]
        )
        databases = (names.glue_database, names.compacted_database, names.iceberg_database)
        yield iam.PolicyStatement(
            actions=[f"glue:{action}" for action in _LOOK],
            resources=[
                glue_arn("catalog"),
                *(glue_arn(f"database/{each}") for each in databases),
                *(glue_arn(f"table/{each}/*") for each in databases),
            ],
        )

    def _objects(self) -> Iterator[iam.PolicyStatement]:
        curated = self._data.storage.curated
        results = curated.arn_for_objects(f"{QUERY_RESULTS_PREFIX}*")
        listed = [f"{prefix}*" for prefix in (*_READ, QUERY_RESULTS_PREFIX)]
        for actions, resources, conditions in (
            (["s3:GetObject"], [curated.arn_for_objects(f"{each}*") for each in _READ], {}),
            (
                [
                    "s3:AbortMultipartUpload",
                    "s3:GetObject",
                    "s3:ListMultipartUploadParts",
                    "s3:PutObject",
                ],
                [results],
                {},
            ),
            (["s3:GetBucketLocation"], [curated.bucket_arn], {}),
            (["s3:ListBucket"], [curated.bucket_arn], {"StringLike": {"s3:prefix": listed}}),
        ):
            yield iam.PolicyStatement(
                actions=actions,
                resources=resources,
                conditions=with_account(actions, conditions),
            )
        if self._data.storage.key is not None:
            yield use_through_s3(self._data.storage.key, ["kms:Decrypt", "kms:GenerateDataKey"])
