"""Keeps a message hidden while it is processed."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import timedelta

    from playlake_transformer.ports import Message, Queue
    from playlake_transformer.status import Status

_log = structlog.get_logger()


@asynccontextmanager
async def heartbeat(
    queue: Queue, message: Message, every: timedelta, status: Status
) -> AsyncIterator[None]:
    """Extend a message's visibility timeout regularly while the context lasts.

    A failure is logged, and the next beat tries again. If every beat fails, the message is
    delivered a second time, which is harmless because writes are conditional. A beat that is on
    its way is waited for, or it would hide a message that is given back afterwards.

    Args:
        queue: where the message is from.
        message: what is processed.
        every: the time between two beats.
        status: counts the failures in a row.
    """
    ended = asyncio.Event()
    beats = asyncio.create_task(_beat(queue, message, every, ended, status))
    try:
        yield
    finally:
        ended.set()
        await beats


async def _beat(
    queue: Queue,
    message: Message,
    every: timedelta,
    ended: asyncio.Event,
    status: Status,
) -> None:
    while not await _ends_within(ended, every):
        try:
            await queue.extend(message)
        except Exception as error:  # noqa: BLE001  a beat that ends would end all beats
            reason = f"{type(error).__name__}: {error}"
            _log.warning("heartbeat_failed", message_id=message.message_id, reason=reason)
            status.heartbeats_failed += 1
        else:
            status.heartbeats_failed = 0


async def _ends_within(ended: asyncio.Event, time: timedelta) -> bool:
    try:
        async with asyncio.timeout(time.total_seconds()):
            return await ended.wait()
    except TimeoutError:
        return False
