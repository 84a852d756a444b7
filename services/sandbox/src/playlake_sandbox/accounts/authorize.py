"""GET /authorize: the page that asks the user, and where its two links lead."""

from html import escape
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from playlake_sandbox.accounts.asked import Asked, read_asked
from playlake_sandbox.errors import AuthorizeError
from playlake_sandbox.refusals import refuse
from playlake_sandbox.state import Current
from playlake_sandbox.world.standing_playlists import LISTENER

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


def add_consent(app: FastAPI) -> None:
    """Adds the page and its links to the application."""
    app.add_api_route("/authorize", ask, include_in_schema=False)
    app.add_api_route("/authorize/agree", agree, include_in_schema=False)
    app.add_api_route("/authorize/cancel", cancel, include_in_schema=False)
    app.add_exception_handler(AuthorizeError, refuse)


async def asked(request: Request, sandbox: Current) -> Asked:
    """Returns what the app asks for; raises AuthorizeError where Spotify would not ask."""
    return read_asked(request.query_params, sandbox.settings.client_id)


Question = Annotated[Asked, Depends(asked)]


async def ask(request: Request, sandbox: Current, asked: Question) -> HTMLResponse:
    """Asks the user."""
    page = _PAGE.format(
        app=escape(sandbox.settings.client_id),
        user=escape(LISTENER.display_name or LISTENER.id),
        scope=escape(asked.consent.scope or "nothing but public data"),
        query=escape(request.url.query),
    )
    return HTMLResponse(page)


async def agree(sandbox: Current, asked: Question) -> RedirectResponse:
    """Sends the user back to the app with a code."""
    code = sandbox.codes.issue(asked.consent)
    return RedirectResponse(asked.location(code=code), HTTPStatus.SEE_OTHER.value)


async def cancel(asked: Question) -> RedirectResponse:
    """Sends the user back to the app with a refusal."""
    return RedirectResponse(asked.location(error="access_denied"), HTTPStatus.SEE_OTHER.value)
