"""The engine `local`: a pool of processes, the fastest engine on one machine."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from playlake_backfill.committing import commit
from playlake_backfill.done import Done
from playlake_backfill.planning import in_order
from playlake_engines.errors import EngineError
from playlake_transformer.adapters.memory import usable_memory
from playlake_transformer.adapters.processes import PARTS_A_PROCESS, ProcessTransforms
from playlake_transformer.ports import TRANSFORM_DEADLINE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_backfill.places import Place
    from playlake_contracts.s3_events import StoredObject

_MIB: Final = 1024 * 1024
# A process with Arrow and pandas, and a part of the usual size in all its forms.
PROCESS_BYTES: Final = 384 * _MIB


def in_pool(place: Place, objects: Sequence[StoredObject]) -> Done:
    """Commit raw objects in as many processes as there are cores and memory.

    Raises:
        EngineError: there is too little memory for one process.
    """
    processes = processes_that_fit(os.cpu_count() or 1, usable_memory())
    done = Done()
    asyncio.run(_commit(place, in_order(objects), min(processes, len(objects)), done))
    return done


def processes_that_fit(cores: int, memory: int) -> int:
    """The number of processes for a machine with some cores and bytes of memory.

    Raises:
        EngineError: the memory does not do for one process beside this one.
    """
    fitting = memory // PROCESS_BYTES - 1
    if fitting < 1:
        raise EngineError(
            f"a backfill needs {2 * PROCESS_BYTES // _MIB} MiB of memory, and there are "
            f"{memory // _MIB}: use a larger machine or container"
        )
    return min(cores, fitting)


async def _commit(
    place: Place, objects: Sequence[StoredObject], processes: int, done: Done
) -> None:
    transforms = ProcessTransforms(processes, timedelta(seconds=TRANSFORM_DEADLINE_SECONDS))
    try:
        await commit(place, objects, transforms, processes * PARTS_A_PROCESS, done)
    finally:
        transforms.close()
