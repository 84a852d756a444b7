"""A bucket of the twin of S3, and the objects in it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class StoredObject:
    """A version of an object."""

    key: str
    version_id: str
    body: bytes
    metadata: dict[str, str]
    written_at: datetime

    @property
    def etag(self) -> str:
        """The MD5 digest, without quotes."""
        return hashlib.md5(self.body, usedforsecurity=False).hexdigest()


@dataclass(slots=True)
class Bucket:
    """A bucket: versions by key, the latest last; None is a delete marker."""

    name: str
    is_versioned: bool = False
    versions: dict[str, list[StoredObject | None]] = field(default_factory=dict)
    being_written: set[str] = field(default_factory=set)
    on_write: list[Callable[[Bucket, StoredObject], None]] = field(default_factory=list)

    def current(self, key: str) -> StoredObject | None:
        """The object that a request without a version means."""
        versions = self.versions.get(key)
        return versions[-1] if versions else None

    @property
    def objects(self) -> dict[str, StoredObject]:
        """All current objects by key, in the order of the keys."""
        found = {key: self.current(key) for key in sorted(self.versions)}
        return {key: held for key, held in found.items() if held is not None}


class Body:
    """The body of an answer, which is read once."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def read(self) -> bytes:
        """The whole content."""
        return self._content
