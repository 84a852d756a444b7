"""The authorization request of a login, and the code in Spotify's answer to it.

https://developer.spotify.com/documentation/web-api/tutorials/code-flow
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from secrets import compare_digest, token_urlsafe
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from playlake.errors import CommandError
from playlake.services.ports import HOST
from playlake_extractor.public import SCOPES, challenge, new_verifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playlake_extractor.public import App

CALLBACK_PATH = "/callback"

_STATE_BYTES = 32
_CODE = re.compile(r"[\w-]+", re.ASCII)
_MAX_SHOWN = 80
_NO_ANSWER = (
    "this address has no answer from Spotify: after you agree, copy the whole address that the "
    "browser was sent to; it starts with http://127.0.0.1, and the browser may be unable to show it"
)


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """The request of one login.

    Attributes:
        app: the app that requests access.
        port: the port on this machine that receives Spotify's answer.
        scopes: what the user is asked to agree to.
        state: a random text; an answer with another state belongs to another login.
        verifier: a random text; it proves that the program that sent the request uses the answer.
    """

    app: App
    port: int
    scopes: Sequence[str] = SCOPES
    state: str = field(default_factory=lambda: token_urlsafe(_STATE_BYTES), repr=False)
    verifier: str = field(default_factory=new_verifier, repr=False)

    @property
    def redirect_uri(self) -> str:
        """The address that receives the answer; Spotify does not accept `localhost` in it."""
        return f"http://{HOST}:{self.port}{CALLBACK_PATH}"

    def address(self, accounts_url: str) -> str:
        """The address of the page on which the user agrees."""
        fields = {
            "client_id": self.app.client_id,
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(self.scopes),
            "state": self.state,
            # Without it, Spotify may reuse an old consent, of whose six months a part is over.
            "show_dialog": "true",
        }
        if self.app.client_secret is None:
            fields |= {
                "code_challenge_method": "S256",
                "code_challenge": challenge(self.verifier),
            }
        return f"{accounts_url.rstrip('/')}/authorize?{urlencode(fields)}"


def code_of(address: str, state: str) -> str:
    """Read the code from the address that Spotify sent the browser to.

    Args:
        address: a URL, the part of it after the host, or the code alone.
        state: the state of the request.

    Raises:
        CommandError: the user refused, the answer belongs to another login, or there is none; the
            message has no part of the answer that is secret.
    """
    text = address.strip()
    if _CODE.fullmatch(text):
        return text
    fields = _fields(text)
    if fields.keys().isdisjoint({"code", "error"}):
        raise CommandError(_NO_ANSWER)
    if not has_state(text, state):
        raise CommandError(
            "this is the answer to another login: open the address that this login shows, and "
            "agree there"
        )
    if "error" in fields:
        raise CommandError(_refusal(fields["error"]))
    return fields["code"]


def has_state(address: str, state: str) -> bool:
    """Whether an address has the state of a request."""
    return compare_digest(_fields(address).get("state", "").encode(), state.encode())


def _fields(address: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(urlsplit(address).query))
    except ValueError:  # a text that is no address has no fields
        return {}


def _refusal(error: str) -> str:
    if error == "access_denied":
        return "you pressed Cancel, so Spotify gave no access: agree on its page to log in"
    return (
        f"Spotify refused the login ({error[:_MAX_SHOWN]!r}): compare the app's settings in its "
        "dashboard"
    )
