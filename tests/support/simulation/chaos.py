"""What stands between a simulated process and AWS: latency, the faults of the schedule, death.

A process that is dead reaches nothing any more; one that is paused waits at its next call. A
request that has reached AWS is completed there, even if the process dies before the answer.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

import structlog
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from twins.aws.answers import Answer, Request, client_error, seconds
from twins.aws.s3_listing import ListPages

from simulation.faults import DELETE, FORGED, HIDE, RECEIVE, Fault, label_of

if TYPE_CHECKING:
    import random
    from collections.abc import Awaitable, Callable, Collection

    from simulation.ledger import Ledger
    from simulation.plan import Plan

_URL = "https://aws.invalid"
# A client tries four times before it gives up.
_GIVES_UP_AFTER = 2.0
_THROTTLED = {"s3": ("SlowDown", 503), "sqs": ("ThrottlingException", 400)}
_EXPIRED = {"s3": ("ExpiredToken", 400), "sqs": ("ExpiredToken", 403)}
_DOWN = {"s3": ("ServiceUnavailable", 503), "sqs": ("ServiceUnavailable", 503)}


@dataclass(eq=False, slots=True)
class Process:
    """A process of the simulation, and what keeps it from reaching AWS."""

    name: str
    is_dead: bool = False
    expired_until: float = 0.0
    polls_empty_until: float = 0.0
    stop: Callable[[], None] = lambda: None
    task: asyncio.Task[None] | None = None
    _resumes_at: float = 0.0

    @property
    def is_gone(self) -> bool:
        """Whether it is dead or frozen."""
        return self.is_dead or seconds() < self._resumes_at

    def kill(self) -> None:
        """End the process as `kill -9` does."""
        self.is_dead = True
        if self.task is not None:
            self.task.cancel()

    def pause(self, time: float) -> None:
        """Freeze the process for a time."""
        self._resumes_at = max(self._resumes_at, seconds() + time)

    async def alive(self) -> None:
        """Return while the process runs; else wait, or end the task that asked."""
        while not self.is_dead and seconds() < self._resumes_at:  # noqa: ASYNC110  time is virtual
            await asyncio.sleep(self._resumes_at - seconds())
        if self.is_dead:
            raise asyncio.CancelledError


@dataclass(slots=True)
class Chaos:
    """The faults of a history.

    Attributes:
        fired: how often each class of faults was met.
        trace: what happened when, for who replays a seed.
    """

    plan: Plan
    dice: random.Random
    ledger: Ledger
    fired: Counter[str] = field(default_factory=Counter)
    trace: list[str] = field(default_factory=list)
    disturbed_at: float = 0.0
    _made: Counter[str] = field(default_factory=Counter)
    _requests: set[asyncio.Task[Answer]] = field(default_factory=set)

    def due(self, label: str, process: Process, messages: Collection[str]) -> Fault | None:
        """The fault that hits this call, if one does; it excuses the messages that it is for."""
        self._made[label] += 1
        fault = self.plan.schedule.get((label, self._made[label]))
        if fault is None or seconds() > self.plan.calm_at:
            return None
        self.note(fault.kind, f"{process.name}: {label} {self._made[label]} {fault}")
        self.disturbed_at = max(self.disturbed_at, seconds() + fault.seconds)
        self.ledger.note_fault(process.name, messages, label, fault)
        return fault

    def note(self, kind: str, what: str) -> None:
        """Note that a fault was met."""
        self.fired[kind] += 1
        self.trace.append(f"{seconds():9.3f} {kind}: {what}")

    async def call(
        self, process: Process, service: str, operation: str, method: Method, request: Request
    ) -> Answer:
        """Make a call as the network and the schedule have it."""
        await process.alive()
        label = label_of(operation, request)
        messages = messages_of(request)
        if operation.startswith((HIDE, DELETE)):
            self.ledger.note_attempt(messages)
        fault = self.due(label, process, messages)
        if fault is not None and fault.kind in FORGED:
            return await self._forge(fault, process, method, request)
        if fault is not None and not fault.is_after:
            await self.strike(fault, process, service, operation)
        await asyncio.sleep(self.dice.uniform(0.002, 0.03))
        await process.alive()
        await self._check_reachable(process, service, operation, messages)
        if operation == RECEIVE and seconds() < process.polls_empty_until:
            self.ledger.empty_polls[process.name] += 1
            return {}
        answer = await self._send(process, operation, method, request)
        if fault is not None and fault.is_after:
            self.ledger.note_lost(operation, answer)
            if fault.kind == "lost_reply" and fault.seconds < 1:  # the client itself tries again
                answer = await self._send(process, operation, method, request)
            else:
                await self.strike(fault, process, service, operation)
        await process.alive()
        return answer

    async def _send(
        self, process: Process, operation: str, method: Method, request: Request
    ) -> Answer:
        """Have AWS complete a request, whatever becomes of the process."""

        async def complete() -> Answer:
            answer = await method(**request)
            self.ledger.note_answer(process.name, operation, request, answer)
            if process.is_gone:
                self.ledger.note_lost(operation, answer)
            return answer

        task = asyncio.create_task(complete())
        self._requests.add(task)
        task.add_done_callback(self._complete)
        return await asyncio.shield(task)

    def _complete(self, task: asyncio.Task[Answer]) -> None:
        self._requests.discard(task)
        if not task.cancelled():
            task.exception()

    async def strike(self, fault: Fault, process: Process, service: str, operation: str) -> None:
        """Have a fault happen to a process; return if the call goes on."""
        match fault.kind:
            case "crash":
                self.ledger.note_death(process.name)
                process.kill()
            case "zombie":
                self.ledger.note_death(process.name)
                process.pause(fault.seconds)
            case "sigterm":
                process.stop()
            case "delay":
                await asyncio.sleep(fault.seconds)
            case "expired_credentials":
                process.expired_until = seconds() + fault.seconds
            case "empty_poll":
                process.polls_empty_until = seconds() + fault.seconds
            case _:
                await _fail(fault, service, operation)
        await process.alive()

    async def _forge(
        self, fault: Fault, process: Process, method: Method, request: Request
    ) -> Answer:
        """Delete none of a batch but say so, or say that its first entry was not deleted."""
        entries = list(request["Entries"])
        done = [{"Id": entry["Id"]} for entry in entries]
        if fault.kind == "undeleted":
            return {"Successful": done}
        if entries[1:]:
            rest = {**request, "Entries": entries[1:]}
            await self._send(process, "delete_message_batch", method, rest)
        failed = {"Id": entries[0]["Id"], "SenderFault": False, "Code": "InternalError"}
        return {"Successful": done[1:], "Failed": [failed]}

    async def _check_reachable(
        self, process: Process, service: str, operation: str, messages: Collection[str]
    ) -> None:
        outage, now = self.plan.outage, seconds()
        if now < process.expired_until:
            self.ledger.note_failed_call(process.name, operation, messages)
            raise client_error(operation, *_EXPIRED.get(service, ("ExpiredTokenException", 400)))
        if outage is not None and outage.hits(service, now):
            self.fired["outage"] += 1
            self.ledger.note_failed_call(process.name, operation, messages)
            await asyncio.sleep(_GIVES_UP_AFTER)
            code = _DOWN.get(service, ("InternalServiceException", 500))
            raise client_error(operation, *code)


async def _fail(fault: Fault, service: str, operation: str) -> NoReturn:
    """Raise what a client raises after it has tried again."""
    if fault.kind == "conflict":
        raise client_error(operation, "ConditionalRequestConflict", 409)
    await asyncio.sleep(_GIVES_UP_AFTER)
    if fault.kind == "throttling":
        raise client_error(operation, *_THROTTLED.get(service, ("ThrottlingException", 400)))
    if fault.kind == "lost_reply" and fault.is_after:
        raise ReadTimeoutError(endpoint_url=_URL)
    raise EndpointConnectionError(endpoint_url=_URL)


if TYPE_CHECKING:
    Method = Callable[..., Awaitable[Answer]]


class Client:
    """A client of a twin as a process has it."""

    def __init__(self, twin: object, service: str, process: Process, chaos: Chaos) -> None:
        self._twin = twin
        self._service = service
        self._process = process
        self._chaos = chaos

    def __getattr__(self, operation: str) -> Method:
        method = getattr(self._twin, operation)

        async def call(**request: Any) -> Answer:  # noqa: ANN401  a request has any fields
            return await self._chaos.call(self._process, self._service, operation, method, request)

        return call

    def get_paginator(self, operation: str) -> ListPages:
        """What asks for one page after another, each by a call of its own."""
        return ListPages(self.__getattr__(operation))


def messages_of(request: Request) -> list[str]:
    """The messages that a request is for: those whose receipts it names, else the one in hand."""
    entries = request.get("Entries", [request])
    handles = [str(entry["ReceiptHandle"]) for entry in entries if "ReceiptHandle" in entry]
    return [handle.rpartition("/")[0] for handle in handles] or messages_in_hand()


def messages_in_hand() -> list[str]:
    """The message that the running task processes: the service binds it to its log lines."""
    message_id = structlog.contextvars.get_contextvars().get("message_id")
    return [] if message_id is None else [message_id]
