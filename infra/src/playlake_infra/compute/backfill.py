"""The backfill as a job of AWS Glue, with its role, and what starts it after each run.

Without the setting `backfill` none of it exists. A person starts the job, or the event of a landed
manifest. It commits what is neither committed nor rejected, so it can run beside the transformer,
and the next run goes on where one has failed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from aws_cdk import aws_events as events
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from playlake_contracts.deployed_settings import RECONCILE_DAYS
from playlake_contracts.keys import (
    CURATED_PREFIX,
    ERASURES_PREFIX,
    MANIFEST,
    QUARANTINE_PREFIX,
    RAW_PREFIX,
    REJECTED_PREFIX,
)
from playlake_infra.compute.glue_jobs import NAMED_AT_RUN_TIME, Program, add_job, job_role
from playlake_infra.compute.permissions import allow
from playlake_infra.data.catalog import glue_arn

if TYPE_CHECKING:
    from playlake_infra.data.resources import Data
    from playlake_infra.data.storage import Storage
    from playlake_infra.settings import Settings

# Of a burst of runs the first starts the job; the others are waited for so long.
_BATCH_WINDOW_SECONDS: Final = 60


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
        program = _program(settings)
        self.role = job_role(self, program, data.storage)
        _allow(self.role, data)
        self.job = add_job(self, settings, program, self.role, data.storage)
        if settings.backfill == "after_each_run":
            self._start_after_each_run()

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


def _program(settings: Settings) -> Program:
    return Program(
        job=settings.names.backfill_job,
        description="Transforms raw objects that are neither committed nor rejected",
        folder="backfill",
        script="backfill.py",
        workers=settings.backfill_workers,
        arguments={"--recent": str(RECONCILE_DAYS)},
    )


def _allow(role: iam.Role, data: Data) -> None:
    """Allow what committing needs."""
    _allow_objects(role, data.storage)
    allow(
        role,
        ["glue:BatchCreatePartition", "glue:BatchUpdatePartition", "glue:GetPartition"],
        data.catalog.arns,
        wildcard_reason="the tables of the one database",
    )


def _allow_objects(role: iam.Role, storage: Storage) -> None:
    raw, curated = storage.raw, storage.curated
    read = [raw.arn_for_objects(f"{RAW_PREFIX}*")]
    allow(role, ["s3:GetObject"], read, wildcard_reason=NAMED_AT_RUN_TIME)
    allow(
        role,
        ["s3:ListBucket"],
        [raw.bucket_arn],
        conditions={"StringLike": {"s3:prefix": [f"{RAW_PREFIX}*", f"{ERASURES_PREFIX}*"]}},
    )
    written = (CURATED_PREFIX, QUARANTINE_PREFIX, REJECTED_PREFIX)
    allow(
        role,
        ["s3:GetObject", "s3:PutObject"],
        [curated.arn_for_objects(f"{prefix}*") for prefix in written],
        wildcard_reason=NAMED_AT_RUN_TIME,
    )
    allow(
        role,
        ["s3:ListBucket"],
        [curated.bucket_arn],
        conditions={"StringLike": {"s3:prefix": [f"{prefix}*" for prefix in written]}},
    )
