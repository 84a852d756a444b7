"""Jobs of AWS Glue that run a program of ours on Spark: the job, its role, its code, its logs.

The code of a job lies in the raw bucket, by version; `docs/backfill.md` says how it gets there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam

from playlake_contracts.keys import CONFIG_PREFIX
from playlake_contracts.version import VERSION
from playlake_infra.checks.nag_suppressions import suppress
from playlake_infra.compute.permissions import allow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct

    from playlake_infra.data.storage import Storage
    from playlake_infra.settings import Settings

# 4 vCPUs, 16 GB of memory: https://docs.aws.amazon.com/glue/latest/dg/add-job.html
_WORKER: Final = "G.1X"
_LONGEST_MINUTES: Final = 48 * 60
# Where Glue writes the logs of every job.
_LOG_GROUPS: Final = "/aws-glue/jobs"

NAMED_AT_RUN_TIME: Final = "objects are named at run time, under fixed prefixes"


@dataclass(frozen=True, slots=True)
class Program:
    """A program that a job runs.

    Attributes:
        job: the name of the job.
        description: what it does, in a sentence.
        folder: the folder of its code in the raw bucket, such as `backfill`.
        script: the name of its script there.
        workers: the number of its workers.
        arguments: default arguments, beside the lake; a start may give others.
    """

    job: str
    description: str
    folder: str
    script: str
    workers: int
    arguments: Mapping[str, str] = field(default_factory=dict)

    @property
    def code_prefix(self) -> str:
        """The prefix of its code in the raw bucket."""
        return f"{CONFIG_PREFIX}{self.folder}/{VERSION}/"


def job_role(scope: Construct, program: Program, storage: Storage) -> iam.Role:
    """The role of a job, with its code and its logs."""
    of_this_account = iam.ServicePrincipal(
        "glue.amazonaws.com",
        conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
    )
    role = iam.Role(scope, "Role", assumed_by=of_this_account)
    code = storage.raw.arn_for_objects(f"{program.code_prefix}*")
    allow(role, ["s3:GetObject"], [code], wildcard_reason=NAMED_AT_RUN_TIME)
    account = f"{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}"
    allow(
        role,
        ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
        [f"arn:{cdk.Aws.PARTITION}:logs:{account}:log-group:{_LOG_GROUPS}/*"],
        wildcard_reason="Glue names the log groups and streams of a job",
    )
    storage.allow_key(role, "kms:Decrypt", "kms:GenerateDataKey")
    return role


def add_job(
    scope: Construct, settings: Settings, program: Program, role: iam.Role, storage: Storage
) -> glue.CfnJob:
    """Add the job of a program."""

    def address(key: str) -> str:
        return f"s3://{storage.raw.bucket_name}/{program.code_prefix}{key}"

    job = glue.CfnJob(
        scope,
        "Job",
        name=program.job,
        description=program.description,
        role=role.role_arn,
        command=glue.CfnJob.JobCommandProperty(
            name="glueetl", python_version="3", script_location=address(program.script)
        ),
        glue_version=settings.glue_version,
        worker_type=_WORKER,
        number_of_workers=program.workers,
        timeout=_LONGEST_MINUTES,
        max_retries=0,
        # Two at once would do the same work twice, and make the same objects.
        execution_property=glue.CfnJob.ExecutionPropertyProperty(max_concurrent_runs=1),
        default_arguments={
            "--lake": f"s3://{storage.raw.bucket_name}",
            **program.arguments,
            "--extra-py-files": address("playlake.zip"),
            "--additional-python-modules": address("requirements.txt"),
            "--python-modules-installer-option": "-r",
            "--job-bookmark-option": "job-bookmark-disable",
        },
    )
    suppress(job, "GL1", "log groups of Glue are encrypted by CloudWatch, and hold no contents")
    suppress(job, "GL3", "the job has no bookmarks that could be encrypted")
    return job
