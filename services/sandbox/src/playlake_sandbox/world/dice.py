"""Random draws that are the same for the same name, on every machine and Python version."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")

_POOL_BYTES = 64
_LOW = 1 << 64  # below this, remainders are not evenly distributed


class Dice:
    """A sequence of draws; two dice with the same name draw the same numbers."""

    __slots__ = ("_pool",)

    def __init__(self, *name: object) -> None:
        self._pool = _pool("/".join(map(str, name)).encode())

    def below(self, sides: int) -> int:
        """Draws a number from 0 to `sides` - 1."""
        if self._pool < _LOW:
            self._pool = _pool(self._pool.to_bytes(8, "big"))
        self._pool, number = divmod(self._pool, sides)
        return number

    def between(self, first: int, last: int) -> int:
        """Draws a number from `first` to `last`, both included."""
        return first + self.below(last - first + 1)

    def pick(self, choices: Sequence[T]) -> T:
        """Draws one of the choices."""
        return choices[self.below(len(choices))]

    def chance(self, percent: int) -> bool:
        """Draws true with a probability in percent."""
        return self.below(100) < percent


def _pool(name: bytes) -> int:
    return int.from_bytes(blake2b(name, digest_size=_POOL_BYTES).digest(), "big")
