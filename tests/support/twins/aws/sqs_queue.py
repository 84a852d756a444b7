"""A queue of the twin of SQS: its messages, and which of them are hidden."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twins.aws.answers import client_error, seconds

if TYPE_CHECKING:
    from collections.abc import Collection

    from twins.aws.answers import Request


@dataclass(slots=True)
class HeldMessage:
    """A message; its receipt handle is that of the last receive."""

    message_id: str
    body: str
    attributes: dict[str, Any]
    sent_at: float
    hidden_until: float
    received_at: float = 0.0
    receives: int = 0

    @property
    def receipt_handle(self) -> str:
        """Another one for each receive."""
        return f"{self.message_id}/{self.receives}"

    def described(self, request: Request) -> dict[str, Any]:
        """How the answer to a receive describes it, with the attributes that were asked for."""
        wanted = request.get("MessageAttributeNames", ())
        attributes = _chosen(self.attributes, wanted)
        wanted = request.get("MessageSystemAttributeNames") or request.get("AttributeNames", ())
        system = _chosen(self._system, wanted)
        return {
            "MessageId": self.message_id,
            "ReceiptHandle": self.receipt_handle,
            "Body": self.body,
            **({"Attributes": system} if system else {}),
            **({"MessageAttributes": attributes} if attributes else {}),
        }

    @property
    def _system(self) -> dict[str, str]:
        return {
            "ApproximateReceiveCount": str(self.receives),
            "SentTimestamp": str(int(self.sent_at * 1000)),
        }


def _chosen(attributes: dict[str, Any], wanted: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if {name, "All"} & set(wanted)}


@dataclass(slots=True)
class Queue:
    """A queue.

    Attributes:
        visibility: for how many seconds a received message is hidden by default.
        redrive: after how many receives a message moves to which queue, by its ARN.
    """

    url: str
    arn: str
    visibility: float
    redrive: dict[str, Any] | None = None
    messages: dict[str, HeldMessage] = field(default_factory=dict)
    sent: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, body: str, attributes: dict[str, Any], delay: float = 0) -> str:
        """Put a message into the queue, visible after a delay; return its id."""
        self.sent += 1
        message_id = f"{self.url.rpartition('/')[2]}-{self.sent}"
        now = seconds()
        self.messages[message_id] = HeldMessage(message_id, body, attributes, now, now + delay)
        self.changed.set()
        return message_id

    def visible(self) -> list[HeldMessage]:
        """The messages that can be received."""
        now = seconds()
        return [held for held in self.messages.values() if held.hidden_until <= now]

    def receive(self, held: HeldMessage, request: Request) -> dict[str, Any]:
        """Hide a message and describe it."""
        visibility = float(request.get("VisibilityTimeout", self.visibility))
        held.receives += 1
        held.received_at = seconds()
        held.hidden_until = held.received_at + visibility
        return held.described(request)

    def is_spent(self, held: HeldMessage) -> bool:
        """Whether a message has been received as often as the redrive policy allows."""
        return self.redrive is not None and held.receives >= int(self.redrive["maxReceiveCount"])

    def by_receipt(self, operation: str, handle: str) -> HeldMessage | None:
        """The message that was received last with a receipt handle."""
        if handle.rpartition("/")[0].rpartition("-")[0] != self.url.rpartition("/")[2]:
            raise client_error(operation, "ReceiptHandleIsInvalid", 400)
        held = self.messages.get(handle.rpartition("/")[0])
        return held if held is not None and held.receipt_handle == handle else None

    def hide(self, operation: str, handle: str, timeout: float) -> HeldMessage:
        """Hide a message that is hidden for another time from now on."""
        held = self.by_receipt(operation, handle)
        if held is None or held.hidden_until <= seconds():
            raise client_error(operation, "InvalidParameterValue", 400, "not available for change")
        held.hidden_until = seconds() + timeout
        self.changed.set()
        return held

    async def wait(self, until: float) -> None:
        """Wait until a message is visible, or until a time."""
        while not self.visible() and seconds() < until:
            self.changed.clear()
            at = min([until, *(held.hidden_until for held in self.messages.values())])
            with suppress(TimeoutError):
                async with asyncio.timeout_at(at):
                    await self.changed.wait()
