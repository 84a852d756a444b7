"""How a true answer arrives: late, slowly, or not all of it."""

from itertools import pairwise
from math import ceil

from fastapi.responses import Response
from starlette.types import Message, Receive, Send

from playlake_sandbox.faults import connection
from playlake_sandbox.faults.kinds import DeliveryFault, Hang, Slow, Truncated

_PIECE_SECONDS = 0.05


async def deliver(rule: DeliveryFault, answer: Response, receive: Receive, send: Send) -> None:
    """Sends an answer as a rule has it."""
    match rule:
        case Truncated():
            await _start(answer, send)
            await send(_piece(answer.body[: len(answer.body) // 2]))
            await connection.close(receive)
        case Slow():
            await _start(answer, send)
            await _drip(bytes(answer.body), rule.seconds, receive, send)
        case Hang():
            await connection.wait(receive, rule.seconds)
            await _start(answer, send)
            await send(_piece(answer.body, last=True))


async def _drip(body: bytes, seconds: float, receive: Receive, send: Send) -> None:
    pieces = max(min(ceil(seconds / _PIECE_SECONDS), len(body)), 1)
    edges = [len(body) * number // pieces for number in range(pieces + 1)]
    for begin, end in pairwise(edges):
        await connection.wait(receive, seconds / pieces)
        await send(_piece(body[begin:end], last=end == len(body)))


async def _start(answer: Response, send: Send) -> None:
    start = {"status": answer.status_code, "headers": answer.raw_headers}
    await send({"type": "http.response.start", **start})


def _piece(body: bytes | memoryview, *, last: bool = False) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": not last}
