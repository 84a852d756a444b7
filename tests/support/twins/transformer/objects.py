"""Buckets in memory: raw objects with versions, curated objects that are written once a key."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from virtual_time import MORNING, LoopClock

from playlake_contracts.keys import RawKey
from playlake_transformer.domain.events import RawObjectCreated
from playlake_transformer.errors import (
    CommitConflictError,
    ObjectChangedError,
    ObjectTooLargeError,
)
from playlake_transformer.ports import ATTEMPT, Claim, RawObject, is_equal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from datetime import datetime

    from playlake_contracts.rejects import Reject
    from playlake_contracts.runs import RunId
    from playlake_transformer.domain.transform import CuratedFile


@dataclass(slots=True)
class MemoryRawObjects:
    """The twin of `S3RawObjects`: a bucket, with versioning or without."""

    max_bytes: int = 64 * 1024 * 1024
    versioned: bool = True
    put_at: dict[str, datetime] = field(default_factory=dict)
    _current: dict[str, str] = field(default_factory=dict)
    _versions: dict[tuple[str, str], RawObject] = field(default_factory=dict)

    def put(self, key: RawKey, body: bytes) -> RawObjectCreated:
        """Put an object, replacing what is there; give what S3 announces."""
        version = f"version-{len(self._versions)}"
        if not self.versioned:
            self.delete(key)
        found = RawObject(body, hashlib.md5(body, usedforsecurity=False).hexdigest())
        self._versions[str(key), version] = found
        self._current[str(key)] = version
        self.put_at[str(key)] = _now()
        version_id = version if self.versioned else None
        at = self.put_at[str(key)]
        return RawObjectCreated(key, len(body), found.etag, version_id, created_at=at)

    def delete(self, key: RawKey) -> None:
        """Remove every version of an object."""
        self._current.pop(str(key), None)
        self._versions = {k: v for k, v in self._versions.items() if k[0] != str(key)}

    def current(self) -> dict[str, RawObject]:
        """The objects of the bucket by their keys."""
        return {key: self._versions[key, version] for key, version in self._current.items()}

    async def get(self, created: RawObjectCreated) -> RawObject | None:
        """Get the version that was announced, or the current one if it has that ETag."""
        version = created.version_id or self._current.get(str(created.key), "")
        found = self._versions.get((str(created.key), version))
        if found is None:
            return None
        if created.version_id is None and created.etag not in {None, found.etag}:
            raise ObjectChangedError(f"{created.key} was replaced")
        if len(found.body) > self.max_bytes:
            raise ObjectTooLargeError(f"{created.key} has over {self.max_bytes:,} bytes")
        return found

    async def erasures(self) -> list[str]:
        """Nothing was erased."""
        return []

    async def manifests_before(
        self, key: RawKey, is_wanted: Callable[[RunId], bool]
    ) -> AsyncIterator[RawKey]:
        """The manifests of the source among all keys whose runs have lower ids."""
        found = (RawKey.parse(held) for held in self._current)
        earlier = [
            one
            for one in found
            if one.is_manifest and one.source == key.source and one.run_id < key.run_id
        ]
        for one in sorted(earlier, key=lambda one: one.run_id, reverse=True):
            if is_wanted(one.run_id):
                yield one


@dataclass(frozen=True, slots=True)
class CuratedObject:
    """A curated object as it was put."""

    body: bytes
    metadata: dict[str, str]
    written_at: datetime = MORNING


@dataclass(frozen=True, slots=True)
class MemoryCuratedObjects:
    """The twin of `S3CuratedObjects`; `objects` are in the order in which they were put."""

    objects: dict[str, CuratedObject] = field(default_factory=dict)

    async def overwrite(self, file: CuratedFile, metadata: Mapping[str, str]) -> None:
        """Put an object, whatever its key holds."""
        self.objects[file.key] = CuratedObject(file.body, dict(metadata), LoopClock().now())

    async def has(self, key: str) -> bool:
        """Whether a key holds an object."""
        return key in self.objects

    async def get(self, key: str) -> bytes | None:
        """The bytes of an object."""
        return self.objects[key].body if key in self.objects else None

    async def put_new(self, file: CuratedFile, metadata: Mapping[str, str]) -> datetime | None:
        """Put an object unless its key is taken."""
        new = CuratedObject(file.body, dict(metadata), LoopClock().now())
        held = self.objects.setdefault(file.key, new).metadata
        if not is_equal(held, metadata):
            raise CommitConflictError(f"{file.key}: {held}, not {metadata}")
        is_own = held.get(ATTEMPT) == metadata[ATTEMPT]
        return None if is_own else self.objects[file.key].written_at


@dataclass(frozen=True, slots=True)
class MemoryFailures:
    """The twin of `S3Failures`; `noted` are the keys of the raw objects, once for each failure."""

    noted: list[RawKey] = field(default_factory=list)

    async def note(self, key: RawKey, reason: str) -> int:
        """Note a failure."""
        del reason
        self.noted.append(key)
        return self.noted.count(key)


@dataclass(frozen=True, slots=True)
class MemoryRejects:
    """The twin of `S3Rejects` and `FolderRejects`."""

    records: dict[str, Reject] = field(default_factory=dict)

    async def find(self, key: str) -> Reject | None:
        """The record under a key."""
        return self.records.get(key)

    async def claim(self, key: str, reject: Reject) -> Claim:
        """Keep a record if its key is free."""
        held = self.records.setdefault(key, reject)
        return Claim(None if held is reject else held, "synthetic")

    async def record(self, key: str, reject: Reject, mark: str) -> None:
        """Keep a record."""
        del mark
        self.records[key] = reject


def _now() -> datetime:
    """The time of the running event loop; 6 in the morning outside of one."""
    try:
        return LoopClock().now()
    except RuntimeError:
        return MORNING
