"""What an app asks a user for in the address of the page, and what is wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from playlake_sandbox.accounts.scopes import SCOPES
from playlake_sandbox.accounts.token_store import Consent
from playlake_sandbox.errors import AuthorizeError

_CHALLENGE = re.compile(r"[\w-]{43}", re.ASCII)
_LOOPBACK = {"127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user is asked to agree to, and what the app is told afterwards beside the answer."""

    consent: Consent
    state: str | None

    def location(self, **answer: str) -> str:
        """Returns the app's address, with the answer."""
        uri = self.consent.redirect_uri
        told = answer | ({} if self.state is None else {"state": self.state})
        return f"{uri}{'&' if urlsplit(uri).query else '?'}{urlencode(told)}"


def read_asked(query: Mapping[str, str], client_id: str) -> Asked:
    """Reads what our app asks; raises AuthorizeError where Spotify would not ask the user."""
    if query.get("client_id") != client_id:
        raise AuthorizeError("INVALID_CLIENT: Invalid client")
    if query.get("response_type") != "code":
        raise AuthorizeError("response_type must be code")
    consent = Consent(
        redirect_uri=_redirect_uri(query.get("redirect_uri", "")),
        scope=query.get("scope", ""),
        challenge=_challenge(query),
    )
    asked = Asked(consent, query.get("state"))
    if not SCOPES.issuperset(consent.scope.split()):
        raise AuthorizeError("INVALID_SCOPE: Invalid scope", asked.location(error="invalid_scope"))
    return asked


def _redirect_uri(uri: str) -> str:
    try:
        parts = urlsplit(uri)
    except ValueError:
        raise AuthorizeError("INVALID_CLIENT: Invalid redirect URI") from None
    if not parts.hostname or parts.fragment:
        raise AuthorizeError("INVALID_CLIENT: Invalid redirect URI")
    loopback = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if parts.hostname == "localhost" or not (loopback or parts.scheme == "https"):
        raise AuthorizeError("INVALID_CLIENT: Insecure redirect URI")
    return uri


def _challenge(query: Mapping[str, str]) -> str | None:
    challenge = query.get("code_challenge")
    if challenge is None:
        return None
    if query.get("code_challenge_method") != "S256":
        raise AuthorizeError("code_challenge_method must be S256")
    if not _CHALLENGE.fullmatch(challenge):
        raise AuthorizeError("Invalid code_challenge")
    return challenge
