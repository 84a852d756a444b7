"""The worker's life cycle: poll the queue, process messages, and stop without losing any.

To stop, the worker waits for the poll to end, releases the messages that it has not started, and
finishes the others. A message that fails is released after a pause. While AWS itself fails, a
breaker holds the polls back, because a receive counts against a message.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from playlake_transformer.breaker import backoff
from playlake_transformer.errors import AwsUnavailableError, MessageTimeoutError, RetryError
from playlake_transformer.heartbeat import heartbeat
from playlake_transformer.part_processed import message_context

if TYPE_CHECKING:
    from playlake_transformer.breaker import Breaker
    from playlake_transformer.ports import Clock, Message, Queue
    from playlake_transformer.processor import Processor
    from playlake_transformer.status import Status

_log = structlog.get_logger()

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
MAX_MESSAGES_PER_RECEIVE = 10
PAUSE_AFTER_FAILED_POLL = timedelta(seconds=5)
# A long poll that ends at once without a message is no answer of SQS.
_SHORTEST_EMPTY_POLL = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many messages are processed at a time, and how long each may take.

    Attributes:
        messages_in_flight: most messages at a time.
        heartbeat_every: time between two extensions of a message's visibility timeout.
        deadline: time after which a message is given back, whatever it waits for.
    """

    messages_in_flight: int
    heartbeat_every: timedelta
    deadline: timedelta


class Worker:
    """Consumes the queue until `stop`."""

    def __init__(
        self,
        queue: Queue,
        processor: Processor,
        status: Status,
        clock: Clock,
        limits: Limits,
        breaker: Breaker,
    ) -> None:
        self._queue = queue
        self._processor = processor
        self._status = status
        self._clock = clock
        self._limits = limits
        self._breaker = breaker
        self._room = asyncio.Semaphore(limits.messages_in_flight)
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Ask the worker to stop; `run` returns after the messages in progress are finished."""
        self._stopping.set()
        self._status.is_draining = True

    async def run(self) -> None:
        """Poll and process until `stop`."""
        async with asyncio.TaskGroup() as processing:
            while not self._stopping.is_set():
                for message in await self._poll():
                    processing.create_task(self._handle(message))
        _log.info("worker_drained", committed=self._status.committed)

    async def _poll(self) -> list[Message]:
        """Receive as many messages as there is room for, and reserve a place for each."""
        await self._pause(self._breaker.pause())
        self._status.aws_failing_since = self._breaker.open_since
        at_most = 1 if self._breaker.open_since else MAX_MESSAGES_PER_RECEIVE
        places = await self._take_places(at_most)
        messages = [] if self._stopping.is_set() else await self._receive(places)
        for _ in range(places - len(messages)):
            self._room.release()
        if not self._stopping.is_set():
            return messages
        for message in messages:
            await self._release(message)
        return []

    async def _take_places(self, at_most: int) -> int:
        await self._room.acquire()
        places = 1
        while places < at_most and not self._room.locked():
            await self._room.acquire()
            places += 1
        return places

    async def _receive(self, at_most: int) -> list[Message]:
        # The first poll is short: with an empty queue, a long poll would delay readiness.
        has_answered = self._status.polled_at is not None
        polled_at = self._clock.now()
        try:
            messages = await self._queue.receive(at_most, wait=has_answered)
        except AwsUnavailableError as error:
            self._note_failed_call()
            self._status.last_error = str(error)
            _log.warning("poll_failed", reason=str(error))
            await self._pause(PAUSE_AFTER_FAILED_POLL)
            return []
        self._status.polled_at = self._status.progressed_at = self._clock.now()
        self._status.received += len(messages)
        took = self._status.polled_at - polled_at
        if has_answered and not messages and took < _SHORTEST_EMPTY_POLL:
            await self._pause(_SHORTEST_EMPTY_POLL)
        return messages

    async def _pause(self, time: timedelta) -> None:
        """Wait for a time, or until `stop`."""
        if not time:
            return
        try:
            async with asyncio.timeout(time.total_seconds()):
                await self._stopping.wait()
        except TimeoutError:
            return

    async def _handle(self, message: Message) -> None:
        """Process a message; if that fails, it is released, and other messages go on."""
        self._status.in_flight += 1
        context = {"message_id": message.message_id, **message_context(message.body)}
        with structlog.contextvars.bound_contextvars(**context):
            try:
                await self._process(message)
                self._breaker.note_success()
                self._status.aws_failing_since = None
            except RetryError as error:
                await self._retry(message, error)
            except Exception as error:  # noqa: BLE001  a bug must not stop the other messages
                self._note_retry(f"{type(error).__name__}: {error}")
                _log.exception("message_failed")
                await self._give_back(message, backoff(message.receives, self._breaker.dice))
            except asyncio.CancelledError:
                await self._give_back(message)
                raise
            finally:
                self._status.in_flight -= 1
                self._status.progressed_at = self._clock.now()
                self._room.release()

    async def _process(self, message: Message) -> None:
        limits = self._limits
        try:
            async with (
                heartbeat(self._queue, message, limits.heartbeat_every, self._status),
                asyncio.timeout(limits.deadline.total_seconds()),
            ):
                await self._processor.process(message)
        except TimeoutError as error:
            raise MessageTimeoutError(
                f"processing took longer than {limits.deadline.total_seconds():g} s"
            ) from error

    async def _retry(self, message: Message, error: RetryError) -> None:
        self._note_retry(f"{error.code}: {error}")
        _log.warning("message_retried", code=error.code, reason=str(error))
        if isinstance(error, AwsUnavailableError):
            self._note_failed_call()
        await self._give_back(message, backoff(message.receives, self._breaker.dice))

    async def _release(self, message: Message) -> None:
        """Return a message that was not started, and its place."""
        try:
            await self._give_back(message)
        finally:
            self._room.release()

    async def _give_back(self, message: Message, after: timedelta = timedelta(0)) -> None:
        """Return a message to the queue; if that fails, it comes back when its timeout ends."""
        try:
            await self._queue.release(message, after)
        except AwsUnavailableError as error:
            _log.warning("release_failed", message_id=message.message_id, reason=str(error))

    def _note_failed_call(self) -> None:
        self._status.calls_failed += 1
        self._breaker.note_failure()
        self._status.aws_failing_since = self._breaker.open_since

    def _note_retry(self, reason: str) -> None:
        self._status.retried += 1
        self._status.last_error = reason
