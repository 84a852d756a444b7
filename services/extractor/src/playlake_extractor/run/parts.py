"""The contents of a part, and its limits."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from playlake_contracts.limits import PART_BYTES, PART_SNAPSHOTS
from playlake_contracts.manifest import PartSummary

if TYPE_CHECKING:
    from playlake_contracts.keys import RawKey


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents of a part.

    Attributes:
        details: number of artists and albums with details.
        json_bytes: bytes before compression.
        since: when the first snapshot was complete; None if the part is empty.
    """

    snapshots: int = 0
    entries: int = 0
    details: int = 0
    json_bytes: int = 0
    since: datetime | None = None

    def plus(self, *, entries: int, json_bytes: int, at: datetime) -> Contents:
        """These contents and one more snapshot, which was complete at a time."""
        return replace(
            self._plus(json_bytes, at),
            snapshots=self.snapshots + 1,
            entries=self.entries + entries,
        )

    def plus_details(self, *, json_bytes: int, at: datetime) -> Contents:
        """These contents and the details of one more artist or album, received at a time."""
        return replace(self._plus(json_bytes, at), details=self.details + 1)

    def _plus(self, json_bytes: int, at: datetime) -> Contents:
        return replace(self, json_bytes=self.json_bytes + json_bytes, since=self.since or at)


@dataclass(frozen=True, slots=True)
class PartLimits:
    """A part is full when it reaches any of these."""

    max_bytes: int = PART_BYTES
    max_snapshots: int = PART_SNAPSHOTS
    max_age: timedelta = timedelta(seconds=60)

    def reached_by(self, contents: Contents, now: datetime) -> bool:
        """Whether a part with these contents is full now; an empty part is never full."""
        if contents.since is None:
            return False
        return (
            contents.json_bytes >= self.max_bytes
            or contents.snapshots >= self.max_snapshots
            or now - contents.since >= self.max_age
        )


def summarise(key: RawKey, body: bytes, contents: Contents) -> PartSummary:
    """The entry of a part in the manifest."""
    return PartSummary(
        part=key.part,
        key=str(key),
        snapshots=contents.snapshots,
        entries=contents.entries,
        json_bytes=contents.json_bytes,
        bytes=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        details=contents.details,
    )
