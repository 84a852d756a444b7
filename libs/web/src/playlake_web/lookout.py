"""What was last seen of something that changes, looked at again when that is old."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

# So a lookout takes two hundredths of a processor at most, however much there is to see.
_PAUSE_A_LOOK: Final = 50


class _Seen(NamedTuple, Generic[T]):
    value: T
    of: object
    at: datetime
    until: datetime

    def stands(self, now: datetime, of: object) -> bool:
        return self.of == of and self.at <= now < self.until


class Lookout(Generic[T]):
    """Looks at something, and keeps what was seen for a while.

    A look is followed by a pause of fifty times the processor time that it took, if that is longer:
    the transformer beside the page needs the processor, and whoever looks does not.

    Args:
        every: how long it is kept at least.
        processor_time: the seconds of processor time that the thread has used.
    """

    def __init__(
        self, every: timedelta, processor_time: Callable[[], float] = time.thread_time
    ) -> None:
        self._every = every
        self._processor_time = processor_time
        self._lock = Lock()
        self._seen: _Seen[T] | None = None

    def get(self, look: Callable[[], T], now: datetime, of: object = None) -> T:
        """What was seen; `look` is called if that is old, or was seen of something else.

        An error of `look` is kept for nobody.
        """
        with self._lock:
            seen = self._seen
            if seen is None or not seen.stands(now, of):
                began = self._processor_time()
                value = look()
                took = timedelta(seconds=self._processor_time() - began)
                pause = max(self._every, took * _PAUSE_A_LOOK)
                self._seen = seen = _Seen(value, of, now, now + pause)
            return seen.value

    def peek(self, now: datetime, of: object = None) -> T | None:
        """What was seen, at once; None if that is old, or was seen of something else."""
        seen = self._seen
        return seen.value if seen is not None and seen.stands(now, of) else None
