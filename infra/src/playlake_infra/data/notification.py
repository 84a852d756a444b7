"""The raw bucket announces every new raw object to the queue: no custom resource, no cycle.

The queue's policy names the bucket by its name, so it stands before the bucket does, as S3
demands: it tries the queue when the notification is configured.
"""

from __future__ import annotations

from typing import cast

from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs

from playlake_contracts.keys import RAW_PREFIX


def notify(bucket: s3.Bucket, queue: sqs.Queue) -> None:
    """Send an event to the queue for every object created under the raw prefix.

    No suffix: what has a key that no raw object has is to be rejected, not overlooked.
    """
    resource = cast("s3.CfnBucket", bucket.node.default_child)
    rule = s3.CfnBucket.FilterRuleProperty(name="prefix", value=RAW_PREFIX)
    resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
        queue_configurations=[
            s3.CfnBucket.QueueConfigurationProperty(
                event="s3:ObjectCreated:*",
                queue=queue.queue_arn,
                filter=s3.CfnBucket.NotificationFilterProperty(
                    s3_key=s3.CfnBucket.S3KeyFilterProperty(rules=[rule])
                ),
            )
        ]
    )
    policy = cast("sqs.CfnQueuePolicy", queue.node.find_child("Policy").node.default_child)
    resource.add_resource_dependency(policy)
