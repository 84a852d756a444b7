"""Authorization codes: what a user agreed to, to be exchanged for tokens once."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from secrets import compare_digest

from playlake_sandbox.errors import AccountsError
from playlake_sandbox.opaque import opaque


@dataclass(frozen=True, slots=True)
class Consent:
    """What a user agreed to; `challenge` is the app's, where it uses PKCE."""

    redirect_uri: str
    scope: str
    challenge: str | None = None

    def check(self, redirect_uri: str, verifier: str | None) -> None:
        """Raises AccountsError unless these are the app's that asked."""
        if redirect_uri != self.redirect_uri:
            raise AccountsError("invalid_grant", "Invalid redirect URI")
        if self.challenge is not None and not _verifies(verifier or "", self.challenge):
            raise AccountsError("invalid_grant", "code_verifier was incorrect")


class Codes:
    """The codes that are not exchanged yet; an attempt uses one up, even a wrong one."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._issued = 0
        self._open: dict[str, Consent] = {}

    def issue(self, consent: Consent) -> str:
        """Issues a new code."""
        code = opaque("AQ", self._seed, "code", self._issued)
        self._issued += 1
        self._open[code] = consent
        return code

    def redeem(self, code: str) -> Consent:
        """Returns what was agreed to; raises AccountsError if the code was not open."""
        try:
            return self._open.pop(code)
        except KeyError:
            raise AccountsError("invalid_grant", "Invalid authorization code") from None


def _verifies(verifier: str, challenge: str) -> bool:
    digest = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=")
    return compare_digest(digest, challenge.encode())
