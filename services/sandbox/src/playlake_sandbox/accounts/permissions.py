"""Access tokens: who they were given to. They live as long as the process does."""

from dataclasses import dataclass
from enum import Enum

from playlake_sandbox.opaque import opaque


class Grant(Enum):
    """On whose behalf a token speaks."""

    CLIENT = "client"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Permission:
    """What a token permits; `scope` is what the user agreed to, names between spaces."""

    grant: Grant
    scope: str = ""

    @property
    def scopes(self) -> frozenset[str]:
        """The names in the scope."""
        return frozenset(self.scope.split())


class Grants:
    """The tokens issued so far; the n-th token of a seed is always the same."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._issued: dict[str, Permission] = {}
        self._expired: set[str] = set()

    def issue(self, permission: Permission) -> str:
        """Issues a new access token."""
        token = opaque("BQ", self._seed, len(self._issued))
        self._issued[token] = permission
        return token

    def find(self, token: str) -> Permission | None:
        """Returns what a token permits, or None where it was not issued here or has expired."""
        return None if token in self._expired else self._issued.get(token)

    def expire(self) -> None:
        """Lets every token that was issued so far expire."""
        self._expired.update(self._issued)

    def has_expired(self, token: str) -> bool:
        """Tells whether a token once was good."""
        return token in self._expired
