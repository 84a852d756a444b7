"""An application that uvicorn serves in a thread of this process."""

from __future__ import annotations

import socket
import sys
import threading
from contextlib import contextmanager
from traceback import format_stack
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp

__all__ = ["serve"]


@contextmanager
def serve(app: ASGIApp, config: uvicorn.Config | None = None) -> Iterator[str]:
    """Serve an application on a free port of this machine while a block lasts: its address."""
    config = config or uvicorn.Config(
        app, ws="none", log_config=None, access_log=False, timeout_graceful_shutdown=10
    )
    running = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        # asyncio sets it on its own sockets only; without it every answer waits for 40 ms.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            running.should_exit = True
            thread.join(timeout=60)
    assert not thread.is_alive(), "".join(format_stack(sys._current_frames()[thread.ident or 0]))
