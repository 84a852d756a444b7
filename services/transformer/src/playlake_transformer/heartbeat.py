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
    delivered a second time, which is harmless because writes are conditional.
    """
    beats = asyncio.create_task(_beat(queue, message, every))
    try:
        yield
    finally:
        beats.cancel()
        # A beat that is on its way must not hide a message that is given back afterwards.
        await asyncio.wait([beats])


async def _beat(queue: Queue, message: Message, every: timedelta) -> None:
    while True:
        await asyncio.sleep(every.total_seconds())
        try:
            await queue.extend(message)
        except AwsUnavailableError as error:
            _log.warning("heartbeat_failed", message_id=message.message_id, reason=str(error))
