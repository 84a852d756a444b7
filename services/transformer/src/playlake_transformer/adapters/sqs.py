"""SQS: receives, hides and deletes messages, and sends them to other queues."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Final

from playlake_contracts.sendable import sendable
from playlake_transformer.adapters.aws import aws_call
from playlake_transformer.adapters.sqs_deletes import DeleteBatches
from playlake_transformer.ports import Message

if TYPE_CHECKING:
    from types_aiobotocore_sqs import SQSClient
    from types_aiobotocore_sqs.type_defs import MessageAttributeValueTypeDef, MessageTypeDef

    from playlake_transformer.ports import DeadLetter

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
MAX_ATTRIBUTE_CHARACTERS = 1_000
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
MAX_MESSAGE_BYTES = 1_048_576
_RECEIVES: Final = "ApproximateReceiveCount"
_CODE: Final = "code"


@dataclass(frozen=True, slots=True)
class SqsQueue:
    """The queue of S3 event notifications and its dead-letter queue."""

    client: SQSClient
    url: str
    dead_letter_url: str
    poll_wait: timedelta
    visibility: timedelta
    _deletes: DeleteBatches = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_deletes", DeleteBatches(self.client, self.url))

    async def receive(self, at_most: int, *, wait: bool = True) -> list[Message]:
        """Receive messages by a long poll, or without waiting."""
        with aws_call(f"receive from {self.url}"):
            answer = await self.client.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=at_most,
                WaitTimeSeconds=int(self.poll_wait.total_seconds()) if wait else 0,
                VisibilityTimeout=int(self.visibility.total_seconds()),
                MessageSystemAttributeNames=[_RECEIVES],
                MessageAttributeNames=[_CODE],
            )
        return [_message(received) for received in answer.get("Messages", ())]

    async def extend(self, message: Message) -> None:
        """Restart a message's visibility timeout."""
        await self._change_visibility(message, int(self.visibility.total_seconds()))

    async def release(self, message: Message, after: timedelta = timedelta(0)) -> None:
        """Return a message to the queue at once, or after a time in whole seconds."""
        await self._change_visibility(message, ceil(after.total_seconds()))

    async def delete(self, message: Message) -> None:
        """Delete a message, in one call with others that wait for the same."""
        await self._deletes.delete(message)

    async def reject(self, letter: DeadLetter) -> None:
        """Send a message to the dead-letter queue, with its attributes.

        What SQS would refuse is replaced, and a body that leaves no room for them is cut.
        """
        attributes = _attributes(letter)
        room = MAX_MESSAGE_BYTES - sum(map(_bytes, attributes.items()))
        with aws_call(f"send to {self.dead_letter_url}"):
            await self.client.send_message(
                QueueUrl=self.dead_letter_url,
                MessageBody=sendable(letter.body).encode()[:room].decode(errors="ignore"),
                MessageAttributes=attributes,
            )

    async def _change_visibility(self, message: Message, seconds: int) -> None:
        with aws_call(f"change visibility of message {message.message_id}"):
            await self.client.change_message_visibility(
                QueueUrl=self.url,
                ReceiptHandle=message.receipt_handle,
                VisibilityTimeout=seconds,
            )


@dataclass(frozen=True, slots=True)
class SqsOverwrites:
    """The queue of the overwriter; implements `ports.Overwrites`."""

    client: SQSClient
    url: str

    async def hand_over(self, body: str, *, is_redriven: bool) -> None:
        """Send a message, as one that was redriven if it is one."""
        code: MessageAttributeValueTypeDef = {"DataType": "String", "StringValue": "redriven"}
        with aws_call(f"send to {self.url}"):
            await self.client.send_message(
                QueueUrl=self.url,
                MessageBody=body,
                MessageAttributes={_CODE: code} if is_redriven else {},
            )


def _attributes(letter: DeadLetter) -> dict[str, MessageAttributeValueTypeDef]:
    values = {
        _CODE: letter.code,
        "reason": sendable(letter.reason[:MAX_ATTRIBUTE_CHARACTERS]),
        "raw_key": letter.raw_key,
        "run_id": letter.run_id,
    }
    return {
        name: {"DataType": "String", "StringValue": value}
        for name, value in values.items()
        if value
    }


def _bytes(attribute: tuple[str, MessageAttributeValueTypeDef]) -> int:
    name, value = attribute
    return len(f"{name}{value['DataType']}{value['StringValue']}".encode())


def _message(received: MessageTypeDef) -> Message:
    return Message(
        received["MessageId"],
        received["ReceiptHandle"],
        received["Body"],
        int(received.get("Attributes", {}).get(_RECEIVES, 1)),
        is_redriven=_CODE in received.get("MessageAttributes", {}),
    )
