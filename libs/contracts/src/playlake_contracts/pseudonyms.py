"""Pseudonyms: keyed digests that stand in the place of the ids of users before anything is landed.

Who has the key can tell the pseudonym of an id. Nobody can tell the id of a pseudonym but by trying
ids with the key.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode
from dataclasses import dataclass, field
from typing import Final

# No id of a source begins with it, so a pseudonym is known and gets no other.
_SIGN: Final = "~"
_LENGTH: Final = 26
LEAST_KEY_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """The pseudonyms of the users of a source.

    Attributes:
        source: the source, such as `spotify`.
        key: the secret key, at least `LEAST_KEY_BYTES`.
    """

    source: str
    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) < LEAST_KEY_BYTES:
            raise ValueError(
                f"the key of pseudonyms has {len(self.key)} bytes, and needs {LEAST_KEY_BYTES}: "
                "take a random one, such as that of `openssl rand -hex 32`"
            )

    def of(self, user: str) -> str | None:
        """The pseudonym of the user with an id; None for no id, and for a pseudonym."""
        if not user or user.startswith(_SIGN):
            return None
        return f"{_SIGN}{self._digest('user', user)}"

    @property
    def fingerprint(self) -> str:
        """What tells this key from others, and tells nobody the key: 26 letters and digits."""
        return self._digest("key", "")

    def _digest(self, what: str, text: str) -> str:
        message = f"{self.source}\n{what}\n{text}".encode(errors="surrogatepass")
        digest = hmac.digest(self.key, message, hashlib.sha256)
        return b32encode(digest)[:_LENGTH].decode().lower()
