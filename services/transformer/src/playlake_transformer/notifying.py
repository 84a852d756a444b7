"""Tells runs after a burst of commits, once for all that it completed.

A record in the lake says which runs were told, so several transformers tell each run once, and what
one of them could not tell another does.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from playlake_lake.errors import LakeError
from playlake_transformer.debounce import until_due

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from playlake_transformer.debounce import Debounce
    from playlake_transformer.ports import Clock

_log = structlog.get_logger()

_LONGEST_PAUSE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Told:
    """What was told.

    Attributes:
        runs: the ids of the runs whose notices were sent.
        failures: why others were not sent, a sentence each.
    """

    runs: Sequence[str] = ()
    failures: Sequence[str] = ()


class NoticeTrigger:
    """Tells runs after a quiet time without commits and rejects.

    Whatever fails is logged and tried again, after longer and longer pauses: each attempt costs
    queries.

    Args:
        tell: tells the runs that are complete and were not told yet; None if nobody is told.
        debounce: the quiet time.
        clock: the current time.
    """

    def __init__(
        self, tell: Callable[[], Awaitable[Told]] | None, debounce: Debounce, clock: Clock
    ) -> None:
        self._tell = tell
        self._debounce = debounce
        self._clock = clock
        self._failures = 0
        self._not_before: datetime | None = None
        self._noted = asyncio.Event()

    def note(self) -> None:
        """Note that a run may be complete by now."""
        if self._tell is not None:
            self._debounce.note(self._clock.now())
            self._noted.set()

    async def run(self) -> None:
        """Tell runs when they may be complete, until cancelled."""
        if self._tell is None:
            return
        while True:
            await self._noted.wait()
            await until_due(self._debounce, self._clock, self._not_before)
            self._debounce.clear()  # before the calls: what comes during them is told later
            self._noted.clear()
            if await _has_told(self._tell):
                self._failures, self._not_before = 0, None
            else:
                self._try_later()

    def _try_later(self) -> None:
        pause = min(self._debounce.quiet * 2**self._failures, _LONGEST_PAUSE)
        self._failures += pause < _LONGEST_PAUSE
        self._not_before = self._clock.now() + pause
        self.note()


async def _has_told(tell: Callable[[], Awaitable[Told]]) -> bool:
    """Tell, and log how that went; whether nothing is left to try again."""
    try:
        told = await tell()
    except LakeError as error:
        _log.warning("notices_failed", reason=str(error))
        return False
    except Exception as error:  # noqa: BLE001  no notice is worth the end of the service
        _log.exception("notices_failed", reason=f"{type(error).__name__}: {error}")
        return False
    for run_id in told.runs:
        _log.info("notice_sent", run_id=run_id)
    for reason in told.failures:
        _log.warning("notice_not_sent", reason=reason)
    return not told.failures
