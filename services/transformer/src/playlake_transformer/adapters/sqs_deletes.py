"""Deletes messages of a queue, as many in one call as wait for it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from playlake_transformer.adapters.aws import aws_call
from playlake_transformer.errors import AwsUnavailableError

if TYPE_CHECKING:
    from types_aiobotocore_sqs import SQSClient

    from playlake_transformer.ports import Message

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html
MAX_MESSAGES_PER_BATCH = 10


class DeleteBatches:
    """Collects what is to be deleted while a call is on its way, and then deletes it in one."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url
        self._waiting: list[tuple[Message, asyncio.Future[None]]] = []
        self._sending: asyncio.Task[None] | None = None

    async def delete(self, message: Message) -> None:
        """Delete a message.

        Raises:
            AwsUnavailableError: SQS did not delete it.
        """
        deleted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((message, deleted))
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send_all())
        await deleted

    async def _send_all(self) -> None:
        while self._waiting:
            batch = self._waiting[:MAX_MESSAGES_PER_BATCH]
            del self._waiting[:MAX_MESSAGES_PER_BATCH]
            try:
                failures = await self._send([message for message, _ in batch])
            except Exception as error:  # noqa: BLE001  each of them raises it to who waits
                failures = dict.fromkeys(range(len(batch)), error)
            for number, (_, deleted) in enumerate(batch):
                _settle(deleted, failures.get(number))

    async def _send(self, messages: list[Message]) -> dict[int, Exception]:
        """Delete messages; return why which of them were not deleted, by their number."""
        names = ", ".join(message.message_id for message in messages)
        with aws_call(f"delete message {names}"):
            answer = await self._client.delete_message_batch(
                QueueUrl=self._url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": message.receipt_handle}
                    for number, message in enumerate(messages)
                ],
            )
        return {
            int(failed["Id"]): AwsUnavailableError(
                f"delete message {messages[int(failed['Id'])].message_id}: "
                f"{failed['Code']}: {failed.get('Message', '')}"
            )
            for failed in answer.get("Failed", ())
        }


def _settle(waiting: asyncio.Future[None], failure: Exception | None) -> None:
    if waiting.done():  # whoever waited was cancelled
        return
    if failure is None:
        waiting.set_result(None)
    else:
        waiting.set_exception(failure)
