"""SQS: receives, hides and deletes messages, and sends rejected ones to the dead-letter queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playlake_transformer.adapters.aws import aws_call
from playlake_transformer.ports import Message

if TYPE_CHECKING:
    from datetime import timedelta

    from types_aiobotocore_sqs import SQSClient

    from playlake_transformer.errors import RejectError

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
MAX_ATTRIBUTE_CHARACTERS = 1_000


@dataclass(frozen=True, slots=True)
class SqsQueue:
    """The queue of S3 event notifications and its dead-letter queue."""

    client: SQSClient
    url: str
    dead_letter_url: str
    poll_wait: timedelta
    visibility: timedelta

    async def receive(self, at_most: int, *, wait: bool = True) -> list[Message]:
        """Receive messages by a long poll, or without waiting."""
        with aws_call(f"receive from {self.url}"):
            answer = await self.client.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=at_most,
                WaitTimeSeconds=int(self.poll_wait.total_seconds()) if wait else 0,
                VisibilityTimeout=int(self.visibility.total_seconds()),
            )
        return [
            Message(message["MessageId"], message["ReceiptHandle"], message["Body"])
            for message in answer.get("Messages", ())
        ]

    async def extend(self, message: Message) -> None:
        """Restart a message's visibility timeout."""
        await self._change_visibility(message, int(self.visibility.total_seconds()))

    async def release(self, message: Message) -> None:
        """Return a message to the queue at once."""
        await self._change_visibility(message, 0)

    async def delete(self, message: Message) -> None:
        """Delete a message."""
        with aws_call(f"delete message {message.message_id}"):
            await self.client.delete_message(
                QueueUrl=self.url, ReceiptHandle=message.receipt_handle
            )

    async def reject(self, body: str, error: RejectError) -> None:
        """Send a message to the dead-letter queue, with code and reason as attributes."""
        reason = str(error)[:MAX_ATTRIBUTE_CHARACTERS]
        with aws_call(f"send to {self.dead_letter_url}"):
            await self.client.send_message(
                QueueUrl=self.dead_letter_url,
                MessageBody=body,
                MessageAttributes={
                    "code": {"DataType": "String", "StringValue": error.code},
                    "reason": {"DataType": "String", "StringValue": reason},
                },
            )

    async def _change_visibility(self, message: Message, seconds: int) -> None:
        with aws_call(f"change visibility of message {message.message_id}"):
            await self.client.change_message_visibility(
                QueueUrl=self.url,
                ReceiptHandle=message.receipt_handle,
                VisibilityTimeout=seconds,
            )
