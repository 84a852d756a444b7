"""Everything that the lake needs on the local AWS, created once: a second time changes nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from playlake.local.catalog import provision_catalog
from playlake_contracts import keys

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import QueueConfigurationOutputTypeDef
    from mypy_boto3_sqs.literals import QueueAttributeNameType

    from playlake.local.aws import LocalAws

VISIBILITY = timedelta(seconds=60)
DEAD_LETTER_RETENTION = timedelta(days=14)
# A transformer that is killed burns a receive of whatever it held, through no fault of theirs.
MAX_RECEIVE_COUNT = 10


def provision(aws: LocalAws, *, visibility: timedelta = VISIBILITY) -> None:
    """Create what is missing and correct what differs.

    Args:
        aws: where.
        visibility: how long a message that was received stays hidden before it comes again.
    """
    _provision_buckets(aws)
    _provision_queues(aws, visibility)
    _provision_notification(aws)
    provision_catalog(aws)
    _provision_workgroup(aws)


def _provision_buckets(aws: LocalAws) -> None:
    raw = aws.resources.raw_bucket
    aws.s3.create_bucket(Bucket=raw)
    aws.s3.put_bucket_versioning(Bucket=raw, VersioningConfiguration={"Status": "Enabled"})
    aws.s3.create_bucket(Bucket=aws.resources.curated_bucket)


def _provision_queues(aws: LocalAws, visibility: timedelta) -> None:
    retention = _seconds(DEAD_LETTER_RETENTION)
    dead_letters = aws.resources.dead_letter_queue
    _provision_queue(aws, dead_letters, {"MessageRetentionPeriod": retention})
    redrive = {
        "deadLetterTargetArn": aws.resources.dead_letter_queue_arn,
        "maxReceiveCount": MAX_RECEIVE_COUNT,
    }
    _provision_queue(
        aws,
        aws.resources.queue,
        {"VisibilityTimeout": _seconds(visibility), "RedrivePolicy": json.dumps(redrive)},
    )


def _provision_queue(
    aws: LocalAws, name: str, attributes: dict[QueueAttributeNameType, str]
) -> None:
    try:
        url = aws.sqs.get_queue_url(QueueName=name)["QueueUrl"]
    except aws.sqs.exceptions.QueueDoesNotExist:
        # MiniStack would also create a second one, if the first was made on another port.
        url = aws.sqs.create_queue(QueueName=name)["QueueUrl"]
    aws.sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)


def _provision_notification(aws: LocalAws) -> None:
    bucket = aws.resources.raw_bucket
    wanted: QueueConfigurationOutputTypeDef = {
        "Id": "raw-objects",
        "QueueArn": aws.resources.queue_arn,
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": keys.RAW_PREFIX}]}},
    }
    found = aws.s3.get_bucket_notification_configuration(Bucket=bucket)
    # Putting it sends a test event to the queue, even when nothing changes.
    if found.get("QueueConfigurations") != [wanted]:
        aws.s3.put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [wanted]}
        )


def _provision_workgroup(aws: LocalAws) -> None:
    name = aws.resources.workgroup
    try:
        aws.athena.get_work_group(WorkGroup=name)
    except aws.athena.exceptions.InvalidRequestException:
        location = aws.resources.results_location
        aws.athena.create_work_group(
            Name=name, Configuration={"ResultConfiguration": {"OutputLocation": location}}
        )


def _seconds(duration: timedelta) -> str:
    return str(int(duration.total_seconds()))
