"""The twin of SQS: standard queues with long polls, visibility, redelivery and redrive policies.

Messages come in any order that the dice choose. A message that is neither deleted nor extended
comes back. An outdated receipt handle deletes nothing, and that is no error.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from twins.aws.answers import Answer, Request, answer, client_error, seconds
from twins.aws.sqs_limits import check_batch, check_message, check_receive, check_visibility
from twins.aws.sqs_queue import Queue

if TYPE_CHECKING:
    import random
    from collections.abc import Awaitable, Callable

    from twins.aws.sqs_queue import HeldMessage

_MISSING = "AWS.SimpleQueueService.NonExistentQueue"


class SqsTwin:
    """All queues, and the methods of a client of SQS.

    Args:
        dice: what chooses the order of messages; without it they come as they were sent.
    """

    def __init__(self, dice: random.Random | None = None) -> None:
        self.queues: dict[str, Queue] = {}
        self._dice = dice

    async def create_queue(self, **request: Any) -> Answer:  # noqa: ANN401  a request has any fields
        """Create a queue."""
        name = str(request["QueueName"])
        attributes = dict(request.get("Attributes", {}))
        url = f"https://sqs.invalid/000000000000/{name}"
        self.queues[url] = Queue(
            url,
            arn=f"arn:aws:sqs:us-east-1:000000000000:{name}",
            visibility=float(attributes.get("VisibilityTimeout", 30)),
            redrive=json.loads(attributes.get("RedrivePolicy", "null")),
        )
        return answer(QueueUrl=url)

    async def get_queue_attributes(self, **request: Any) -> Answer:  # noqa: ANN401  likewise
        """Count the messages of a queue."""
        queue = self._queue("GetQueueAttributes", request)
        hidden = len(queue.messages) - len(queue.visible())
        counts = {
            "QueueArn": queue.arn,
            "ApproximateNumberOfMessages": str(len(queue.visible())),
            "ApproximateNumberOfMessagesNotVisible": str(hidden),
        }
        return answer(Attributes=counts)

    async def send_message(self, **request: Any) -> Answer:  # noqa: ANN401  likewise
        """Put a message into a queue."""
        queue = self._queue("SendMessage", request)
        body, attributes = str(request["MessageBody"]), dict(request.get("MessageAttributes", {}))
        check_message(body, attributes)
        return answer(MessageId=queue.put(body, attributes, float(request.get("DelaySeconds", 0))))

    async def send_message_batch(self, **request: Any) -> Answer:  # noqa: ANN401  likewise
        """Put up to ten messages into a queue."""
        return await _each("SendMessageBatch", self.send_message, request)

    async def receive_message(self, **request: Any) -> Answer:  # noqa: ANN401  likewise
        """Receive up to ten messages, and hide them for the visibility timeout."""
        queue = self._queue("ReceiveMessage", request)
        most, wait = int(request.get("MaxNumberOfMessages", 1)), request.get("WaitTimeSeconds", 0)
        check_receive(most, wait)
        await queue.wait(seconds() + wait)
        found = [queue.receive(held, request) for held in self._deliverable(queue)[:most]]
        return answer(Messages=found or None)

    async def delete_message(self, **request: Any) -> Answer:  # noqa: ANN401  likewise
        """Delete the message that was received last with a receipt handle, if there is one."""
        queue = self._queue("DeleteMessage", request)
        held = queue.by_receipt("DeleteMessage", str(request["ReceiptHandle"]))
        if held is not None:
            del queue.messages[held.message_id]
        return answer()

    async def delete_message_batch(self, **request: Any) -> Answer:  # noqa: ANN401  likewise
        """Delete up to ten messages."""
        return await _each("DeleteMessageBatch", self.delete_message, request)

    async def change_message_visibility(self, **request: Any) -> Answer:  # noqa: ANN401  likewise
        """Hide a message that is hidden for another time, from now on."""
        queue = self._queue("ChangeMessageVisibility", request)
        timeout, handle = float(request["VisibilityTimeout"]), str(request["ReceiptHandle"])
        held = queue.by_receipt("ChangeMessageVisibility", handle)
        check_visibility(timeout, seconds() - held.received_at if held is not None else 0)
        queue.hide("ChangeMessageVisibility", handle, timeout)
        return answer()

    async def change_message_visibility_batch(self, **request: Any) -> Answer:  # noqa: ANN401  likewise
        """Hide up to ten messages for other times."""
        operation = "ChangeMessageVisibilityBatch"
        return await _each(operation, self.change_message_visibility, request)

    def _deliverable(self, queue: Queue) -> list[HeldMessage]:
        """The visible messages in the order of the dice; those received too often are moved."""
        visible = queue.visible()
        if self._dice is not None:
            self._dice.shuffle(visible)
        for held in [held for held in visible if queue.is_spent(held)]:
            self._move(queue, held)
            visible.remove(held)
        return visible

    def _move(self, queue: Queue, held: HeldMessage) -> None:
        target = (queue.redrive or {})["deadLetterTargetArn"]
        [dead_letters] = [found for found in self.queues.values() if found.arn == target]
        dead_letters.put(held.body, held.attributes)
        del queue.messages[held.message_id]

    def _queue(self, operation: str, request: Request) -> Queue:
        queue = self.queues.get(str(request["QueueUrl"]))
        if queue is None:
            raise client_error(operation, _MISSING, 400)
        return queue


async def _each(operation: str, call: Callable[..., Awaitable[Answer]], request: Request) -> Answer:
    """The answer to a batch: 200, with what failed under `Failed`."""
    entries = list(request["Entries"])
    check_batch(operation, entries)
    done, failed = [], []
    for entry in entries:
        try:
            result = await call(QueueUrl=request["QueueUrl"], **entry)
            done.append(
                {"Id": entry["Id"], **{k: v for k, v in result.items() if k == "MessageId"}}
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            failed.append({"Id": entry["Id"], "SenderFault": True, "Code": code})
    return answer(Successful=done, Failed=failed or None)
