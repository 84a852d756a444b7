"""A queue in memory: hides what is received, wakes who polls, keeps what was rejected."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from playlake_transformer.errors import AwsUnavailableError
from playlake_transformer.ports import Message

if TYPE_CHECKING:
    from playlake_transformer.ports import DeadLetter

MAX_MESSAGES_PER_RECEIVE = 10
NOT_AT_ALL = timedelta(0)


@dataclass(slots=True)
class _Held:
    """A message in the queue; `receives` counts how often it was received."""

    message_id: str
    body: str
    is_redriven: bool = False
    hidden_until: float = 0.0
    receives: int = 0

    @property
    def receipt_handle(self) -> str:
        return f"{self.message_id}/{self.receives}"


class MemoryQueue:
    """The twin of `SqsQueue`, on the time of the running event loop."""

    def __init__(
        self,
        *,
        poll_wait: timedelta = timedelta(seconds=20),
        visibility: timedelta = timedelta(seconds=60),
    ) -> None:
        self.dead_letters: list[DeadLetter] = []
        self._poll_wait = poll_wait
        self._visibility = visibility
        self._sent = 0
        self._held: dict[str, _Held] = {}
        self._changed = asyncio.Event()

    @property
    def bodies(self) -> list[str]:
        """What is in the queue, hidden or not."""
        return [held.body for held in self._held.values()]

    @property
    def in_flight(self) -> int:
        """How many messages are hidden."""
        return sum(held.hidden_until > _now() for held in self._held.values())

    def send(self, body: str, *, is_redriven: bool = False) -> None:
        """Put a message into the queue."""
        self._sent += 1
        message_id = f"message-{self._sent}"
        self._held[message_id] = _Held(message_id, body, is_redriven)
        self._changed.set()

    async def receive(self, at_most: int, *, wait: bool = True) -> list[Message]:
        """Wait for messages, unless a test forbids it, and hide what is returned."""
        if not 1 <= at_most <= MAX_MESSAGES_PER_RECEIVE:
            raise AwsUnavailableError(f"receive: {at_most} is not between 1 and 10")
        deadline = _now() + (self._poll_wait.total_seconds() if wait else 0)
        while not self._visible() and _now() < deadline:
            await self._wait(deadline)
        return [self._hide(held) for held in self._visible()[:at_most]]

    async def extend(self, message: Message) -> None:
        """Hide a message for another whole visibility timeout."""
        self._find(message).hidden_until = _now() + self._visibility.total_seconds()

    async def release(self, message: Message, after: timedelta = NOT_AT_ALL) -> None:
        """Let a message be received again at once, or after a time."""
        self._find(message).hidden_until = _now() + after.total_seconds()
        self._changed.set()

    async def delete(self, message: Message) -> None:
        """Remove a message; an outdated receipt handle removes nothing, as on AWS."""
        held = self._held.get(message.message_id)
        if held is not None and held.receipt_handle == message.receipt_handle:
            del self._held[message.message_id]

    async def reject(self, letter: DeadLetter) -> None:
        """Keep a letter in the dead-letter queue."""
        self.dead_letters.append(letter)

    async def hand_over(self, body: str, *, is_redriven: bool) -> None:
        """Take what another service may not do; so it is the twin of `SqsOverwrites` as well."""
        self.send(body, is_redriven=is_redriven)

    def redrive(self) -> None:
        """Move every dead letter back, as the console of AWS does."""
        for letter in self.dead_letters:
            self.send(letter.body, is_redriven=True)
        self.dead_letters.clear()

    def _find(self, message: Message) -> _Held:
        held = self._held.get(message.message_id)
        if held is None or held.receipt_handle != message.receipt_handle:
            raise AwsUnavailableError(f"message {message.message_id}: its receipt is outdated")
        return held

    def _hide(self, held: _Held) -> Message:
        held.receives += 1
        held.hidden_until = _now() + self._visibility.total_seconds()
        return Message(
            held.message_id, held.receipt_handle, held.body, held.receives, held.is_redriven
        )

    def _visible(self) -> list[_Held]:
        return [held for held in self._held.values() if held.hidden_until <= _now()]

    async def _wait(self, deadline: float) -> None:
        """Wait until something changes or a hidden message comes back, at most to a deadline."""
        self._changed.clear()
        until = min([deadline, *(held.hidden_until for held in self._held.values())])
        with suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                await self._changed.wait()


def _now() -> float:
    return asyncio.get_running_loop().time()
