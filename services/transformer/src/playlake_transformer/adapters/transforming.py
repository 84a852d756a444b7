"""Runs `transform`, and what reads raw objects for it, in the process that asks for it.

A process that transforms for others does, and so does a task of an engine, which is a process of
its own.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from playlake_transformer.domain.transform import transform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake_contracts.keys import RawKey
    from playlake_transformer.domain.contents import Change, Contents, Held, Identities
    from playlake_transformer.domain.transform import Transformed


def timed(raw: bytes, key: RawKey, contents: tuple[Contents, ...]) -> tuple[Transformed, timedelta]:
    """Transform a raw object, and measure the time that it takes; see `ports.Transforms`."""
    started = time.perf_counter()
    transformed = transform(raw, key, contents=contents)
    return transformed, timedelta(seconds=time.perf_counter() - started)


def held(raw: bytes, key: RawKey, playlists: Mapping[str, bool]) -> dict[str, Held]:
    """Read what a part holds of some playlists; see `figures.read_held`."""
    # Imported here, because it imports pandas, which the service itself works without.
    from playlake_transformer.domain.figures import read_held  # noqa: PLC0415

    return read_held(raw, key, playlists)


def changes(raw: bytes, key: RawKey, now: Mapping[str, Identities]) -> dict[str, Change]:
    """Compare the snapshots of a part with later ones; see `figures.read_changes`."""
    from playlake_transformer.domain.figures import read_changes  # noqa: PLC0415  likewise

    return read_changes(raw, key, now)


class OwnProcessTransforms:
    """Transforms in this very process; implements `ports.Transforms`.

    Nothing else happens meanwhile, and there is no deadline.
    """

    async def __call__(
        self, raw: bytes, key: RawKey, contents: tuple[Contents, ...] = ()
    ) -> tuple[Transformed, timedelta]:
        """Transform a raw object."""
        return timed(raw, key, contents)

    async def held(self, raw: bytes, key: RawKey, playlists: Mapping[str, bool]) -> dict[str, Held]:
        """Read a part."""
        return held(raw, key, playlists)

    async def changes(
        self, raw: bytes, key: RawKey, now: Mapping[str, Identities]
    ) -> dict[str, Change]:
        """Compare a part."""
        return changes(raw, key, now)
