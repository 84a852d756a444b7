"""What the user is asked to consent to, and the address of Spotify's page for that."""

from __future__ import annotations

from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from playlake.ports import HOST
from playlake_extractor.public import SCOPES, challenge, new_verifier

if TYPE_CHECKING:
    from playlake_extractor.public import App

CALLBACK_PATH = "/callback"

_STATE_BYTES = 32


@dataclass(frozen=True, slots=True)
class Question:
    """One login.

    Attributes:
        app: the app that asks.
        port: the port of this machine that Spotify's answer goes to.
        state: random; an answer without it belongs to another login.
        verifier: random; proves that the answer is used by the program that asked.
    """

    app: App
    port: int
    state: str = field(default_factory=lambda: token_urlsafe(_STATE_BYTES), repr=False)
    verifier: str = field(default_factory=new_verifier, repr=False)

    @property
    def redirect_uri(self) -> str:
        """Where the answer goes; Spotify takes no `localhost` here."""
        return f"http://{HOST}:{self.port}{CALLBACK_PATH}"

    def address(self, accounts_url: str) -> str:
        """The address of the page on which the user consents."""
        asked = {
            "client_id": self.app.client_id,
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(SCOPES),
            "state": self.state,
            # Otherwise an old consent, with the rest of its six months, might be used.
            "show_dialog": "true",
        }
        if self.app.client_secret is None:
            asked |= {
                "code_challenge_method": "S256",
                "code_challenge": challenge(self.verifier),
            }
        return f"{accounts_url.rstrip('/')}/authorize?{urlencode(asked)}"
