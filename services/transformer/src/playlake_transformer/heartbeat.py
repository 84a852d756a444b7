"""Keeps a message hidden while it is processed."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog

from playlake_transformer.errors import AwsUnavailableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import timedelta

    from playlake_transformer.ports import Message, Queue

_log = structlog.get_logger()


@asynccontextmanager
async def heartbeat(queue: Queue, message: Message, every: timedelta) -> AsyncIterator[None]:
    """Extend a message's visibility timeout regularly while the context lasts.

    A failure is logged, and the next beat tries again. If every beat fails, the message is
    delivered a second time, which is harmless because writes are conditional. A beat that is on
    its way is waited for, or it would hide a message that is given back afterwards.
    """
    ended = asyncio.Event()
    beats = asyncio.create_task(_beat(queue, message, every, ended))
    try:
        yield
    finally:
        ended.set()
        await beats


async def _beat(queue: Queue, message: Message, every: timedelta, ended: asyncio.Event) -> None:
    while not await _ends_within(ended, every):
        try:
            await queue.extend(message)
        except AwsUnavailableError as error:
            _log.warning("heartbeat_failed", message_id=message.message_id, reason=str(error))


async def _ends_within(ended: asyncio.Event, time: timedelta) -> bool:
    try:
        async with asyncio.timeout(time.total_seconds()):
            return await ended.wait()
    except TimeoutError:
        return False
