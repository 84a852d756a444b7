"""The queues of a lake on AWS: how much is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class WithSqs(Protocol):
    """Something that has queues."""

    @property
    def sqs(self) -> SQSClient:
        """The client."""


def queue_depth(aws: WithSqs, queue_url: str) -> tuple[int, int]:
    """About how many messages of a queue wait, and how many somebody is working on."""
    found = aws.sqs.get_queue_attributes(
        QueueUrl=queue_url,
        AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    )["Attributes"]
    waiting = found["ApproximateNumberOfMessages"]
    return int(waiting), int(found["ApproximateNumberOfMessagesNotVisible"])
