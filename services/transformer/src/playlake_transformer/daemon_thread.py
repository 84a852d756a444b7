"""Runs a call in a thread that no stop waits for."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Result = TypeVar("_Result")


async def in_daemon_thread(call: Callable[[], _Result]) -> _Result:
    """Call in a thread of its own.

    `asyncio.to_thread` would hold the process at its end until the call has returned. This thread
    ends with the process, so the call must be one that may be cut off at any moment.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[_Result] = loop.create_future()

    def deliver(result: _Result | None, error: BaseException | None) -> None:
        if done.done():  # nobody waits any more
            return
        if error is None:
            done.set_result(result)  # type: ignore[arg-type]  # a call without error has a result
        else:
            done.set_exception(error)

    def run() -> None:
        result, failed = None, None
        try:
            result = call()
        except BaseException as error:  # noqa: BLE001  whoever waits raises it
            failed = error
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(deliver, result, failed)

    Thread(target=run, daemon=True).start()
    return await done
