"""The stages of processing a raw object, and how long each took."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Stage(StrEnum):
    """The stages in their order."""

    WAIT = "wait"  # for other raw objects in memory to make room
    GET = "get"
    CONTENTS = "contents"  # of a manifest: what it needs of other raw objects
    TRANSFORM = "transform"  # the wait for a process included
    PUT = "put"
    MARK = "mark"
    REGISTER = "register"
    REJECT = "reject"


class Stages:
    """How long each stage took that was begun, in seconds of the event loop's clock."""

    def __init__(self) -> None:
        self.seconds: dict[Stage, float] = {}
        self._began = _now()

    @property
    def whole_seconds(self) -> float:
        """The time since the first stage could begin."""
        return _now() - self._began

    def end_wait(self) -> None:
        """End the first stage: there is room in memory."""
        self.seconds[Stage.WAIT] = self.whole_seconds

    @contextmanager
    def timed(self, stage: Stage) -> Iterator[None]:
        """Measure a stage, also one that fails."""
        began = _now()
        try:
            yield
        finally:
            self.seconds[stage] = _now() - began


def _now() -> float:
    return asyncio.get_running_loop().time()
