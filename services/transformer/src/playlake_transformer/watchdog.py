"""Measures how late the event loop is: everything else of the service waits as long."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playlake_transformer.status import Status

EVERY_SECONDS = 1.0
_REMEMBERED = 60


async def watch_loop(status: Status) -> None:
    """Note the longest delay of the last minute, until cancelled."""
    loop = asyncio.get_running_loop()
    delays: deque[float] = deque(maxlen=_REMEMBERED)
    while True:
        before = loop.time()
        await asyncio.sleep(EVERY_SECONDS)
        delays.append(loop.time() - before - EVERY_SECONDS)
        status.loop_delay_seconds = max(delays)
