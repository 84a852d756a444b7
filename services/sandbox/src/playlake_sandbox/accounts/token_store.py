"""Access tokens and refresh tokens, kept in memory; the n-th token of a seed is always the same."""

from base64 import urlsafe_b64encode
from hashlib import blake2b

from playlake_sandbox.accounts.permissions import READING_SCOPE, Permission
from playlake_sandbox.errors import AccountsError

_TOKEN_BYTES = 60


class AccessTokens:
    """The access tokens issued so far."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._issued: dict[str, Permission] = {}
        self._expired: set[str] = set()

    def issue(self, permission: Permission) -> str:
        """Issues a new access token."""
        token = opaque_token("BQ", self._seed, len(self._issued))
        self._issued[token] = permission
        return token

    def find(self, token: str) -> Permission | None:
        """Returns what a token permits, or None if it was not issued here or has expired."""
        return None if token in self._expired else self._issued.get(token)

    def expire_all(self) -> None:
        """Expires every token that was issued so far."""
        self._expired.update(self._issued)

    def has_expired(self, token: str) -> bool:
        """Returns whether a token was issued here and has expired."""
        return token in self._expired


class RefreshTokens:
    """The refresh tokens issued so far, with their scopes; `first` has every scope of reading."""

    def __init__(self, seed: int, first: str) -> None:
        self._seed = seed
        self._scopes = {first: READING_SCOPE}
        self._revoked: set[str] = set()

    def issue(self, scope: str) -> str:
        """Issues a new refresh token for a scope."""
        token = opaque_token("AQ", self._seed, "refresh", len(self._scopes))
        self._scopes[token] = scope
        return token

    def scope_of(self, token: str) -> str:
        """Returns the scope of a token; raises AccountsError if it is unknown or revoked."""
        if token in self._revoked:
            raise revoked_token()
        if token not in self._scopes:
            raise AccountsError("invalid_grant", "Invalid refresh token")
        return self._scopes[token]

    def rotate(self, token: str) -> str:
        """Revokes a token and returns the one that replaces it."""
        successor = self.issue(self.scope_of(token))
        self._revoked.add(token)
        return successor


def opaque_token(prefix: str, *name: object) -> str:
    """Returns the token with this prefix and name; the same name always gives the same token."""
    digest = blake2b("/".join(map(str, name)).encode(), digest_size=_TOKEN_BYTES).digest()
    return f"{prefix}{urlsafe_b64encode(digest).decode()}"


def revoked_token() -> AccountsError:
    """Returns the error for a revoked refresh token."""
    return AccountsError("invalid_grant", "Refresh token revoked")
