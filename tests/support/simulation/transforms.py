"""The real transformation, once for each content; its process can die, be slow, or be frozen."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from playlake_transformer.domain.transform import transform
from playlake_transformer.errors import WorkerDiedError
from simulation.chaos import message_in_hand
from simulation.faults import TRANSFORM
from simulation.raw_objects import poison

if TYPE_CHECKING:
    from playlake_contracts.keys import RawKey
    from playlake_transformer.domain.transform import Transformed
    from simulation.chaos import Chaos, Process

TAKES = timedelta(seconds=0.5)


@dataclass(frozen=True, slots=True)
class SimulatedTransforms:
    """The twin of `ProcessTransforms` for one process."""

    process: Process
    chaos: Chaos

    async def __call__(self, raw: bytes, key: RawKey) -> tuple[Transformed, timedelta]:
        """Transform a raw object."""
        await self.process.alive()
        message_id = message_in_hand()
        if message_id is not None:
            self.chaos.ledger.transforms[message_id] += 1
        fault = self.chaos.due(TRANSFORM, self.process)
        await asyncio.sleep(TAKES.total_seconds())
        if fault is not None and fault.kind == "dead_pool_process":
            raise WorkerDiedError(f"the process transforming {key} died")
        if fault is not None and fault.kind == "slow_transform":
            await asyncio.sleep(fault.seconds)
        elif fault is not None:
            await self.chaos.strike(fault, self.process, "pool", TRANSFORM)
        await self.process.alive()
        if raw in _crashing():
            raise RuntimeError("synthetic bug")
        return transformed(raw, key), TAKES


@cache
def transformed(raw: bytes, key: RawKey) -> Transformed:
    """Transform once what many histories land: the same bytes give the same rows."""
    return transform(raw, key)


@cache
def _crashing() -> frozenset[bytes]:
    return frozenset(each.body for each in poison() if each.code == "crashes_transformer")
