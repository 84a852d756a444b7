"""What the transformer may do to query the lake; only for the page and for notices.

Queries go through the one workgroup, which limits what each may scan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk

from playlake_contracts.keys import COMPACTED_PREFIX
from playlake_contracts.resource_names import QUERY_RESULTS_PREFIX
from playlake_infra.data.catalog import glue_arn

if TYPE_CHECKING:
    from playlake_infra.compute.task import Task
    from playlake_infra.data.resources import Data
    from playlake_infra.settings import Settings

_LISTED = (COMPACTED_PREFIX, QUERY_RESULTS_PREFIX)
_NAMED_AT_RUN_TIME = "objects are named at run time, under fixed prefixes"


def allow_queries(task: Task, settings: Settings, data: Data) -> None:
    """Allow the task to query the lake."""
    region = f"{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}"
    workgroup = f"arn:{cdk.Aws.PARTITION}:athena:{region}:workgroup/{settings.names.workgroup}"
    task.allow(
        [
            "athena:GetQueryExecution",
            "athena:GetQueryResults",
            "athena:StartQueryExecution",
            "athena:StopQueryExecution",
        ],
        [workgroup],
    )
    compacted = data.catalog.compacted
    task.allow(
        ["glue:GetDatabase", "glue:GetPartition", "glue:GetPartitions", "glue:GetTable"],
        [
            *data.catalog.arns,
            glue_arn(f"database/{compacted}"),
            glue_arn(f"table/{compacted}/*"),
        ],
        wildcard_reason="the tables of the two databases",
    )
    _allow_results(task, data)


def _allow_results(task: Task, data: Data) -> None:
    curated = data.storage.curated
    task.allow(
        ["s3:GetObject"],
        [curated.arn_for_objects(f"{COMPACTED_PREFIX}*")],
        wildcard_reason=_NAMED_AT_RUN_TIME,
    )
    task.allow(
        ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"],
        [curated.arn_for_objects(f"{QUERY_RESULTS_PREFIX}*")],
        wildcard_reason=_NAMED_AT_RUN_TIME,
    )
    task.allow(["s3:GetBucketLocation"], [curated.bucket_arn])
    task.allow(
        ["s3:ListBucket"],
        [curated.bucket_arn],
        conditions={"StringLike": {"s3:prefix": [f"{prefix}*" for prefix in _LISTED]}},
    )
