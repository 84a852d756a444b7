"""A proxy between real processes and the local AWS that delays, refuses, cuts, drops and repeats.

It speaks HTTP, so it stands in the way of any client. A fault names the calls it applies to, such
as `sqs.ReceiveMessage`, `glue.StartCrawler` or `s3.PUT /bucket/key`, by a regular expression.
"""

from __future__ import annotations

import asyncio
import random
import re
import threading
from collections import Counter
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import ClientSession, TCPConnector, web

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HOST = "127.0.0.1"
_MOST_BYTES = 2**28
_BETWEEN_TWO_HOPS = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})
_ERROR = b"<Error><Code>SlowDown</Code><Message>synthetic failure</Message></Error>"


class Action(StrEnum):
    """What happens to a call."""

    DELAY = "delay"
    RESET = "reset"
    STATUS = "status"
    TRUNCATE = "truncate"
    DROP_REPLY = "drop_reply"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong at which calls.

    Attributes:
        calls: a regular expression that is searched in the names of calls.
        action: what happens.
        probability: of each of these calls to be hit.
        nth: hit only this one of these calls, counted from 1, whatever the probability.
        seconds: how long a delay takes.
        status: the status of an answer that is no success.
    """

    calls: str
    action: Action
    probability: float = 1.0
    nth: int | None = None
    seconds: float = 0.0
    status: int = 503


@dataclass(slots=True)
class FaultProxy:
    """A running proxy.

    Attributes:
        port: where it listens.
        faults: what goes wrong; may be replaced at any time.
        hits: how often each action was taken.
        calls: how often each kind of call came, keys of objects left out.
    """

    upstream: int
    faults: Sequence[Fault]
    dice: random.Random
    port: int = 0
    hits: Counter[Action] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    _matched: Counter[Fault] = field(default_factory=Counter)

    @property
    def url(self) -> str:
        """The address to give to clients as AWS's."""
        return f"http://{HOST}:{self.port}"

    async def handle(self, session: ClientSession, request: web.Request) -> web.StreamResponse:
        """Answer a call as AWS does, or as a fault has it."""
        body = await request.read()
        name = call_name(request)
        self.calls[name.partition(" ")[0]] += 1
        fault = self._chosen(name)
        if fault is None:
            return await self._forward(session, request, body)
        self.hits[fault.action] += 1
        return await self._spoil(fault, session, request, body)

    def _chosen(self, name: str) -> Fault | None:
        for fault in self.faults:
            if re.search(fault.calls, name) is None:
                continue
            self._matched[fault] += 1
            is_hit = (
                self.dice.random() < fault.probability
                if fault.nth is None
                else self._matched[fault] == fault.nth
            )
            if is_hit:
                return fault
        return None

    async def _spoil(
        self, fault: Fault, session: ClientSession, request: web.Request, body: bytes
    ) -> web.StreamResponse:
        match fault.action:
            case Action.STATUS:
                return web.Response(status=fault.status, body=_ERROR)
            case Action.RESET:
                return _cut(request, web.Response())
            case Action.DELAY:
                await asyncio.sleep(fault.seconds)
                return await self._forward(session, request, body)
            case Action.DUPLICATE:
                await self._forward(session, request, body)
                return await self._forward(session, request, body)
            case Action.DROP_REPLY:
                return _cut(request, await self._forward(session, request, body))
            case Action.TRUNCATE:
                return await _truncated(request, await self._forward(session, request, body))

    async def _forward(
        self, session: ClientSession, request: web.Request, body: bytes
    ) -> web.Response:
        url = f"http://{HOST}:{self.upstream}{request.raw_path}"
        headers = {k: v for k, v in request.headers.items() if k.lower() not in _BETWEEN_TWO_HOPS}
        async with session.request(
            request.method, url, headers=headers, data=body, allow_redirects=False
        ) as answer:
            received = await answer.read()
            kept = {k: v for k, v in answer.headers.items() if k.lower() not in _BETWEEN_TWO_HOPS}
            if request.method == "HEAD" and "Content-Length" in answer.headers:
                kept["Content-Length"] = answer.headers["Content-Length"]
            return web.Response(status=answer.status, headers=kept, body=received)


def call_name(request: web.Request) -> str:
    """The name of a call: service and operation, and for S3 method and path."""
    target = request.headers.get("X-Amz-Target", "")
    if not target:
        return f"s3.{request.method} {request.path}"
    service, _, operation = target.rpartition(".")
    return f"{'sqs' if 'SQS' in service else 'glue' if 'Glue' in service else service}.{operation}"


def _cut(request: web.Request, answer: web.Response) -> web.Response:
    """End the connection instead of answering."""
    if request.transport is not None:
        request.transport.abort()
    return answer


async def _truncated(request: web.Request, answer: web.Response) -> web.StreamResponse:
    """Send the first half of an answer whose headers tell of the whole, then end the connection."""
    body = bytes(answer.body or b"")  # type: ignore[arg-type]  # it was made from bytes
    half = web.StreamResponse(status=answer.status, headers=answer.headers)
    half.content_length = len(body)
    await half.prepare(request)
    await half.write(body[: len(body) // 2])
    return _cut(request, answer)


@contextmanager
def fault_proxy(upstream: int, faults: Sequence[Fault], *, seed: int) -> Iterator[FaultProxy]:
    """Run a proxy to a port of this machine while a block lasts.

    Args:
        upstream: the port of the local AWS.
        faults: what goes wrong; the first that hits a call is taken.
        seed: what the chances follow from.
    """
    proxy = FaultProxy(upstream, faults, random.Random(seed))
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        stop = asyncio.run_coroutine_threadsafe(_start(proxy), loop).result()
        try:
            yield proxy
        finally:
            asyncio.run_coroutine_threadsafe(stop.aclose(), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _start(proxy: FaultProxy) -> AsyncExitStack:
    """Begin to listen; what is returned ends it."""
    async with AsyncExitStack() as stack:
        session = ClientSession(auto_decompress=False, connector=TCPConnector(limit=0))
        await stack.enter_async_context(session)
        app = web.Application(client_max_size=_MOST_BYTES)
        app.router.add_route("*", "/{path:.*}", partial(proxy.handle, session))
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, HOST, 0).start()
        proxy.port = runner.addresses[0][1]
        return stack.pop_all()
