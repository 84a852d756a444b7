"""Dead letters on AWS: receives them all, and moves them back, so that a kill loses none.

AWS's own command moves all letters or none, and emulators lack it.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from playlake_aws.announcing import MAX_MESSAGES_PER_BATCH, Outgoing, send
from playlake_aws.errors import AwsError
from playlake_contracts.backlog import raw_keys
from playlake_contracts.keys import rejected_message
from playlake_contracts.rejects import Reject
from playlake_contracts.s3_events import announced_keys
from playlake_lake.delivery import NO_CODE, Rejected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import DeleteMessageBatchRequestEntryTypeDef

# For this long nobody else receives what this command holds; a killed one gives it back so late.
_HELD_SECONDS: Final = 300
# A short wait has SQS ask all of its servers.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
_WAIT_SECONDS: Final = 1
_NO_REASON: Final = "SQS moved the message, because it was received too often without success"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message of the dead-letter queue, as it was received."""

    receipt_handle: str
    body: str
    attributes: Mapping[str, Any]
    system: Mapping[str, str]

    @property
    def raw_key(self) -> str | None:
        """The raw object that was rejected; None if the message names none, or SQS moved it."""
        return self._attribute("raw_key")

    @property
    def names(self) -> list[str]:
        """What it is about, as records name it: raw objects, or a message that names none."""
        if self.raw_key is not None:
            return [self.raw_key]
        # A rejected message that names a raw object has the attribute.
        keys = announced_keys(self.body) if self._attribute("code") is None else []
        return keys or [rejected_message(self.body)]

    def rejected(self) -> Rejected:
        """What it says for itself."""
        sent_at = int(self.system.get("SentTimestamp", 0)) / 1000
        return Rejected(
            ", ".join(self.names),
            self._attribute("code"),
            self._attribute("reason") or _NO_REASON,
            datetime.fromtimestamp(sent_at, UTC),
        )

    def records(self) -> dict[str, Reject]:
        """The records of what it is about, by their keys; SQS moved it without any."""
        found, said = {}, self.rejected()
        for name in self.names:
            raw = next(raw_keys([name]), None)
            key = rejected_message(self.body) if raw is None else raw.rejected
            found[key] = Reject(
                raw_key=None if raw is None else name,
                message=self.body if raw is None else None,
                code=said.code or NO_CODE,
                reason=said.reason,
                rejected_at=said.rejected_at,
                transformer_version="",
            )
        return found

    def _attribute(self, name: str) -> str | None:
        found: str | None = self.attributes.get(name, {}).get("StringValue")
        return found


@contextmanager
def held(sqs: SQSClient, url: str) -> Iterator[list[DeadLetter]]:
    """Receive every letter of a queue; what is not deleted meanwhile is given back at the end."""
    letters: list[DeadLetter] = []
    try:
        while received := _receive(sqs, url):
            letters += received
        yield letters
    finally:
        for batch in _batches(letters):
            sqs.change_message_visibility_batch(
                QueueUrl=url,
                Entries=[
                    {"Id": str(n), "ReceiptHandle": one.receipt_handle, "VisibilityTimeout": 0}
                    for n, one in enumerate(batch)
                ],
            )


def move_back(
    sqs: SQSClient,
    from_url: str,
    to_url: str,
    letters: Sequence[DeadLetter],
    body: Callable[[DeadLetter], str],
) -> None:
    """Move letters to another queue: each is sent first, then deleted.

    A command that is killed in between leaves a letter in both queues, and processing one twice
    changes nothing.

    Args:
        sqs: the client.
        from_url: the dead-letter queue.
        to_url: the other queue.
        letters: those to move.
        body: what is sent of a letter.

    Raises:
        AwsError: a queue did not take or delete a letter; it is in one of them, or in both.
    """
    for batch in _batches(letters):
        send(sqs, to_url, [Outgoing(body(each), each.attributes) for each in batch])
        for why in _undeleted(sqs, from_url, batch):
            raise AwsError(
                f"a dead letter was sent back and is still there: {why}; run `playlake redrive` "
                "again"
            )


def forget(sqs: SQSClient, url: str, letters: Sequence[DeadLetter]) -> None:
    """Delete letters.

    Raises:
        AwsError: the queue did not delete one.
    """
    for batch in _batches(letters):
        for why in _undeleted(sqs, url, batch):
            raise AwsError(
                f"a dead letter is still in its queue: {why}; run the same command again"
            )


def _undeleted(sqs: SQSClient, url: str, batch: Sequence[DeadLetter]) -> list[str | None]:
    """Delete letters; why some of them are still there."""
    entries: list[DeleteMessageBatchRequestEntryTypeDef] = [
        {"Id": str(n), "ReceiptHandle": one.receipt_handle} for n, one in enumerate(batch)
    ]
    answer = sqs.delete_message_batch(QueueUrl=url, Entries=entries)
    return [failed.get("Message") for failed in answer.get("Failed", ())]


def _receive(sqs: SQSClient, url: str) -> list[DeadLetter]:
    answer = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=MAX_MESSAGES_PER_BATCH,
        VisibilityTimeout=_HELD_SECONDS,
        WaitTimeSeconds=_WAIT_SECONDS,
        MessageAttributeNames=["All"],
        MessageSystemAttributeNames=["SentTimestamp"],
    )
    return [
        DeadLetter(
            found["ReceiptHandle"],
            found["Body"],
            {name: _sendable(value) for name, value in found.get("MessageAttributes", {}).items()},
            {str(name): text for name, text in found.get("Attributes", {}).items()},
        )
        for found in answer.get("Messages", ())
    ]


def _sendable(value: Mapping[str, Any]) -> dict[str, Any]:
    """An attribute as it can be sent again: without the lists that no queue takes."""
    return {
        name: value[name] for name in ("DataType", "StringValue", "BinaryValue") if name in value
    }


def _batches(letters: Sequence[DeadLetter]) -> Iterator[Sequence[DeadLetter]]:
    for start in range(0, len(letters), MAX_MESSAGES_PER_BATCH):
        yield letters[start : start + MAX_MESSAGES_PER_BATCH]
