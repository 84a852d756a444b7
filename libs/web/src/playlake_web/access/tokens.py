"""Tokens: a secret that says what its bearer may do."""

from __future__ import annotations

import hmac
import re
import secrets
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final, Self

# Two of a scope, so that one can be replaced while the other is in use.
MOST_OF_A_SCOPE: Final = 2
LEAST_LETTERS: Final = 32
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


class Scope(StrEnum):
    """What a token allows. Whoever may operate may read, and whoever may read may follow feeds."""

    FEED = "feed"
    READ = "read"
    OPERATE = "operate"

    def covers(self, needed: Scope) -> bool:
        """Whether it allows what another scope allows."""
        ranks = tuple(Scope)
        return ranks.index(self) >= ranks.index(needed)


@dataclass(frozen=True, slots=True)
class Token:
    """A token.

    Attributes:
        scope: what it allows.
        secret: what its bearer shows; it is in no text of this object.
    """

    scope: Scope
    secret: str

    def __repr__(self) -> str:
        return f"Token({self.scope})"

    @classmethod
    def make(cls, scope: Scope) -> Self:
        """A new token."""
        return cls(scope, secrets.token_urlsafe(LEAST_LETTERS))


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens that are valid. Without any, nobody is let in."""

    valid: tuple[Token, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse tokens such as `read:SECRET,operate:SECRET`.

        Raises:
            ValueError: one is of another form; the message is a sentence without a secret.
        """
        found = [_token(number, each) for number, each in enumerate(text.split(","), 1)]
        for scope, count in Counter(token.scope for token in found).items():
            if count > MOST_OF_A_SCOPE:
                raise ValueError(
                    f"{count} tokens have the scope {scope}: give at most {MOST_OF_A_SCOPE}"
                )
        return cls(tuple(found))

    def find(self, shown: str) -> Token | None:
        """The valid token that somebody shows, if it is one.

        Each is compared, and in a time that does not depend on where they differ.
        """
        digest = sha256(shown.encode()).digest()
        found: Token | None = None
        for token in self.valid:
            if hmac.compare_digest(sha256(token.secret.encode()).digest(), digest):
                found = token
        return found


def _token(number: int, text: str) -> Token:
    name, colon, secret = text.strip().partition(":")
    if not colon or name not in tuple(Scope):
        raise ValueError(
            f"token {number} has no scope: write read:SECRET, operate:SECRET or feed:SECRET"
        )
    if len(secret) < LEAST_LETTERS or _TOKEN.fullmatch(secret) is None:
        raise ValueError(
            f"token {number} has not {LEAST_LETTERS} or more letters, digits, - and _: make one by "
            "`python -c 'import secrets; print(secrets.token_urlsafe(32))'`"
        )
    return Token(Scope(name), secret)
