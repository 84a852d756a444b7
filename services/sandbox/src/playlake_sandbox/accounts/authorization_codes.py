"""Authorization codes: each stands for what a user agreed to, and is exchanged for tokens once."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from secrets import compare_digest

from playlake_sandbox.accounts.token_store import opaque_token
from playlake_sandbox.errors import AccountsError


@dataclass(frozen=True, slots=True)
class Consent:
    """What a user agreed to; `challenge` is the app's PKCE challenge, if it uses PKCE."""

    redirect_uri: str
    scope: str
    challenge: str | None = None

    def check(self, redirect_uri: str, verifier: str | None) -> None:
        """Raises AccountsError if the redirect URI or the PKCE verifier does not match."""
        if redirect_uri != self.redirect_uri:
            raise AccountsError("invalid_grant", "Invalid redirect URI")
        if self.challenge is not None and not _verifies(verifier or "", self.challenge):
            raise AccountsError("invalid_grant", "code_verifier was incorrect")


class AuthorizationCodes:
    """The codes that have not been redeemed yet; any attempt uses a code up."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._issued = 0
        self._open: dict[str, Consent] = {}

    def issue(self, consent: Consent) -> str:
        """Issues a new code."""
        code = opaque_token("AQ", self._seed, "code", self._issued)
        self._issued += 1
        self._open[code] = consent
        return code

    def redeem(self, code: str) -> Consent:
        """Returns what the user agreed to; raises AccountsError if the code is not open."""
        try:
            return self._open.pop(code)
        except KeyError:
            raise AccountsError("invalid_grant", "Invalid authorization code") from None


def _verifies(verifier: str, challenge: str) -> bool:
    digest = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=")
    return compare_digest(digest, challenge.encode())
