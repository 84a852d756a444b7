"""`orjson.loads` of each frame, and nothing else. It varies with the state of the memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from tests.bench.job import Job


def run(job: Job) -> int:
    """Parse every frame, one after the other."""
    for frame in job.frames:
        orjson.loads(frame)
    return 0
