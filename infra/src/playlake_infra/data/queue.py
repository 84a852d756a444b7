"""The queue of S3's events of raw objects, and its dead-letter queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import aws_cdk as cdk
from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from playlake_contracts.deployed_settings import VISIBILITY_TIMEOUT_SECONDS
from playlake_contracts.keys import RAW_PREFIX
from playlake_infra.data.storage import raw_bucket_name

if TYPE_CHECKING:
    from playlake_infra.settings import Settings

# The transformer decides which message can never be processed. What SQS counts are receives, which
# an outage or a killed transformer uses up as well, so this is the most that SQS allows.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
MAX_RECEIVE_COUNT = 1_000
# A message that moves keeps its first timestamp, so the dead-letter queue retains it longer.
_RETENTION = Duration.days(4)
_DEAD_LETTER_RETENTION = Duration.days(14)


class RawEvents(Construct):
    """The queue that S3 sends events of raw objects to; only the raw bucket may send.

    Attributes:
        dead_letters: messages received too often, and those that the transformer rejects.
        queue: what the transformer consumes.
        overwrites: what it hands over to the overwriter.
    """

    def __init__(self, scope: Construct, name: str, settings: Settings) -> None:
        super().__init__(scope, name)
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            queue_name=settings.names.dead_letter_queue,
            retention_period=_DEAD_LETTER_RETENTION,
        )
        self.queue = self._queue("Queue", settings.names.queue)
        self.overwrites = self._queue("Overwrites", settings.names.overwrites_queue)
        self.queue.add_to_resource_policy(self._from_raw_bucket(settings))

    def _queue(self, name: str, queue_name: str) -> sqs.Queue:
        return sqs.Queue(
            self,
            name,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            queue_name=queue_name,
            retention_period=_RETENTION,
            visibility_timeout=Duration.seconds(VISIBILITY_TIMEOUT_SECONDS),
            receive_message_wait_time=Duration.seconds(20),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letters, max_receive_count=MAX_RECEIVE_COUNT
            ),
        )

    def _from_raw_bucket(self, settings: Settings) -> iam.PolicyStatement:
        bucket_arn = f"arn:{cdk.Aws.PARTITION}:s3:::{raw_bucket_name(self, settings)}"
        return iam.PolicyStatement(
            sid="EventsOfTheRawBucket",
            principals=[iam.ServicePrincipal("s3.amazonaws.com")],
            actions=["sqs:SendMessage"],
            resources=[self.queue.queue_arn],
            conditions={
                "ArnEquals": {"aws:SourceArn": bucket_arn},
                "StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID},
            },
        )


def send_events(bucket: s3.Bucket, prefix: str, queue_arn: str) -> None:
    """Send an event to a queue for every object that is created under a prefix of a bucket.

    A bucket has one configuration of notifications, and this is all of it.
    """
    resource = cast("s3.CfnBucket", bucket.node.default_child)
    rule = s3.CfnBucket.FilterRuleProperty(name="prefix", value=prefix)
    resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
        queue_configurations=[
            s3.CfnBucket.QueueConfigurationProperty(
                event="s3:ObjectCreated:*",
                queue=queue_arn,
                filter=s3.CfnBucket.NotificationFilterProperty(
                    s3_key=s3.CfnBucket.S3KeyFilterProperty(rules=[rule])
                ),
            )
        ]
    )


def send_raw_events(bucket: s3.Bucket, queue: sqs.Queue) -> None:
    """Send an event to the queue for every object that is created under the raw prefix.

    There is no suffix filter, so that an object with an invalid key is rejected, not ignored.
    S3 tests the queue when the notification is configured, so the queue's policy is created
    before the bucket; it names the bucket by its name, which avoids a cycle.
    """
    send_events(bucket, RAW_PREFIX, queue.queue_arn)
    resource = cast("s3.CfnBucket", bucket.node.default_child)
    policy = cast("sqs.CfnQueuePolicy", queue.node.find_child("Policy").node.default_child)
    resource.add_resource_dependency(policy)
