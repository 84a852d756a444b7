"""Stores in memory that keep the promises of those on S3; nothing outlives them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from playlake_extractor.errors import LandingFailedError, RunTakenError
from playlake_extractor.ports import Versioned

if TYPE_CHECKING:
    from collections.abc import Iterator


class MemoryRawStore:
    """Objects by key; implements `ports.RawStore`."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def land(self, key: str, body: bytes, content_type: str) -> None:
        """Put an object unless its key is taken by other bytes."""
        if self.objects.setdefault(key, body) != body:
            raise RunTakenError(f"{key} ({content_type}) already holds other bytes")

    def keys(self, prefix: str) -> Iterator[str]:
        """The keys under a prefix, in order."""
        return iter(sorted(key for key in self.objects if key.startswith(prefix)))

    def read(self, key: str) -> bytes:
        """The bytes of an object."""
        if key not in self.objects:
            raise LandingFailedError(f"there is no {key}")
        return self.objects[key]


class MemoryStateStore:
    """One object; implements `ports.StateStore`."""

    def __init__(self) -> None:
        self.stored: Versioned | None = None

    def load(self) -> Versioned | None:
        """What was stored last."""
        return self.stored

    def replace(self, body: bytes, mark: str | None) -> bool:
        """Store unless what is stored is no longer what `mark` stands for."""
        current = None if self.stored is None else self.stored.mark
        if current != mark:
            return False
        self.stored = Versioned(body, hashlib.sha256(body).hexdigest())
        return True
