"""Time in which waiting takes none: once every task waits, the clock moves on to what is next.

A coroutine that waits for something that can never happen fails at once instead of hanging.
"""

from __future__ import annotations

import asyncio
import selectors
from datetime import UTC, datetime, timedelta

_MOST_SKIPPED = 20
MORNING = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose `time()` starts at 0 and passes only while every task waits."""

    def __init__(self) -> None:
        self._clockwork = _Clockwork()
        super().__init__(self._clockwork)

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._clockwork.now

    def block(self, *, seconds: float) -> None:
        """Take time as a call does that blocks the loop."""
        self._clockwork.now += seconds


class LoopClock:
    """The time of day, as the event loop's time has it: 6 in the morning when it shows 0."""

    def now(self) -> datetime:
        """The time of day, UTC."""
        return MORNING + timedelta(seconds=asyncio.get_running_loop().time())


async def passing(**time: float) -> None:
    """Let time pass, given as `timedelta` takes it, for whatever else is running."""
    await asyncio.sleep(timedelta(**time).total_seconds())


class _Clockwork(selectors.SelectSelector):
    """Where the loop would block until a time, the time comes instead."""

    now = 0.0
    _skipped = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        # While tasks are ready, threads and sockets are looked at only now and then: it is slow.
        if timeout == 0 and self._skipped < _MOST_SKIPPED:
            self._skipped += 1
            return []
        self._skipped = 0
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError("every task waits for something that nothing will ever do")
        if not ready and timeout is not None:
            self.now += timeout
        return ready
