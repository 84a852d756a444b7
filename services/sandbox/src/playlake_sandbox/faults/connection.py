"""Connections as they fail: waited on for too long, closed too early, reset."""

import asyncio
import socket
import struct
from contextlib import suppress

from starlette.types import Receive

_LINGER_NOT = struct.pack("ii", 1, 0)


async def wait(receive: Receive, seconds: float) -> None:
    """Waits, but no longer than the client does."""
    with suppress(TimeoutError):
        await asyncio.wait_for(_gone(receive), seconds)


async def close(receive: Receive) -> None:
    """Closes the connection once everything is sent."""
    _transport(receive).close()
    await _gone(receive)


async def reset(receive: Receive) -> None:
    """Resets the connection; what is not sent yet is lost."""
    transport = _transport(receive)
    # Without a time to linger, closing a socket sends RST rather than FIN.
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
    transport.abort()
    await _gone(receive)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _transport(receive: Receive) -> asyncio.Transport:
    # ASGI cannot end a connection. Served by uvicorn, `receive` is a method of what holds it.
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    if not isinstance(transport, asyncio.Transport):
        raise ConnectionResetError("the sandbox ends the connection: serve it with uvicorn")
    return transport
