"""SQS: receives, hides and deletes messages, and sends rejected ones to the dead-letter queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Final

from playlake_transformer.adapters.aws import aws_call
from playlake_transformer.ports import Message

if TYPE_CHECKING:
    from types_aiobotocore_sqs import SQSClient
    from types_aiobotocore_sqs.type_defs import MessageTypeDef

    from playlake_transformer.errors import RejectError

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
MAX_ATTRIBUTE_CHARACTERS = 1_000
_RECEIVES: Final = "ApproximateReceiveCount"


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
                MessageSystemAttributeNames=[_RECEIVES],
            )
        return [_message(received) for received in answer.get("Messages", ())]

    async def extend(self, message: Message) -> None:
        """Restart a message's visibility timeout."""
        await self._change_visibility(message, int(self.visibility.total_seconds()))

    async def release(self, message: Message, after: timedelta = timedelta(0)) -> None:
        """Return a message to the queue at once, or after a time in whole seconds."""
        await self._change_visibility(message, ceil(after.total_seconds()))

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


def _message(received: MessageTypeDef) -> Message:
    return Message(
        received["MessageId"],
        received["ReceiptHandle"],
        received["Body"],
        int(received.get("Attributes", {}).get(_RECEIVES, 1)),
    )
