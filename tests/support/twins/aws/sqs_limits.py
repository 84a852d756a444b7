"""What SQS refuses.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from twins.aws.answers import client_error

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_BATCH = 10
MAX_MESSAGE_BYTES = 1_048_576
MAX_VISIBILITY_SECONDS = 43_200
MAX_WAIT_SECONDS = 20
_REFUSED: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def check_receive(count: int, wait: float) -> None:
    """Refuse to receive none, more than ten, or by a poll of more than 20 s."""
    if not (1 <= count <= MAX_BATCH and 0 <= wait <= MAX_WAIT_SECONDS):
        raise client_error("ReceiveMessage", "InvalidParameterValue", 400)


def check_message(body: str, attributes: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse a message that is empty, too large, or has characters that XML cannot hold."""
    texts = [body, *(str(each.get("StringValue", "")) for each in attributes.values())]
    if not body or any(_REFUSED.search(text) for text in texts):
        raise client_error("SendMessage", "InvalidMessageContents", 400)
    names = [*attributes, *(str(each["DataType"]) for each in attributes.values())]
    if sum(len(text.encode()) for text in (*texts, *names)) > MAX_MESSAGE_BYTES:
        raise client_error("SendMessage", "InvalidParameterValue", 400)


def check_visibility(timeout: float, hidden_for: float) -> None:
    """Refuse to hide a message for more than 12 hours after it was received."""
    if not 0 <= timeout <= MAX_VISIBILITY_SECONDS - hidden_for:
        raise client_error("ChangeMessageVisibility", "InvalidParameterValue", 400)


def check_batch(operation: str, entries: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a batch without entries, with more than ten, or with one id twice."""
    if not entries:
        raise client_error(operation, "AWS.SimpleQueueService.EmptyBatchRequest", 400)
    if len(entries) > MAX_BATCH:
        raise client_error(operation, "AWS.SimpleQueueService.TooManyEntriesInBatchRequest", 400)
    if len({entry["Id"] for entry in entries}) < len(entries):
        raise client_error(operation, "AWS.SimpleQueueService.BatchEntryIdsNotDistinct", 400)
