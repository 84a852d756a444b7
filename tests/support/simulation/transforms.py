"""The real transformation, once for each content; its process can die, be slow, or be frozen."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from playlake_transformer.domain.contents import asserted
from playlake_transformer.domain.figures import read_changes, read_held
from playlake_transformer.domain.transform import transform
from playlake_transformer.errors import RejectError, TransformTimeoutError, WorkerDiedError
from simulation.chaos import messages_in_hand
from simulation.faults import TRANSFORM
from simulation.raw_objects import poison

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake_contracts.keys import RawKey
    from playlake_contracts.manifest import Manifest
    from playlake_transformer.domain.contents import Change, Contents, Held, Identities
    from playlake_transformer.domain.transform import Transformed
    from simulation.chaos import Chaos, Process
    from simulation.faults import Fault

TAKES = timedelta(seconds=0.5)
DEADLINE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class SimulatedTransforms:
    """The twin of `ProcessTransforms` for one process."""

    process: Process
    chaos: Chaos

    async def __call__(
        self, raw: bytes, key: RawKey, contents: tuple[Contents, ...] = ()
    ) -> tuple[Transformed, timedelta]:
        """Transform a raw object."""
        await self.process.alive()
        messages = messages_in_hand()
        self.chaos.ledger.transforms.update(messages)
        fault = self.chaos.due(TRANSFORM, self.process, messages)
        await asyncio.sleep(TAKES.total_seconds())
        if fault is not None:
            await self._suffer(fault, key)
        await self.process.alive()
        if raw in _crashing():
            raise RuntimeError("synthetic bug")
        return transformed(raw, key, contents), TAKES

    async def held(self, raw: bytes, key: RawKey, playlists: Mapping[str, bool]) -> dict[str, Held]:
        """Read what a part holds of some playlists."""
        await self.process.alive()
        return read_held(raw, key, playlists)

    async def changes(
        self, raw: bytes, key: RawKey, now: Mapping[str, Identities]
    ) -> dict[str, Change]:
        """Compare the snapshots of a part with later ones."""
        await self.process.alive()
        return read_changes(raw, key, now)

    async def _suffer(self, fault: Fault, key: RawKey) -> None:
        if fault.kind == "dead_pool_process" and fault.seconds < 1:
            raise WorkerDiedError(f"the process transforming {key} died")
        if fault.kind == "dead_pool_process":
            await asyncio.sleep(DEADLINE_SECONDS)
            raise TransformTimeoutError(f"transforming {key} took too long")
        if fault.kind == "slow_transform":
            await asyncio.sleep(fault.seconds)
        else:
            await self.chaos.strike(fault, self.process, "pool", TRANSFORM)


@cache
def transformed(raw: bytes, key: RawKey, contents: tuple[Contents, ...] = ()) -> Transformed:
    """Transform once what many histories land: the same bytes give the same rows."""
    return transform(raw, key, contents=contents)


def with_figures_of(part: RawKey, body: bytes, manifest: Manifest) -> tuple[Contents, ...]:
    """The contents of a run of which only one part can be read; none if that cannot be."""
    now = asserted(manifest)
    there = {each: False for each, one in now.items() if one.part_key(part.source) == part}
    try:
        held = read_held(body, part, there)
    except RejectError:
        held = {}
    return tuple(
        one.with_figures(held[each].figures) if each in held else one for each, one in now.items()
    )


@cache
def _crashing() -> frozenset[bytes]:
    return frozenset(each.body for each in poison() if each.code == "crashes_transformer")
