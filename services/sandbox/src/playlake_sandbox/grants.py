"""Access tokens: who they were given to. They live as long as the process does."""

from base64 import urlsafe_b64encode
from enum import Enum
from hashlib import blake2b

_TOKEN_BYTES = 60


class Grant(Enum):
    """On whose behalf a token speaks."""

    CLIENT = "client"
    USER = "user"


class Grants:
    """The tokens issued so far; the n-th token of a seed is always the same."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._issued: dict[str, Grant] = {}

    def issue(self, grant: Grant) -> str:
        """Issues a new access token."""
        name = f"{self._seed}/{len(self._issued)}".encode()
        digest = blake2b(name, digest_size=_TOKEN_BYTES).digest()
        token = f"BQ{urlsafe_b64encode(digest).decode()}"
        self._issued[token] = grant
        return token

    def find(self, token: str) -> Grant | None:
        """Returns the grant behind a token, or None where it was not issued here."""
        return self._issued.get(token)
