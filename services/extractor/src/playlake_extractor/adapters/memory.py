"""A raw store in memory that keeps the promises of the one on S3; nothing outlives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playlake_extractor.errors import LandingFailedError

if TYPE_CHECKING:
    from collections.abc import Iterator


class MemoryRawStore:
    """Objects by key; implements `ports.RawStore`."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def land(self, key: str, body: bytes, content_type: str) -> None:
        """Put an object unless its key is taken by other bytes."""
        if self.objects.setdefault(key, body) != body:
            raise LandingFailedError(f"{key} ({content_type}) already holds other bytes")

    def keys(self, prefix: str) -> Iterator[str]:
        """The keys under a prefix, in order."""
        return iter(sorted(key for key in self.objects if key.startswith(prefix)))

    def read(self, key: str) -> bytes:
        """The bytes of an object."""
        if key not in self.objects:
            raise LandingFailedError(f"there is no {key}")
        return self.objects[key]
