"""Guards a site: who is let in, and what is answered when a route breaks."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from playlake_web.access.guard import (
    FEED_TOKEN,
    SAFE_METHODS,
    Bearer,
    bearer_of,
    check_allowed,
    feed_bearer,
    is_feed,
    is_open,
)
from playlake_web.access.tokens import Scope
from playlake_web.problem_answers import answer_problem
from playlake_web.problems import ProblemCode, ProblemError
from playlake_web.representing import kept_already, wants_html

if TYPE_CHECKING:
    from starlette import types

    from playlake_web.site import Site

_log: Final = logging.getLogger(__name__)


class Guard:
    """What every request of a site passes.

    Args:
        app: the application.
        site: what is served, and to whom.
    """

    def __init__(self, app: types.ASGIApp, site: Site) -> None:
        self._app = app
        self._site = site

    async def __call__(self, scope: types.Scope, receive: types.Receive, send: types.Send) -> None:
        """Let a request in, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        response = self._refused(request) or self._kept(request)
        if response is not None:
            await response(scope, receive, send)
            return
        has_begun = False

        async def send_on(message: types.Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        except Exception:
            _log.exception("request %s has failed", request.state.request_id)
            if has_begun:  # the client sees that its answer is cut off
                raise
            detail = "the log of Playlake says why, under this request's id"
            failed = answer_problem(request, self._site, ProblemError(ProblemCode.INTERNAL, detail))
            await failed(scope, receive, send)

    def _kept(self, request: Request) -> Response | None:
        """An answer that is kept needs no route and no thread."""
        return kept_already(request, self._site) if request.method == "GET" else None

    def _refused(self, request: Request) -> Response | None:
        try:
            request.state.bearer = _bearer(request, self._site)
        except ProblemError as error:
            if error.code is ProblemCode.SIGNED_OUT and _is_page(request):
                to = request.url.path + (f"?{request.url.query}" if request.url.query else "")
                return RedirectResponse(f"/login?{urlencode({'to': to})}", 303)
            return answer_problem(request, self._site, error)
        return None


def _bearer(request: Request, site: Site) -> Bearer | None:
    if site.tokens is None:
        return Bearer(Scope.OPERATE)
    path = request.scope["path"]
    bearer = bearer_of(site.tokens, request.headers, request.cookies, site.clock())
    if bearer is None:
        bearer = feed_bearer(site.tokens, path, request.query_params.get(FEED_TOKEN, ""))
    return bearer if is_open(path) else check_allowed(bearer, request.method, path)


def _is_page(request: Request) -> bool:
    is_feed_asked = is_feed(request.scope["path"])  # whose query may have a token
    return request.method in SAFE_METHODS and wants_html(request) and not is_feed_asked
