"""Refresh tokens: the one of the settings, and those that followed from a user's consent."""

from playlake_sandbox.accounts.scopes import PLAYLIST_SCOPE
from playlake_sandbox.errors import AccountsError
from playlake_sandbox.opaque import opaque


class RefreshTokens:
    """The refresh tokens known so far, and the scope behind each; `first` has all that it takes."""

    def __init__(self, seed: int, first: str) -> None:
        self._seed = seed
        self._scopes = {first: PLAYLIST_SCOPE}
        self._revoked: set[str] = set()

    def issue(self, scope: str) -> str:
        """Issues a new refresh token for a scope."""
        token = opaque("AQ", self._seed, "refresh", len(self._scopes))
        self._scopes[token] = scope
        return token

    def scope_of(self, token: str) -> str:
        """Returns the scope behind a token; raises AccountsError if it is unknown or revoked."""
        if token in self._revoked:
            raise revoked()
        if token not in self._scopes:
            raise AccountsError("invalid_grant", "Invalid refresh token")
        return self._scopes[token]

    def rotate(self, token: str) -> str:
        """Issues the token that takes the place of another, which is refused from now on."""
        successor = self.issue(self.scope_of(token))
        self._revoked.add(token)
        return successor


def revoked() -> AccountsError:
    """Returns the error for a refresh token that once was good."""
    return AccountsError("invalid_grant", "Refresh token revoked")
