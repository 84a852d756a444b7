"""Answers that were made, kept until the lake changes.

Many people may look at a page, and a page that reads a year is not made twice for two of them.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

GZIP_BYTES: Final = 1_000
_GZIP_LEVEL: Final = 6
_MOST_KEPT: Final = 256
_MOST_BYTES: Final = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of an answer.

    Attributes:
        body: its bytes.
        media_type: its type.
        compressed: its bytes by gzip; None if it is too small to be worth it.
    """

    body: bytes
    media_type: str
    compressed: bytes | None

    @classmethod
    def make(cls, body: bytes, media_type: str) -> Answer:
        """An answer that is compressed once, and not for each client."""
        is_small = len(body) < GZIP_BYTES
        compressed = None if is_small else gzip.compress(body, _GZIP_LEVEL, mtime=0)
        return cls(body, media_type, compressed)

    @property
    def size(self) -> int:
        """The number of bytes that keeping it takes."""
        return len(self.body) + len(self.compressed or b"")


def etag(*what: str) -> str:
    """The ETag of an answer: weak, because it may be compressed on its way."""
    return f'W/"{sha256(chr(0).join(what).encode()).hexdigest()[:32]}"'


@dataclass(slots=True)
class _Place:
    """A place for an answer; whoever comes first makes it, and others wait for it."""

    lock: Lock = field(default_factory=Lock)
    answer: Answer | None = None


class Answers:
    """Answers by what they depend on; those that were not asked for longest are forgotten."""

    def __init__(self, most: int = _MOST_KEPT, most_bytes: int = _MOST_BYTES) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._lock = Lock()
        self._places: OrderedDict[str, _Place] = OrderedDict()

    def get(self, key: str, make: Callable[[], Answer]) -> Answer:
        """The answer of a key, made if it is not kept. An error of `make` is kept for nobody."""
        with self._lock:
            place = self._places.setdefault(key, _Place())
            self._places.move_to_end(key)
        with place.lock:
            if place.answer is None:
                place.answer = make()
            answer = place.answer
        self._forget()
        return answer

    def peek(self, key: str) -> Answer | None:
        """The answer of a key at once, if it is kept; nobody is waited for."""
        place = self._places.get(key)
        return None if place is None else place.answer

    def _forget(self) -> None:
        with self._lock:
            while len(self._places) > self._most or self._size() > self._most_bytes:
                self._places.popitem(last=False)

    def _size(self) -> int:
        return sum(place.answer.size for place in self._places.values() if place.answer)
