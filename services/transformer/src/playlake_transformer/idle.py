"""Stops a service whose queue has been empty for a while: one that is started when it is needed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

if TYPE_CHECKING:
    from datetime import timedelta

    from playlake_transformer.ports import Clock
    from playlake_transformer.status import Status
    from playlake_transformer.worker import Worker

_log = structlog.get_logger()

_LOOKS_WITHIN: Final = 10


async def stop_when_idle(worker: Worker, status: Status, clock: Clock, after: timedelta) -> None:
    """Stop the worker when it has received nothing, and had nothing to do, for a time."""
    received, since = status.received, clock.now()
    while True:
        await asyncio.sleep(after.total_seconds() / _LOOKS_WITHIN)
        if status.in_flight or status.received != received:
            received, since = status.received, clock.now()
        elif clock.now() - since >= after:
            _log.info("worker_idle", seconds=after.total_seconds())
            worker.stop()
            return
