"""Waiting for something that lives: as long as it moves, however slowly, it is not given up."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

# Far above what the slowest machine takes for one step.
STUCK_AFTER = timedelta(minutes=10)


def watch(look: Callable[[], T], *, every: timedelta) -> Iterator[tuple[T, timedelta]]:
    """Look again and again: what is seen, and for how long it has been the same.

    Args:
        look: sees a state; states are compared.
        every: the pause between two looks.
    """
    state, since = look(), time.monotonic()
    while True:
        yield state, timedelta(seconds=time.monotonic() - since)
        time.sleep(every.total_seconds())
        if (seen := look()) != state:
            state, since = seen, time.monotonic()
