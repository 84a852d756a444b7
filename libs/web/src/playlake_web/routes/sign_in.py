"""Routes that let a browser in and out: a token, or a link that works once, becomes a cookie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import StringConstraints

from playlake_web.access.sessions import COOKIE, LIFETIME, Session
from playlake_web.access.tokens import Scope
from playlake_web.pages.environment import Page
from playlake_web.representing import html
from playlake_web.routes.posted import inside

if TYPE_CHECKING:
    from playlake_web.access.links import Links
    from playlake_web.access.tokens import Token
    from playlake_web.site import Site

_SEE_OTHER = 303
_Text = Annotated[str, StringConstraints(max_length=200)]


def sign_in_routes(site: Site, links: Links) -> APIRouter:
    """The routes of signing in and out."""
    router = APIRouter(include_in_schema=False)

    @router.get("/login")
    def show_form(to: _Text = "/") -> Response:
        return html(site, Page("login.html", {"to": inside(to), "wrong": ""}))

    @router.post("/login")
    async def sign_in(request: Request) -> Response:
        form = parse_qs((await request.body()).decode("utf-8", "replace"))
        to = inside(form.get("to", ["/"])[0])
        shown = form.get("token", [""])[0].strip()
        token = None if site.tokens is None else site.tokens.find(shown)
        if token is None or token.scope is Scope.FEED:
            wrong = "This token is not valid. Its bearer may have replaced it."
            return html(site, Page("login.html", {"to": to, "wrong": wrong}), status=401)
        return _signed_in(site, token, to)

    @router.get("/login/{code}")
    def use_link(code: str) -> Response:
        token = links.use(code)
        if token is None:
            wrong = "This link was used before, or is of an earlier start. Show a token instead."
            return html(site, Page("login.html", {"to": "/", "wrong": wrong}), status=401)
        return _signed_in(site, token, "/")

    @router.post("/logout")
    def sign_out() -> Response:
        response = RedirectResponse("/login", _SEE_OTHER)
        response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=site.is_secure)
        return response

    return router


def _signed_in(site: Site, token: Token, to: str) -> Response:
    response = RedirectResponse(to, _SEE_OTHER)
    response.set_cookie(
        COOKIE,
        Session.begin(token, site.clock()).cookie,
        max_age=int(LIFETIME.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=site.is_secure,
    )
    return response
