"""The real transformation on the event loop itself, taking as long as a test says."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from playlake_transformer.domain.figures import read_changes, read_held
from playlake_transformer.domain.transform import transform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playlake_contracts.keys import RawKey
    from playlake_transformer.domain.contents import Change, Contents, Held, Identities
    from playlake_transformer.domain.transform import Transformed


@dataclass(slots=True)
class InlineTransforms:
    """The twin of `ProcessTransforms`.

    Attributes:
        takes: how long each object takes.
        most_objects: how many were transformed at a time, at most.
        most_bytes: how many raw bytes were transformed at a time, at most.
    """

    takes: timedelta = timedelta(0)
    most_objects: int = 0
    most_bytes: int = 0
    _objects: int = 0
    _bytes: int = 0

    async def __call__(
        self, raw: bytes, key: RawKey, contents: tuple[Contents, ...] = ()
    ) -> tuple[Transformed, timedelta]:
        """Transform a raw object."""
        self._enter(len(raw))
        try:
            await asyncio.sleep(self.takes.total_seconds())
            return _transformed(raw, key, contents), self.takes
        finally:
            self._objects -= 1
            self._bytes -= len(raw)

    async def held(self, raw: bytes, key: RawKey, playlists: Mapping[str, bool]) -> dict[str, Held]:
        """Read what a part holds of some playlists."""
        return read_held(raw, key, playlists)

    async def changes(
        self, raw: bytes, key: RawKey, now: Mapping[str, Identities]
    ) -> dict[str, Change]:
        """Compare the snapshots of a part with later ones."""
        return read_changes(raw, key, now)

    def _enter(self, size: int) -> None:
        self._objects += 1
        self._bytes += size
        self.most_objects = max(self.most_objects, self._objects)
        self.most_bytes = max(self.most_bytes, self._bytes)


@cache
def _transformed(raw: bytes, key: RawKey, contents: tuple[Contents, ...]) -> Transformed:
    """Transform once what many tests land: the same bytes give the same rows."""
    return transform(raw, key, contents=contents)
