"""Sessions: what a browser has instead of a token.

A session is signed with the token that it was traded for. So every process with the same tokens
knows it, nothing is stored, and it ends when the token is taken away.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playlake_web.access.tokens import Scope, Token, Tokens

COOKIE: Final = "playlake_session"
LIFETIME: Final = timedelta(hours=12)
_PARTS: Final = 2


@dataclass(frozen=True, slots=True)
class Session:
    """A session.

    Attributes:
        token: the token that it was traded for.
        ends_at: when it ends, UTC, in whole seconds.
    """

    token: Token
    ends_at: datetime

    @classmethod
    def begin(cls, token: Token, now: datetime) -> Session:
        """A new session."""
        return cls(token, (now + LIFETIME).replace(microsecond=0))

    @property
    def scope(self) -> Scope:
        """What it allows."""
        return self.token.scope

    @property
    def cookie(self) -> str:
        """The value of its cookie."""
        ends = str(int(self.ends_at.timestamp()))
        return f"{ends}.{_sign(self.token, 'session', ends)}"

    @property
    def form_key(self) -> str:
        """What the forms of its pages carry: another site cannot know it."""
        return _sign(self.token, "form", self.cookie)

    def owns(self, form_key: str) -> bool:
        """Whether a form is of one of its pages."""
        return hmac.compare_digest(self.form_key.encode(), form_key.encode())


def find_session(tokens: Tokens, cookie: str, now: datetime) -> Session | None:
    """The session of a cookie; None if it has ended, is forged, or its token is taken away."""
    parts = cookie.split(".")
    if len(parts) != _PARTS or not (parts[0].isascii() and parts[0].isdigit()):
        return None
    ends, signature = parts
    found: Session | None = None
    for token in tokens.valid:
        if hmac.compare_digest(_sign(token, "session", ends).encode(), signature.encode()):
            found = Session(token, _moment(ends))
    return found if found is not None and now < found.ends_at else None


def _moment(seconds: str) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def _sign(token: Token, purpose: str, text: str) -> str:
    message = f"{purpose}:{token.scope}:{text}".encode()
    return hmac.new(token.secret.encode(), message, sha256).hexdigest()
