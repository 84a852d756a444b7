"""Whether a lake can be queried, found by one cheap query now and then.

A load balancer asks often, and a query of a lake on AWS costs seconds and money. So an answer of
the lake stands for minutes, a failure for seconds, and nobody waits for long.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final

from playlake_lake.days import Days
from playlake_lake.errors import LakeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from playlake_web.reader import Reader

_log: Final = logging.getLogger(__name__)
_PROBE: Final = "select count(*) as marks from loads where {in_days}"
_GOOD_FOR: Final = timedelta(minutes=5)
_BAD_FOR: Final = timedelta(seconds=5)
WAIT_SECONDS: Final = 3.0


class NotReadyError(LakeError):
    """The lake could not be queried, or has not answered yet."""


class Readiness:
    """Whether a lake can be queried, as was found out last.

    Args:
        wait_seconds: how long whoever asks waits for an answer that takes longer.
    """

    def __init__(self, wait_seconds: float = WAIT_SECONDS) -> None:
        self._wait_seconds = wait_seconds
        self._lock = Lock()
        self._thread: Thread | None = None
        self._asked_at: datetime | None = None
        self._error: Exception | None = None

    def check(self, reader: Reader, clock: Callable[[], datetime]) -> None:
        """Check that the lake can be queried. One query runs at a time, whoever asks.

        Args:
            reader: the lake.
            clock: the present time, UTC.

        Raises:
            NotReadyError: it cannot, or the answer takes too long.
        """
        with self._lock:
            if self._thread is None and not self._stands(clock()):
                self._thread = Thread(target=self._ask, args=(reader, clock), daemon=True)
                self._thread.start()
            thread = self._thread
        if thread is not None:
            thread.join(self._wait_seconds)
            if thread.is_alive():
                raise NotReadyError(f"it has not answered within {self._wait_seconds:g} s")
        if self._error is not None:
            raise NotReadyError(str(self._error)) from self._error

    def _stands(self, now: datetime) -> bool:
        """Whether the last answer says enough."""
        if self._asked_at is None:
            return False
        lasts = _GOOD_FOR if self._error is None else _BAD_FOR
        return self._asked_at <= now < self._asked_at + lasts

    def _ask(self, reader: Reader, clock: Callable[[], datetime]) -> None:
        error: Exception | None = None
        try:
            today = clock().date().isoformat()
            reader.version()
            reader.rows(_PROBE, Days(today, today))
        except LakeError as raised:
            error = raised
        except Exception as raised:  # noqa: BLE001 - whatever it is, the lake cannot be queried
            _log.exception("the lake could not be asked whether it answers")
            error = raised
        with self._lock:
            self._error, self._asked_at, self._thread = error, clock(), None
