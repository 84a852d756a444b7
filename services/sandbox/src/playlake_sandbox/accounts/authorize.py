"""GET /authorize: the page that asks the user for consent, and its two links.

Agree and cancel redirect to the app, with a code or with an error.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from playlake_sandbox.accounts.authorization_codes import Consent
from playlake_sandbox.accounts.permissions import SCOPES
from playlake_sandbox.errors import AuthorizeError, error_response
from playlake_sandbox.state import Current
from playlake_sandbox.world.standing_playlists import LISTENER

_CHALLENGE = re.compile(r"[\w-]{43}", re.ASCII)
_LOOPBACK = {"127.0.0.1", "::1"}
_PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>Playlake sandbox: a stand-in for Spotify</title>
<h1>This is not Spotify</h1>
<p>It is the Playlake sandbox, which stands in for Spotify. No real account is involved.</p>
<p>The app {app} asks {user} for: {scope}.</p>
<p><a href="/authorize/agree?{query}">Agree</a> <a href="/authorize/cancel?{query}">Cancel</a></p>
</html>
"""


@dataclass(frozen=True, slots=True)
class AuthorizeRequest:
    """What an app asks a user to agree to; `state` is returned to the app unchanged."""

    consent: Consent
    state: str | None

    def location(self, **answer: str) -> str:
        """Returns the app's redirect URI with the answer in its query."""
        uri = self.consent.redirect_uri
        query = answer | ({} if self.state is None else {"state": self.state})
        return f"{uri}{'&' if urlsplit(uri).query else '?'}{urlencode(query)}"


def add_authorize(app: FastAPI) -> None:
    """Adds the page and its links to the application."""
    app.add_api_route("/authorize", ask, include_in_schema=False)
    app.add_api_route("/authorize/agree", agree, include_in_schema=False)
    app.add_api_route("/authorize/cancel", cancel, include_in_schema=False)
    app.add_exception_handler(AuthorizeError, error_response)


async def authorize_request(request: Request, sandbox: Current) -> AuthorizeRequest:
    """Reads the request of our app; raises AuthorizeError if Spotify would not ask the user."""
    query = request.query_params
    if query.get("client_id") != sandbox.settings.client_id:
        raise AuthorizeError("INVALID_CLIENT: Invalid client")
    if query.get("response_type") != "code":
        raise AuthorizeError("response_type must be code")
    consent = Consent(
        redirect_uri=_redirect_uri(query.get("redirect_uri", "")),
        scope=query.get("scope", ""),
        challenge=_challenge(query),
    )
    asked = AuthorizeRequest(consent, query.get("state"))
    if not SCOPES.issuperset(consent.scope.split()):
        raise AuthorizeError("INVALID_SCOPE: Invalid scope", asked.location(error="invalid_scope"))
    return asked


Asked = Annotated[AuthorizeRequest, Depends(authorize_request)]


async def ask(request: Request, sandbox: Current, asked: Asked) -> HTMLResponse:
    """Shows the page that asks the user."""
    page = _PAGE.format(
        app=escape(sandbox.settings.client_id),
        user=escape(LISTENER.display_name or LISTENER.id),
        scope=escape(asked.consent.scope or "nothing but public data"),
        query=escape(request.url.query),
    )
    return HTMLResponse(page)


async def agree(sandbox: Current, asked: Asked) -> RedirectResponse:
    """Redirects the user to the app with a code."""
    code = sandbox.codes.issue(asked.consent)
    return RedirectResponse(asked.location(code=code), HTTPStatus.SEE_OTHER.value)


async def cancel(asked: Asked) -> RedirectResponse:
    """Redirects the user to the app with the error `access_denied`."""
    return RedirectResponse(asked.location(error="access_denied"), HTTPStatus.SEE_OTHER.value)


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
