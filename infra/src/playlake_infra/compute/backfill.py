"""The backfill as a job of AWS Glue, with its role, and what starts it after each run.

Without the setting `backfill` none of it exists. A person starts the job, or the event of a landed
manifest. It commits what is neither committed nor rejected, so it can run beside the transformer,
and the next run goes on where one has failed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from playlake_contracts.deployed_settings import RECONCILE_DAYS
from playlake_contracts.keys import (
    CONFIG_PREFIX,
    CURATED_PREFIX,
    MANIFEST,
    QUARANTINE_PREFIX,
    RAW_PREFIX,
    REJECTED_PREFIX,
)
from playlake_contracts.version import VERSION
from playlake_infra.checks.nag_suppressions import suppress, suppress_wildcard
from playlake_infra.data.catalog import glue_arn

if TYPE_CHECKING:
    from playlake_infra.data.resources import Data
    from playlake_infra.data.storage import Storage
    from playlake_infra.settings import Settings

# Spark 3.5.6, Python 3.11: https://docs.aws.amazon.com/glue/latest/dg/release-notes.html
_GLUE_VERSION: Final = "5.1"
# 4 vCPUs, 16 GB of memory: https://docs.aws.amazon.com/glue/latest/dg/add-job.html
_WORKER: Final = "G.1X"
_LONGEST_MINUTES: Final = 48 * 60
# Where Glue writes the logs of every job.
_LOG_GROUPS: Final = "/aws-glue/jobs"
# Of a burst of runs the first starts the job; the others are waited for so long.
_BATCH_WINDOW_SECONDS: Final = 60

# What has to lie in the raw bucket before the job is started; `docs/backfill.md` says how.
CODE_PREFIX: Final = f"{CONFIG_PREFIX}backfill/{VERSION}/"
SCRIPT: Final = f"{CODE_PREFIX}backfill.py"
PACKAGE: Final = f"{CODE_PREFIX}playlake.zip"
REQUIREMENTS: Final = f"{CODE_PREFIX}requirements.txt"


class Backfill(Construct):
    """The job.

    Attributes:
        job: the job.
        role: the role with which it calls AWS.
    """

    def __init__(self, scope: Construct, name: str, settings: Settings, data: Data) -> None:
        super().__init__(scope, name)
        self._settings = settings
        self._storage = data.storage
        self.role = iam.Role(self, "Role", assumed_by=_glue_of_this_account())
        _allow(self.role, data)
        self.job = self._job()
        if settings.backfill == "after_each_run":
            self._start_after_each_run()

    def _job(self) -> glue.CfnJob:
        job = glue.CfnJob(
            self,
            "Job",
            name=self._settings.names.backfill_job,
            description="Transforms raw objects that are neither committed nor rejected",
            role=self.role.role_arn,
            command=glue.CfnJob.JobCommandProperty(
                name="glueetl", python_version="3", script_location=self._address(SCRIPT)
            ),
            glue_version=_GLUE_VERSION,
            worker_type=_WORKER,
            number_of_workers=self._settings.backfill_workers,
            timeout=_LONGEST_MINUTES,
            max_retries=0,
            # Two at once would do the same work twice, and make the same objects.
            execution_property=glue.CfnJob.ExecutionPropertyProperty(max_concurrent_runs=1),
            default_arguments=self._arguments(),
        )
        suppress(job, "GL1", "log groups of Glue are encrypted by CloudWatch, and hold no contents")
        suppress(job, "GL3", "the job has no bookmarks that could be encrypted")
        return job

    def _arguments(self) -> dict[str, str]:
        """Default arguments; a start may give others, such as --days."""
        return {
            "--lake": self._address(""),
            "--recent": str(RECONCILE_DAYS),
            "--extra-py-files": self._address(PACKAGE),
            "--additional-python-modules": self._address(REQUIREMENTS),
            "--python-modules-installer-option": "-r",
            "--job-bookmark-option": "job-bookmark-disable",
        }

    def _address(self, key: str) -> str:
        bucket = self._storage.raw.bucket_name
        return f"s3://{bucket}/{key}" if key else f"s3://{bucket}"

    def _start_after_each_run(self) -> None:
        """Start the job by the event of a manifest, the last object of a run.

        EventBridge starts no job, only a workflow, whose trigger starts the job.
        """
        bucket = cast("s3.CfnBucket", self._storage.raw.node.default_child)
        bucket.add_property_override(
            "NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled", value=True
        )
        workflow = glue.CfnWorkflow(self, "Workflow", name=self._settings.names.backfill_job)
        trigger = glue.CfnTrigger(
            self,
            "Trigger",
            name=self._settings.names.backfill_job,
            type="EVENT",
            workflow_name=workflow.name,
            event_batching_condition=glue.CfnTrigger.EventBatchingConditionProperty(
                batch_size=1, batch_window=_BATCH_WINDOW_SECONDS
            ),
            actions=[glue.CfnTrigger.ActionProperty(job_name=self.job.name)],
        )
        trigger.add_resource_dependency(workflow)
        trigger.add_resource_dependency(self.job)
        self._rule(glue_arn(f"workflow/{workflow.name}")).add_resource_dependency(trigger)

    def _rule(self, workflow_arn: str) -> events.CfnRule:
        starter = iam.Role(self, "Starter", assumed_by=iam.ServicePrincipal("events.amazonaws.com"))
        starter.add_to_principal_policy(
            iam.PolicyStatement(actions=["glue:NotifyEvent"], resources=[workflow_arn])
        )
        return events.CfnRule(
            self,
            "Landed",
            name=self._settings.names.backfill_job,
            description="A run has landed its manifest",
            event_pattern={
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {
                    "bucket": {"name": [self._storage.raw.bucket_name]},
                    "object": {"key": [{"wildcard": f"{RAW_PREFIX}*/{MANIFEST}.json"}]},
                },
            },
            targets=[
                events.CfnRule.TargetProperty(
                    arn=workflow_arn, id="workflow", role_arn=starter.role_arn
                )
            ],
        )


def _glue_of_this_account() -> iam.PrincipalBase:
    return iam.ServicePrincipal(
        "glue.amazonaws.com",
        conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
    )


def _allow(role: iam.Role, data: Data) -> None:
    """Allow what committing needs, the code of the job, and its logs."""
    _allow_objects(role, data.storage)
    _grant(
        role,
        ["glue:BatchCreatePartition", "glue:BatchUpdatePartition", "glue:GetPartition"],
        data.catalog.arns,
        "the tables of the one database",
    )
    account = f"{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}"
    _grant(
        role,
        ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
        [f"arn:{cdk.Aws.PARTITION}:logs:{account}:log-group:{_LOG_GROUPS}/*"],
        "Glue names the log groups and streams of a job",
    )


def _allow_objects(role: iam.Role, storage: Storage) -> None:
    raw, curated = storage.raw, storage.curated
    named_at_run_time = "objects are named at run time, under fixed prefixes"
    read = [raw.arn_for_objects(f"{prefix}*") for prefix in (RAW_PREFIX, CODE_PREFIX)]
    _grant(role, ["s3:GetObject"], read, named_at_run_time)
    # Without it S3 answers 403 instead of 404 for an object that was deleted meanwhile.
    _grant(role, ["s3:ListBucket"], [raw.bucket_arn])
    written = (CURATED_PREFIX, QUARANTINE_PREFIX, REJECTED_PREFIX)
    _grant(
        role,
        ["s3:GetObject", "s3:PutObject"],
        [curated.arn_for_objects(f"{prefix}*") for prefix in written],
        named_at_run_time,
    )
    role.add_to_principal_policy(
        iam.PolicyStatement(
            actions=["s3:ListBucket"],
            resources=[curated.bucket_arn],
            conditions={"StringLike": {"s3:prefix": [f"{prefix}*" for prefix in written]}},
        )
    )
    storage.allow_key(role, "kms:Decrypt", "kms:GenerateDataKey")


def _grant(
    role: iam.Role, actions: list[str], resources: list[str], wildcard_reason: str | None = None
) -> None:
    role.add_to_principal_policy(iam.PolicyStatement(actions=actions, resources=resources))
    for resource in resources if wildcard_reason is not None else ():
        if "*" in resource:
            suppress_wildcard(role, resource, wildcard_reason or "")
