"""Faults of the connection: the correct response comes late, slowly, cut short, or not at all."""

import asyncio
import socket
import struct
from contextlib import suppress
from http import HTTPStatus
from itertools import pairwise
from math import ceil
from typing import Annotated, Literal, TypeAlias

from fastapi.responses import Response
from pydantic import Field
from starlette.types import Message, Receive, Scope, Send

from playlake_sandbox.errors import web_api_error_response
from playlake_sandbox.faults.rules import Rule

_PIECE_SECONDS = 0.05
_NO_LINGER = struct.pack("ii", 1, 0)

Seconds = Annotated[float, Field(gt=0, le=3_600)]


class DeliveryRule(Rule):
    """A fault in how the correct response arrives."""


class Truncated(DeliveryRule):
    """Sends half of the correct response and closes the connection."""

    kind: Literal["truncated"]


class Slow(DeliveryRule):
    """Sends the correct response in small pieces, over a number of seconds."""

    kind: Literal["slow"]
    seconds: Seconds


class Hang(DeliveryRule):
    """Sends nothing for a number of seconds, then the correct response."""

    kind: Literal["hang"]
    seconds: Seconds


class Lost(DeliveryRule):
    """Carries out the request, and resets the connection or answers with an error status."""

    kind: Literal["lost"]
    status: int | None = Field(
        default=None, ge=500, le=599, description="The status; null resets the connection."
    )


class Reset(Rule):
    """Resets the connection without a response."""

    kind: Literal["reset"]


DeliveryFault: TypeAlias = Truncated | Slow | Hang | Lost


async def deliver(
    rule: DeliveryFault, answer: Response, scope: Scope, receive: Receive, send: Send
) -> None:
    """Sends a response in the way of the rule."""
    match rule:
        case Truncated():
            await _start(answer, send)
            await send(_piece(answer.body[: len(answer.body) // 2]))
            await _close(receive)
        case Slow():
            await _start(answer, send)
            await _drip(bytes(answer.body), rule.seconds, receive, send)
        case Lost(status=None):
            await reset(receive)
        case Lost(status=int(status)):
            await web_api_error_response(status, HTTPStatus(status).phrase)(scope, receive, send)
        case Hang():
            await _wait(receive, rule.seconds)
            await _start(answer, send)
            await send(_piece(answer.body, last=True))


async def reset(receive: Receive) -> None:
    """Resets the connection; data that is not sent yet is lost."""
    transport = _transport(receive)
    # A socket closed without time to linger sends RST instead of FIN.
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()
    await _disconnected(receive)


async def _drip(body: bytes, seconds: float, receive: Receive, send: Send) -> None:
    pieces = max(min(ceil(seconds / _PIECE_SECONDS), len(body)), 1)
    edges = [len(body) * number // pieces for number in range(pieces + 1)]
    for begin, end in pairwise(edges):
        await _wait(receive, seconds / pieces)
        await send(_piece(body[begin:end], last=end == len(body)))


async def _start(answer: Response, send: Send) -> None:
    start = {"status": answer.status_code, "headers": answer.raw_headers}
    await send({"type": "http.response.start", **start})


def _piece(body: bytes | memoryview, *, last: bool = False) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": not last}


async def _wait(receive: Receive, seconds: float) -> None:
    # The wait ends early if the client disconnects.
    with suppress(TimeoutError):
        await asyncio.wait_for(_disconnected(receive), seconds)


async def _close(receive: Receive) -> None:
    # A transport sends what it has buffered before it closes.
    _transport(receive).close()
    await _disconnected(receive)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _transport(receive: Receive) -> asyncio.Transport:
    # ASGI has no message that ends a connection. In uvicorn, `receive` is a method of an object
    # that holds the transport.
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    if not isinstance(transport, asyncio.Transport):
        raise ConnectionResetError(
            "cannot end the connection outside uvicorn: serve the sandbox with uvicorn"
        )
    return transport
