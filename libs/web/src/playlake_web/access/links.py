"""Links that sign a browser in once."""

from __future__ import annotations

import secrets
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playlake_web.access.tokens import Token


class Links:
    """Links that sign a browser in once, known to this process alone."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tokens: dict[str, Token] = {}

    def make(self, token: Token) -> str:
        """The path of a new link that signs in as a token."""
        code = secrets.token_urlsafe(24)
        with self._lock:
            self._tokens[code] = token
        return f"/login/{code}"

    def use(self, code: str) -> Token | None:
        """The token of a link; None if it was used, or never made."""
        with self._lock:
            return self._tokens.pop(code, None)
