"""The topic that is told of runs, its subscribers, and what the transformer may do for that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from playlake_contracts.keys import NOTICES_KEY

if TYPE_CHECKING:
    from playlake_infra.compute.task import Task
    from playlake_infra.data.storage import Storage
    from playlake_infra.settings import Settings


class Notices(Construct):
    """The topic.

    Attributes:
        topic: the topic.
    """

    def __init__(self, scope: Construct, name: str, settings: Settings) -> None:
        super().__init__(scope, name)
        self.topic = sns.Topic(
            self, "Topic", topic_name=f"{settings.name}-notices", enforce_ssl=True
        )
        if settings.notice_email is not None:
            self.topic.add_subscription(subscriptions.EmailSubscription(settings.notice_email))
        if settings.notice_url is not None:
            self.topic.add_subscription(subscriptions.UrlSubscription(settings.notice_url))

    def allow(self, task: Task, storage: Storage) -> None:
        """Allow a task to send notices, and to remember which were sent."""
        task.allow(["sns:Publish"], [self.topic.topic_arn])
        task.allow(["s3:GetObject", "s3:PutObject"], [storage.raw.arn_for_objects(NOTICES_KEY)])
        # Whether there is one yet.
        task.allow(
            ["s3:ListBucket"],
            [storage.raw.bucket_arn],
            conditions={"StringLike": {"s3:prefix": [NOTICES_KEY]}},
        )
