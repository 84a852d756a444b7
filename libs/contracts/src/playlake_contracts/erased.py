"""Who and what was erased from a lake: tombstones that name nobody.

A tombstone is an empty object: its key has a salt, and the digest of the salt with an id. So one
listing says all of them. Who has an id can ask whether it was erased, and nobody can read an id.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Self

from playlake_contracts.keys import TOMBSTONES_PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# What stands where the id of an erased user stood. No id of a source has a tilde.
ERASED_USER: Final = "~erased"

_SALT_BYTES: Final = 16
_TOMBSTONE: Final = re.compile(
    rf"{TOMBSTONES_PREFIX}(?P<source>[a-z][a-z0-9-]{{0,31}})/"
    r"(?P<kind>user|playlist)\.(?P<salt>[0-9a-f]{32})\.(?P<digest>[0-9a-f]{64})",
    re.ASCII,
)


class Kind(StrEnum):
    """What can be erased."""

    USER = "user"
    PLAYLIST = "playlist"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """Says that a user or a playlist of a source was erased. Its object is empty.

    Attributes:
        source: the source, such as `spotify`.
        kind: what was erased.
        salt: 32 hexadecimal digits of chance.
        digest: the SHA-256 of the salt, the source, the kind and the id, in hexadecimal.
    """

    source: str
    kind: Kind
    salt: str
    digest: str

    def __str__(self) -> str:
        return f"{TOMBSTONES_PREFIX}{self.source}/{self.kind}.{self.salt}.{self.digest}"

    @classmethod
    def of(cls, source: str, kind: Kind, name: str) -> Self:
        """A new tombstone of an id."""
        salt = secrets.token_hex(_SALT_BYTES)
        return cls(source, kind, salt, _digest(salt, source, kind, name))

    @classmethod
    def parse(cls, key: str) -> Self:
        """Parse the key of a tombstone.

        Raises:
            ValueError: the key does not follow the grammar.
        """
        match = _TOMBSTONE.fullmatch(key)
        if match is None:
            raise ValueError(f"{key[:200]!r} is not the key of a tombstone")
        return cls(match["source"], Kind(match["kind"]), match["salt"], match["digest"])

    def is_of(self, source: str, kind: Kind, name: str) -> bool:
        """Whether it is the tombstone of an id."""
        if (self.source, self.kind) != (source, kind):
            return False
        return self.digest == _digest(self.salt, source, kind, name)


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased from a lake, as far as it is known. It is false if nothing was.

    Attributes:
        tombstones: the tombstones.
    """

    tombstones: tuple[Tombstone, ...] = ()
    _known: dict[tuple[str, Kind, str], bool] = field(
        default_factory=dict, compare=False, repr=False
    )

    @classmethod
    def listed(cls, keys: Iterable[str]) -> Self:
        """What the objects under `erasures/` say; receipts among them are passed over."""
        return cls(tuple(map(Tombstone.parse, filter(_TOMBSTONE.fullmatch, keys))))

    def __bool__(self) -> bool:
        return bool(self.tombstones)

    def has(self, source: str, kind: Kind, name: str) -> bool:
        """Whether a user or a playlist of a source was erased."""
        asked = (source, kind, name)
        found = self._known.get(asked)
        if found is None:
            found = any(each.is_of(source, kind, name) for each in self.tombstones)
            self._known[asked] = found
        return found

    def instead(self, source: str) -> Callable[[str], str | None]:
        """What stands in the place of users of a source: `ERASED_USER` if they were erased."""
        return lambda user: ERASED_USER if self.has(source, Kind.USER, user) else None

    def of(self, source: str, kind: Kind) -> bool:
        """Whether anything of a kind was erased of a source."""
        return any((each.source, each.kind) == (source, kind) for each in self.tombstones)


NOTHING: Final = Erased()


def _digest(salt: str, source: str, kind: Kind, name: str) -> str:
    text = f"{salt}\n{source}\n{kind}\n{name}"
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
