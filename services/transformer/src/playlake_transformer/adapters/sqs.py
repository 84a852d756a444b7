"""SQS: receives, hides and deletes messages, and sends rejected ones to the dead-letter queue."""

from __future__ import annotations

import re
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
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
MAX_MESSAGE_BYTES = 1_048_576
_NOT_SENDABLE: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ATTRIBUTES, _TYPE = ("code", "reason"), "String"
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
        """Send a message to the dead-letter queue, with code and reason as attributes.

        What SQS would refuse is replaced, and a body that leaves no room for both is cut.
        """
        reason = sendable(str(error)[:MAX_ATTRIBUTE_CHARACTERS])
        attributes = sum(len(each.encode()) for each in (*_ATTRIBUTES, error.code, reason))
        room = MAX_MESSAGE_BYTES - attributes - len(_TYPE) * len(_ATTRIBUTES)
        with aws_call(f"send to {self.dead_letter_url}"):
            await self.client.send_message(
                QueueUrl=self.dead_letter_url,
                MessageBody=sendable(body).encode()[:room].decode(errors="ignore"),
                MessageAttributes={
                    name: {"DataType": _TYPE, "StringValue": value}
                    for name, value in zip(_ATTRIBUTES, (error.code, reason), strict=True)
                },
            )

    async def _change_visibility(self, message: Message, seconds: int) -> None:
        with aws_call(f"change visibility of message {message.message_id}"):
            await self.client.change_message_visibility(
                QueueUrl=self.url,
                ReceiptHandle=message.receipt_handle,
                VisibilityTimeout=seconds,
            )


def sendable(text: str) -> str:
    """A text without the characters that SQS refuses: control characters and lone surrogates."""
    return _NOT_SENDABLE.sub("\ufffd", text)


def _message(received: MessageTypeDef) -> Message:
    return Message(
        received["MessageId"],
        received["ReceiptHandle"],
        received["Body"],
        int(received.get("Attributes", {}).get(_RECEIVES, 1)),
    )
